//! What pm2 starts: the program that a call names, or the applications of a file.
//!
//! ```text
//! pm2-runtime start app.js        pm2-runtime ecosystem.config.js
//! module.exports = { apps: [{ script: "./a.js", args: "--x" }, { script: "redis-server", interpreter: "none" }] }
//! ```
//! The file is JavaScript, JSON or YAML; only plain values are understood, and what is none is told when it
//! runs. Source of truth: pm2's documentation, "Ecosystem File", and `lib/Common.js`.

use crate::services;
use crate::start::{Started, name_of};

use super::named::Chosen;
use super::{Told, named, reads};

/// Bytes of an application's settings that are looked at on either side of its script.
const NEAR: usize = 4_096;

/// A program of which only the running file tells the name.
const UNTOLD: &str = "${script}";

/// What a call of pm2 starts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// The applications of a file, or some of them.
    File(String, Chosen),
    Program(Told),
}

/// Returns what a call starts by name; none where it reads the usual file, or starts nothing.
pub(super) fn named(started: &Started) -> Option<Call> {
    let (names, words) = services::names(started);
    let name = names.iter().find(|name| reads(name, "pm2"))?;
    let end = words.iter().position(|word| *word == "--");
    let (own, arguments) = words.split_at(end.unwrap_or(words.len()));
    let mut target = named::operand(own, takes_value)?;
    let begins = [
        "start",
        "startOrRestart",
        "startOrReload",
        "startOrGracefulReload",
    ];
    if begins.contains(&target) {
        let at = own.iter().position(|word| begins.contains(word))?;
        target = named::operand(own.get(at.checked_add(1)?..)?, takes_value)?;
    } else if name == "pm2" {
        // it lists, stops and tells
        return None;
    }
    let is_file = [".json", ".config.js", ".config.cjs", ".config.mjs"];
    if is_yaml(target) || is_file.iter().any(|end| target.ends_with(end)) {
        return Some(Call::File(target.to_owned(), chosen(own)));
    }
    let app = App {
        script: target.to_owned(),
        arguments: arguments.get(1..).unwrap_or_default().join(" "),
        ..App::default()
    };
    Some(Call::Program(app.told()))
}

/// Returns which applications of a file are started: those that `--only` names, if it does.
fn chosen(words: &[&str]) -> Chosen {
    let mut pairs = words.windows(2);
    let only = pairs.find_map(|pair| match pair {
        ["--only", names] => Some(*names),
        _ => None,
    });
    let joined = words.iter().find_map(|word| word.strip_prefix("--only="));
    let only = only.or(joined).filter(|names| !names.contains('$'));
    let split = |names: &str| names.split([',', ' ']).map(str::to_owned).collect();
    Chosen {
        names: only.map(split),
        without: Vec::new(),
    }
}

/// Whether the value of an option is the next word.
fn takes_value(option: &str) -> bool {
    matches!(
        option,
        "-i" | "--instances"
            | "-n"
            | "--name"
            | "-p"
            | "--pid"
            | "-o"
            | "-e"
            | "-l"
            | "--log"
            | "--env"
            | "--cwd"
            | "--interpreter"
            | "--node-args"
            | "--max-memory-restart"
            | "--only"
            | "--namespace"
            | "--format"
            | "--log-date-format"
            | "--secret"
            | "--public"
    )
}

/// Whether a file is YAML.
pub(super) fn is_yaml(file: &str) -> bool {
    [".yml", ".yaml"].iter().any(|end| file.ends_with(end))
}

/// An application.
#[derive(Debug, Default)]
struct App {
    /// What it is called; the script's name if it is empty.
    name: String,
    script: String,
    arguments: String,
    interpreter: String,
}

impl App {
    fn told(self) -> Told {
        let interpreter = match &*self.interpreter {
            "" => interpreter(&self.script),
            "none" => "",
            named => named,
        };
        let words = [interpreter, &self.script, &self.arguments];
        let words: Vec<&str> = words.into_iter().filter(|it| !it.is_empty()).collect();
        let line = words.join(" ");
        let name = if self.name.is_empty() {
            self.script
        } else {
            self.name
        };
        ("pm2", name, line)
    }
}

/// Returns what pm2 runs a script with whose settings do not say so.
fn interpreter(script: &str) -> &'static str {
    match name_of(script).rsplit_once('.').map(|(_, end)| end) {
        Some("js" | "mjs" | "cjs" | "ts") => "node",
        Some("py") => "python3",
        Some("sh") => "bash",
        Some("rb") => "ruby",
        Some("php") => "php",
        Some("pl") => "perl",
        _ => "",
    }
}

/// Returns the applications of a file of JavaScript or JSON.
pub(super) fn of_text(text: &str) -> Vec<Told> {
    let places = text.match_indices("script").map(|(at, _)| at);
    let apps = places.filter_map(|at| {
        let (before, behind) = text.split_at_checked(at)?;
        let script = value(before, behind.strip_prefix("script")?)?;
        let object = object(before, behind);
        let of = |name: &str| {
            let mut found = object.match_indices(name);
            found.find_map(|(at, _)| {
                let (before, behind) = object.split_at_checked(at)?;
                value(before, behind.strip_prefix(name)?).filter(|it| *it != UNTOLD)
            })
        };
        let app = App {
            name: of("name").unwrap_or_default().to_owned(),
            script: script.to_owned(),
            arguments: of("args").unwrap_or_default().to_owned(),
            interpreter: of("interpreter").unwrap_or_default().to_owned(),
        };
        Some(app.told())
    });
    apps.collect()
}

