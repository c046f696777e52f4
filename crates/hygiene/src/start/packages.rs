//! Programs that run what a file of their own names: `npm start`, `make run`.
//!
//! ```text
//! npm start        yarn --cwd /app run serve        {"scripts": {"start": "node a.js"}}
//! ```
//! Scripts of a `package.json` are followed; of other files it is told that they are not. Source of truth:
//! the manuals of `npm run`, `yarn run` and `pnpm run`.

use crate::tools;

use super::{At, Finder};

/// A file that says what is run.
const FILE: &str = "package.json";

/// Options whose value is the next word: the folder, and others.
const FOLDERS: [&str; 4] = ["-C", "--prefix", "--cwd", "--dir"];
const WITH_VALUE: [&str; 3] = ["--loglevel", "--node-options", "--userconfig"];
/// What names other packages than that of the folder.
const OF_OTHERS: [&str; 6] = ["-w", "--workspace", "-F", "--filter", "-r", "--recursive"];

/// Which script a call runs.
#[derive(Debug, PartialEq, Eq)]
enum Call<'w> {
    /// That of this name, of a folder if one is given.
    Script(Option<&'w str>, &'w str),
    /// One of other packages.
    OfOthers,
}

impl Finder<'_, '_> {
    /// Follows what a program runs that a file of its own names.
    pub(super) fn named_in_file(&mut self, name: &str, words: &[String], at: At<'_>) {
        if tools::is("runs what its file says", name) && at.stays {
            let why = "it starts what a file of make, or of its like, says, which is not followed";
            return self.leave_out(at.by, why);
        }
        match call(name, words) {
            Some(Call::Script(folder, script)) => {
                self.inside(|it| it.script_of_package(folder, script, at));
            }
            Some(Call::OfOthers) if at.stays => {
                let why = "which package's script it starts is not followed";
                self.leave_out(at.by, why);
            }
            None | Some(Call::OfOthers) => {}
        }
    }

    fn script_of_package(&mut self, folder: Option<&str>, script: &str, at: At<'_>) {
        if let Some(folder) = folder {
            self.places.enter(folder, at.by);
        }
        let (tree, limits) = (self.input.tree, self.input.limits);
        let paths = self.places.paths(FILE, at.by);
        let paths = paths.iter().map(|path| path.trim_start_matches('/'));
        let mut there = paths.filter(|path| tree.find(path, limits).is_some());
        let Some(path) = there.next() else {
            if at.stays {
                let why = "its package.json says what is started, and is not in the image";
                self.leave_out(at.by, why);
            }
            return;
        };
        let Some(text) = self.told_by(path) else {
            return;
        };
        let folder = path.strip_suffix(FILE).unwrap_or_default();
        self.places.enter(&format!("/{folder}"), at.by);
        let before = format!("pre{script}");
        for (name, stays) in [(&*before, false), (script, at.stays)] {
            if let Some(line) = line_of(&text, name) {
                let (by, depth) = (path, at.depth);
                self.line(
                    &line,
                    At {
                        by,
                        depth,
                        stays,
                        ..at
                    },
                );
            }
        }
    }
}

/// Returns what a manager of packages is told to run.
fn call<'w>(name: &str, words: &'w [String]) -> Option<Call<'w>> {
    if !matches!(name, "npm" | "yarn" | "pnpm" | "bun") {
        return None;
    }
    let mut folder = None;
    let mut is_of_others = false;
    let mut operands = Vec::new();
    let mut rest = words.iter().skip(1).map(String::as_str);
    while let Some(word) = rest.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        match option {
            "--" => break,
            _ if FOLDERS.contains(&option) => folder = value.or_else(|| rest.next()),
            _ if WITH_VALUE.contains(&option) => drop(value.or_else(|| rest.next())),
            _ if OF_OTHERS.contains(&option) => is_of_others = true,
            _ if word.starts_with('-') => {}
            _ => operands.push(word),
        }
    }
    // these run any script by its name alone
    let runs_any = matches!(name, "yarn" | "pnpm");
    match operands[..] {
        ["workspace" | "workspaces", ..] => Some(Call::OfOthers),
        [_, ..] if is_of_others => Some(Call::OfOthers),
        ["run" | "run-script", script, ..] | [script @ ("start" | "test" | "restart"), ..] => {
            Some(Call::Script(folder, script))
        }
        [script, ..] if runs_any && !is_own(script) => Some(Call::Script(folder, script)),
        _ => None,
    }
}

/// Whether a word means what a manager of packages does by itself.
fn is_own(word: &str) -> bool {
    matches!(
        word,
        "add"
            | "cache"
            | "config"
            | "create"
            | "dlx"
            | "exec"
            | "global"
            | "i"
            | "init"
            | "install"
            | "link"
            | "list"
            | "node"
            | "prune"
            | "remove"
            | "set"
            | "store"
            | "up"
            | "upgrade"
            | "version"
    )
}

/// Returns the line of a script of a `package.json`.
fn line_of(text: &str, script: &str) -> Option<String> {
    let package: serde_json::Value = serde_json::from_str(text).ok()?;
    let line = package.get("scripts")?.get(script)?.as_str()?;
    Some(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_named_in_many_ways() {
        let of = |script| Some(Call::Script(None, script));
        for (line, want) in [
            ("npm start", of("start")),
            ("npm run serve -- --port 1", of("serve")),
            ("npm --silent --loglevel warn run-script serve", of("serve")),
            (
                "npm --prefix /app start",
                Some(Call::Script(Some("/app"), "start")),
            ),
            (
                "yarn --cwd=/app serve",
                Some(Call::Script(Some("/app"), "serve")),
            ),
            ("pnpm serve", of("serve")),
            ("bun run serve", of("serve")),
            ("npm -w web start", Some(Call::OfOthers)),
            ("pnpm --filter=web start", Some(Call::OfOthers)),
            ("yarn workspace web start", Some(Call::OfOthers)),
            ("npm ci", None),
            ("yarn install", None),
            ("yarn", None),
            ("node start", None),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let name = words[0].clone();
            assert_eq!(call(&name, &words), want, "{line}");
        }
    }

    #[test]
    fn lines_stand_in_packages() {
        let text = "{\"scripts\": {\"start\": \"node a.js\", \"x\": 1}}";
        for (text, script, want) in [
            (text, "start", Some("node a.js")),
            (text, "x", None),
            (text, "y", None),
            ("{\"scripts\": []}", "start", None),
            ("no", "start", None),
        ] {
            assert_eq!(line_of(text, script).as_deref(), want, "{text} {script}");
        }
    }
}
