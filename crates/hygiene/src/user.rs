//! Whom a container of the image runs as.

use crate::accounts::{self, Account};
use crate::facts::file;
use crate::input::Input;

/// Whom a container runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum User {
    /// Root, with what says so.
    Root(String),
    /// An account, by its number.
    Id(u32),
    /// An account, by its name, which has this number.
    Named(u32),
    /// A name that no account has.
    Nobody,
    /// A name, while nothing says what it is; or there is no configuration.
    Unknown,
}

/// Numbers up to this one are users': a larger one does not fit what kernels and runtimes calculate with,
/// and has become 0 in some (CVE-2024-40635).
const LARGEST: u64 = 2_147_483_647;

/// Resolves the user of the configuration by the accounts of the image.
pub(crate) fn resolve(input: &Input<'_>, accounts: &[Account]) -> User {
    let Some(config) = input.config else {
        return User::Unknown;
    };
    let written = config.config.user.as_str();
    let name = written.split(':').next().unwrap_or_default();
    let bare = name.trim();
    if bare.is_empty() {
        return User::Root("no USER is set".to_owned());
    }
    // runtimes read a number with a sign, too
    let digits = bare.strip_prefix('+').unwrap_or(bare);
    let digits = if bare == "-0" { "0" } else { digits };
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
        return match digits.parse::<u64>() {
            Ok(0) => User::Root(format!("USER is `{}`", crate::hits::short(written))),
            Ok(id) if id <= LARGEST => u32::try_from(id).map_or(User::Unknown, User::Id),
            Ok(_) | Err(_) => User::Root(format!(
                "USER `{}` is no number of a user: some runtimes have made 0 of it",
                crate::hits::short(written)
            )),
        };
    }
    if bare == "root" && bare != name {
        return User::Root(format!(
            "USER is `{}`, root but for a blank",
            crate::hits::short(written)
        ));
    }
    let account = accounts.iter().find(|account| account.name == name);
    match account {
        Some(account) if account.uid == 0 => User::Root(format!(
            "USER `{}` has the user id 0",
            crate::hits::short(written)
        )),
        Some(account) => User::Named(account.uid),
        // a runtime takes this name for 0 even where nothing says so
        None if name == "root" => User::Root("USER is `root`".to_owned()),
        None if input.tree.find("etc/passwd", input.limits).is_some()
            && file(input, "etc/passwd").is_none() =>
        {
            User::Unknown
        }
        None => User::Nobody,
    }
}

/// Returns the groups that a user of the image runs in: the one that the configuration says; else that of the
/// account, root's if there is none, as runtimes do, and those that `etc/group` puts the account into. None if it
/// is a name that nothing explains.
pub(crate) fn groups(input: &Input<'_>, accounts: &[Account], uid: u32) -> Vec<u32> {
    let written = input.config.map_or("", |config| &config.config.user);
    let known = accounts::groups(file(input, "etc/group").unwrap_or_default());
    let set = written.split_once(':').map(|(_, group)| group);
    if let Some(group) = set.filter(|group| !group.is_empty()) {
        let named = known.iter().find(|it| it.name == group).map(|it| it.gid);
        return group.parse().ok().or(named).into_iter().collect();
    }
    let account = accounts.iter().find(|account| account.uid == uid);
    let is_in = |group: &&accounts::Group| {
        account.is_some_and(|account| group.members.contains(&account.name))
    };
    let first = account.map_or(0, |account| account.gid);
    let others = known.iter().filter(is_in).map(|group| group.gid);
    [first].into_iter().chain(others).collect()
}