/// Returns the value of a name that stands between two texts; none if it is no name with a value.
fn value<'t>(before: &str, behind: &'t str) -> Option<&'t str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '.';
    let start = before.ceil_char_boundary(before.len().saturating_sub(NEAR));
    let near = before.get(start..).unwrap_or_default();
    let line = near.rsplit('\n').next().unwrap_or_default();
    let is_remark = line.trim_start().starts_with("//") || line.trim_start().starts_with('*');
    if before.ends_with(is_name) || is_remark {
        return None;
    }
    let quotes = ['"', '\''];
    let rest = behind.strip_prefix(quotes).unwrap_or(behind).trim_start();
    let value = rest.strip_prefix(':')?.trim_start();
    let quote = value.chars().next()?;
    if !matches!(quote, '"' | '\'' | '`') {
        return Some(UNTOLD);
    }
    value.split(quote).nth(1)
}

/// Returns the object in whose braces the end of one text and the beginning of another stand.
fn object<'t>(before: &'t str, behind: &'t str) -> String {
    let mut depth = 0_usize;
    let start: String = before
        .chars()
        .rev()
        .take(NEAR)
        .take_while(|c| is_inside(*c, ('}', '{'), &mut depth))
        .collect();
    depth = 0;
    let end = behind.chars().take(NEAR);
    let end = end.take_while(|c| is_inside(*c, ('{', '}'), &mut depth));
    start.chars().rev().chain(end).collect()
}

fn is_inside(c: char, (opens, closes): (char, char), depth: &mut usize) -> bool {
    if c == closes {
        let left = depth.checked_sub(1);
        *depth = left.unwrap_or_default();
        return left.is_some();
    }
    *depth += usize::from(c == opens);
    true
}

/// Returns the applications of a file of YAML: items with a line `script: x`.
pub(super) fn of_yaml(text: &str) -> Vec<Told> {
    let mut apps: Vec<App> = Vec::new();
    for line in text.lines().map(str::trim) {
        let item = line.strip_prefix('-').map(str::trim_start);
        if item.is_some() || apps.is_empty() {
            apps.push(App::default());
        }
        let (Some((name, value)), Some(app)) =
            (item.unwrap_or(line).split_once(':'), apps.last_mut())
        else {
            continue;
        };
        let value = value.split(" #").next().unwrap_or_default();
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        match name.trim() {
            "name" => app.name = value,
            "script" => app.script = value,
            "args" => app.arguments = value,
            "interpreter" | "exec_interpreter" => app.interpreter = value,
            _ => {}
        }
    }
    let apps = apps.into_iter().filter(|app| !app.script.is_empty());
    apps.map(App::told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(told: Vec<Told>) -> Vec<String> {
        told.into_iter().map(|(_, _, line)| line).collect()
    }

    #[test]
    fn calls_name_a_program_or_a_file() {
        for (line, want) in [
            ("pm2-runtime app.js", "node app.js"),
            ("pm2-runtime start app.js -i max", "node app.js"),
            (
                "pm2-runtime -i 2 start app.py -- --port 1",
                "python3 app.py --port 1",
            ),
            ("pm2-runtime start npm --name x -- start", "npm start"),
            ("pm2 start npm -- run serve", "npm run serve"),
            ("pm2-runtime start --env production p.json", "file p.json"),
            ("pm2-docker /a/x.config.cjs", "file /a/x.config.cjs"),
            (
                "pm2-runtime /a/pm2.yaml --only web",
                "file /a/pm2.yaml: web",
            ),
            ("pm2-runtime a.json --only=web,b", "file a.json: web b"),
            ("pm2-runtime start", ""),
            ("pm2-runtime", ""),
            ("pm2 logs", ""),
            ("pm2 delete all", ""),
            ("nginx start x", ""),
        ] {
            let started = Started {
                words: line.split(' ').map(str::to_owned).collect(),
                ..Started::default()
            };
            let told = match named(&started) {
                None => String::new(),
                Some(Call::File(file, chosen)) => match chosen.names {
                    None => format!("file {file}"),
                    Some(names) => format!("file {file}: {}", names.join(" ")),
                },
                Some(Call::Program((_, _, line))) => line,
            };
            assert_eq!(told, want, "{line}");
        }
    }

    #[test]
    fn applications_stand_in_files() {
        for (text, want) in [
            ("apps: [{\n script: './a.js',\n}]", &["node ./a.js"][..]),
            (
                "{apps:[{name:'a',script:'a.js'},{\"script\": `b.js`,prescript:'c'}]}",
                &["node a.js", "node b.js"],
            ),
            (
                "[{env: {A: 'x'}, args: 'start', script: 'npm'}, {script: 'serve', interpreter: 'bash'}]",
                &["npm start", "bash serve"],
            ),
            (
                "[{script: 'a.js', interpreter: 'none', args: x}]",
                &["a.js"],
            ),
            ("[{script: path.join(x, 'a.js')}]", &["${script}"]),
            ("// script: 'a'\n[{script: 'b'}] // script.x", &["b"]),
            ("scripts: {start: 'x'}", &[]),
        ] {
            assert_eq!(lines(of_text(text)), want, "{text}");
        }
        let yaml = "apps:\n  - name: a # x\n    script: a.py\n    args: --x\n  - script: 'b'\n    interpreter: none\n";
        assert_eq!(lines(of_yaml(yaml)), ["python3 a.py --x", "b"]);
    }

    /// Each script has all others near it.
    #[test]
    fn files_may_have_many_applications() {
        assert_eq!(of_text(&"script:'a',".repeat(10_000)).len(), 10_000);
    }
}
