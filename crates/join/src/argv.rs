//! What a container starts: kubelet's rules for `command` and `args` over those of the image.
//!
//! Source of truth: kubesec.md §6, row 009.

use model::Program;
use yaml::Node;

use crate::{Join, mounts};

/// Returns the program and its arguments, and the field that names the program; none where the manifest
/// holds what is no text. Variables whose values nobody tells are left as they are.
pub(crate) fn of(join: &Join<'_>) -> Option<(Vec<String>, &'static str)> {
    let running = join.running;
    let list = |name: &str| match join.container.get(&[name]) {
        None => Some(Vec::new()),
        Some(node) => texts(join, node),
    };
    let (command, args) = (list("command")?, list("args")?);
    if !command.is_empty() {
        return Some(([command, args].concat(), "command"));
    }
    let tail = if args.is_empty() {
        running.cmd.clone()
    } else {
        args.clone()
    };
    let field = if args.is_empty() || !running.entrypoint.is_empty() {
        "image"
    } else {
        "args"
    };
    Some(([running.entrypoint.clone(), tail].concat(), field))
}

fn texts(join: &Join<'_>, node: &Node) -> Option<Vec<String>> {
    let items = node.items().iter();
    items
        .map(|item| item.as_str().map(|text| expanded(join, text)))
        .collect()
}

/// Returns a text with the values of variables that the container sets itself, as kubelet expands them:
/// `$(NAME)`, and `$$` for `$`. What others bring, such as the addresses of services, stays as it is.
pub(crate) fn expanded(join: &Join<'_>, text: &str) -> String {
    let mut all = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        all += before;
        let named = after.strip_prefix('(').and_then(|it| it.split_once(')'));
        let value = named.and_then(|(name, behind)| Some((variable(join, name)?, behind)));
        rest = if let Some((value, behind)) = value {
            all += value;
            behind
        } else {
            all.push('$');
            after.strip_prefix('$').unwrap_or(after)
        };
    }
    all + rest
}

/// Returns what a variable is, if the container says it itself.
fn variable<'a>(join: &Join<'a>, name: &str) -> Option<&'a str> {
    let env = join.container.get(&["env"]).map(Node::items);
    let is_named = |it: &&Node| it.get("name").and_then(Node::as_str) == Some(name);
    let last = env.unwrap_or_default().iter().rfind(is_named)?;
    let value = last.get("value")?.as_str()?;
    // it may be made of others
    (!value.contains('$')).then_some(value)
}

/// Returns what is wrong with a program that the container starts; none if nothing is, or if it cannot be
/// told: it stands in a folder that nobody listed, a variable names it, or a mount, a volume of the image or
/// the manifest's own `PATH` may bring another.
pub(crate) fn trouble(join: &Join<'_>, program: &str) -> Option<String> {
    if program.is_empty() || program.contains("$(") {
        return None;
    }
    match known(join, program)? {
        Program::There => None,
        Program::Missing => Some("and its image has no such program".to_owned()),
        Program::Broken(why) => Some(format!("which cannot start: {why}")),
    }
}

fn known<'a>(join: &Join<'a>, program: &str) -> Option<Program<'a>> {
    let running = join.running;
    if !program.contains('/') {
        let is_of_image = !is_path_changed(join);
        return is_of_image.then(|| running.program(program))?;
    }
    let path = if program.starts_with('/') {
        mounts::normal(program)
    } else {
        mounts::normal(&format!("{}/{program}", folder(join)))
    };
    // what a mount or a volume brings, the image need not have
    let mut volumes = running.volumes.iter();
    if mounts::over(&join.container, &path).is_some()
        || volumes.any(|volume| mounts::is_below(&path, &mounts::normal(volume)))
    {
        return None;
    }
    running.elsewhere(&path).or_else(|| {
        let (folder, name) = path.rsplit_once('/')?;
        let mut folders = running.path.iter();
        let is_listed = folders.any(|it| it.trim_end_matches('/') == folder);
        let program = running.program(name).filter(|_| is_listed)?;
        // which of several folders has it, nobody keeps
        (program == Program::Missing || running.path.len() == 1).then_some(program)
    })
}

/// Returns the folder in which the container starts: kubelet takes the manifest's, if it names one.
pub(crate) fn folder<'a>(join: &Join<'a>) -> &'a str {
    let own = join.container.get(&["workingDir"]).and_then(Node::as_str);
    own.filter(|folder| !folder.is_empty())
        .unwrap_or(&join.running.working_dir)
}

/// Returns the folders in which a program is looked for by its name; none if the manifest has them from
/// elsewhere.
pub(crate) fn path(join: &Join<'_>) -> Option<Vec<String>> {
    if has_own_path(join) {
        let own = variable(join, "PATH")?.split(':');
        return Some(own.map(str::to_owned).collect());
    }
    Some(join.running.path.clone())
}

/// Whether the manifest sets `PATH`.
fn has_own_path(join: &Join<'_>) -> bool {
    let env = join.container.get(&["env"]).map(Node::items);
    let mut env = env.unwrap_or_default().iter();
    env.any(|it| it.get("name").and_then(Node::as_str) == Some("PATH"))
}

/// Whether programs are looked for elsewhere than in the image's folders: a mount lies over one of them, or
/// the manifest sets `PATH`.
fn is_path_changed(join: &Join<'_>) -> bool {
    let mut folders = join.running.path.iter();
    has_own_path(join)
        || folders.any(|folder| {
            let folder = mounts::normal(folder);
            mounts::paths(&join.container)
                .any(|mount| mounts::is_below(&folder, &mount) || mounts::is_below(&mount, &folder))
        })
}
