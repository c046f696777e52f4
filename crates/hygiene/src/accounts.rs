//! Users and groups, as `passwd(5)`, `shadow(5)` and `group(5)` write them.
//!
//! What is no line of the form is skipped, as the C library does: comments, blank lines, NIS's `+`.

/// A line of `etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its password: `x` if it stands in `etc/shadow`, empty if none is asked for.
    pub password: String,
    /// Its number.
    pub uid: u32,
    /// The number of its group.
    pub gid: u32,
    /// Its own folder.
    pub home: String,
    /// What a login starts.
    pub shell: String,
}

/// A line of `etc/shadow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadow {
    /// Name of the account.
    pub name: String,
    /// Its hashed password; empty if none is asked for.
    pub password: String,
}

/// Reads `etc/passwd`.
pub fn accounts(bytes: &[u8]) -> Vec<Account> {
    let account = |fields: Vec<&str>| {
        let [name, password, uid, gid, rest @ ..] = &fields[..] else {
            return None;
        };
        Some(Account {
            name: (*name).to_owned(),
            password: (*password).to_owned(),
            uid: uid.parse().ok()?,
            gid: gid.parse().ok()?,
            home: rest.get(1).copied().unwrap_or_default().to_owned(),
            shell: rest.get(2).copied().unwrap_or_default().to_owned(),
        })
    };
    lines(bytes, account)
}

/// Reads `etc/shadow`.
pub fn shadows(bytes: &[u8]) -> Vec<Shadow> {
    let shadow = |fields: Vec<&str>| {
        Some(Shadow {
            name: (*fields.first()?).to_owned(),
            password: (*fields.get(1)?).to_owned(),
        })
    };
    lines(bytes, shadow)
}

/// A line of `etc/group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its number.
    pub gid: u32,
    /// Names of accounts that are in it beside their own.
    pub members: Vec<String>,
}

/// Reads `etc/group`.
pub fn groups(bytes: &[u8]) -> Vec<Group> {
    let group = |fields: Vec<&str>| {
        let members = fields.get(3).copied().unwrap_or_default();
        let members = members
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        Some(Group {
            name: (*fields.first()?).to_owned(),
            gid: fields.get(2)?.parse().ok()?,
            members: members.map(str::to_owned).collect(),
        })
    };
    lines(bytes, group)
}

/// Stands for a hash that is not kept.
const MASK: &str = "$not-kept";

/// Returns the lines of a file of accounts without the hashes of passwords: what is kept in memory and
/// in caches must not hold them.
pub fn masked(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut kept = String::new();
    for piece in text.split_inclusive('\n') {
        let line = piece.lines().next().unwrap_or_default();
        match line.split(':').collect::<Vec<_>>()[..] {
            [name, password, ref rest @ ..] if is_hash(password) => {
                kept.push_str(&[&[name, MASK], rest].concat().join(":"));
            }
            _ => kept.push_str(line),
        }
        // LF, CR LF or nothing: all else stays as it is
        kept.push_str(piece.get(line.len()..).unwrap_or_default());
    }
    kept.into_bytes()
}

fn lines<T>(bytes: &[u8], parse: impl Fn(Vec<&str>) -> Option<T>) -> Vec<T> {
    let text = String::from_utf8_lossy(bytes);
    let is_line = |line: &&str| {
        let start = line.chars().next();
        start.is_some_and(|c| !matches!(c, '#' | '+' | '-' | ':') && !c.is_whitespace())
    };
    let lines = text.lines().filter(is_line);
    // all of them, as `getpwnam` does: the size of the file bounds them
    lines
        .filter_map(|line| parse(line.split(':').collect()))
        .collect()
}

impl Shadow {
    /// Whether somebody who knows the password may log in: it is a hash, not a lock.
    pub fn is_hash(&self) -> bool {
        is_hash(&self.password)
    }
}

fn is_hash(password: &str) -> bool {
    let is_of_crypt = |c: char| c.is_ascii_alphanumeric() || "./".contains(c);
    let is_old = password.len() == 13 && password.chars().all(is_of_crypt);
    is_old || (password.starts_with('$') && password.len() > 8)
}

impl Account {
    /// Whether a login gives a shell.
    pub fn has_login_shell(&self) -> bool {
        let shell = self.shell.rsplit('/').next().unwrap_or_default();
        // an empty field means /bin/sh
        !matches!(
            shell,
            "nologin" | "false" | "true" | "sync" | "halt" | "shutdown"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_another_form_are_skipped() {
        let text = b"root:x:0:0:root:/root:/bin/bash\n\n# x:x:1:1\n+::::::\nweb::33:33\nbad:x:4294967296:1\n\xff:x:5:5:::\nhalf:x\n";
        let names: Vec<String> = accounts(text).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["root", "web", "\u{fffd}"]);
        let groups = groups(b"wheel:x:10:a,b\nx:y\n");
        assert_eq!((groups.len(), groups[0].gid), (1, 10));
        assert_eq!(groups[0].members, ["a", "b"]);
    }

    #[test]
    fn locks_are_no_hashes() {
        for (password, want) in [
            ("$6$abc$defghijklmnop", true),
            ("$y$j9T$abc$def", true),
            ("abJnggxhB/yWI", true),
            ("!$6$abc$defghijklmnop", false),
            ("*", false),
            ("!", false),
            ("!!", false),
            ("!*", false),
            ("", false),
            ("*LK*", false),
        ] {
            let line = format!("root:{password}:1::::::");
            assert_eq!(shadows(line.as_bytes())[0].is_hash(), want, "{password}");
            let masked = masked(line.as_bytes());
            assert_eq!(shadows(&masked)[0].is_hash(), want, "{password}");
            assert_eq!(masked.starts_with(line.as_bytes()), !want, "{password}");
        }
    }
}
