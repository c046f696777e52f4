//! What variables of scripts stand for, as far as it is written: `SVC=redis-server; $SVC &`.
//!
//! A variable may be everything that a script sets it to, in whatever order; what only the running script
//! knows stays as it is written.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Variables that are known at once.
const MOST: usize = 500;
/// Words of a command that is told once for each value of a variable.
const MOST_WORDS: usize = 64;
/// Values of one variable, and commands that one with variables may be.
const MOST_VALUES: usize = 100;
/// Bytes of a value; longer ones are no programs.
const LONGEST: usize = 1_024;
/// Bytes of all values that are known at once, and what each takes beside its own: processes of a script have
/// copies of them.
const MOST_KNOWN: usize = 128 << 10;
const BESIDE: usize = 32;
/// Variables in one word that are looked at.
const MOST_IN_WORD: usize = 8;
/// Variables in values of variables.
const DEPTH: usize = 3;

/// Variables with what they may be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    /// Shared until one process of a script sets what another does not see.
    known: Rc<BTreeMap<String, Vec<String>>>,
    /// Bytes of all values.
    bytes: usize,
}

impl Variables {
    /// Knows the environment of a configuration, lines `NAME=value`.
    pub(crate) fn of_environment(env: &[String]) -> Self {
        let mut variables = Self::default();
        for (name, value) in env.iter().filter_map(|line| line.split_once('=')) {
            variables.set(name, value);
        }
        variables
    }

    /// Adds what a variable may be.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let is_known = self.known.contains_key(name);
        if value.is_empty() && is_known || value.len() > LONGEST {
            return;
        }
        if !is_known && self.known.len() >= MOST {
            return;
        }
        let known = self.known.get(name).map_or(&[][..], Vec::as_slice);
        if known.iter().any(|it| it == value) {
            return;
        }
        let name_bytes = if is_known { 0 } else { name.len() };
        let more = [value.len(), name_bytes, BESIDE];
        let bytes = more.into_iter().fold(self.bytes, usize::saturating_add);
        if known.len() >= MOST_VALUES || bytes > MOST_KNOWN {
            return;
        }
        self.bytes = bytes;
        let known = Rc::make_mut(&mut self.known);
        known
            .entry(name.to_owned())
            .or_default()
            .push(value.to_owned());
    }

    /// Returns the commands that one may be.
    pub(crate) fn commands(&self, words: &[String]) -> Vec<Vec<String>> {
        if !words.iter().any(|word| word.contains('$')) {
            return vec![words.to_vec()];
        }
        let words = &self.spliced(words)[..];
        let mut commands: Vec<Vec<String>> = vec![Vec::new()];
        for (at, word) in words.iter().enumerate() {
            // a word of many values makes many commands, two would make their product
            let is_one_at_most = words.len() > MOST_WORDS || commands.len() > 1;
            let most = if is_one_at_most { 2 } else { MOST_VALUES };
            let mut values = self.expand(word, (DEPTH, most));
            if values.len() > 1 && is_one_at_most {
                values = vec![word.clone()];
            }
            // `$RUN` may be a program with its words
            let is_split = at == 0 && word.starts_with('$');
            let pieces = values.into_iter().map(|value| {
                if is_split {
                    value.split_whitespace().map(str::to_owned).collect()
                } else {
                    vec![value]
                }
            });
            let pieces: Vec<Vec<String>> = pieces.collect();
            let longer = commands.iter().flat_map(|command| {
                let join = |piece: &Vec<String>| [command.as_slice(), piece].concat();
                pieces.iter().map(join)
            });
            commands = longer.collect();
        }
        commands
    }

    /// Returns words with all values of an array in the place of `"${NAME[@]}"`.
    fn spliced(&self, words: &[String]) -> Vec<String> {
        let is_long = words.len() > MOST_WORDS;
        let values = |word: &String| match array(word).filter(|_| !is_long) {
            Some(name) => self.known.get(&name),
            None => None,
        };
        let spliced = words.iter().flat_map(|word| match values(word) {
            Some(values) => values.iter().filter(|it| !it.is_empty()).cloned().collect(),
            None => vec![word.clone()],
        });
        spliced.take(MOST_WORDS.max(words.len())).collect()
    }

    /// Returns what a word may be.
    pub(crate) fn word(&self, word: &str) -> Vec<String> {
        self.expand(word, (DEPTH, MOST_VALUES))
    }

    fn expand(&self, word: &str, (depth, most): (usize, usize)) -> Vec<String> {
        let count = word.matches('$').count();
        if let Some(values) = array(word).and_then(|name| self.known.get(&name)) {
            return values.clone();
        }
        if depth == 0 || count == 0 || count > MOST_IN_WORD || word.len() > LONGEST {
            return vec![word.to_owned()];
        }
        let mut found = vec![String::new()];
        let mut rest = word;
        while let Some((before, behind)) = rest.split_once('$') {
            let (reference, after) = reference(behind);
            rest = after;
            let raw = behind.get(..behind.len() - after.len()).unwrap_or_default();
            let values = match reference {
                Some((name, otherwise)) => self.values(name, otherwise, (depth, most)),
                None => Vec::new(),
            };
            let values = match &values[..] {
                [] => vec![format!("${raw}")],
                _ => values,
            };
            let longer = found.iter().flat_map(|start| {
                let join = move |value: &String| format!("{start}{before}{value}");
                values.iter().map(join)
            });
            found = longer.filter(|it| it.len() <= LONGEST).take(most).collect();
        }
        if found.is_empty() {
            // it stands for more than is followed
            return vec![word.to_owned()];
        }
        for start in &mut found {
            start.push_str(rest);
        }
        found
    }

    /// Returns the values of a variable, or what stands for it if it has none.
    fn values(
        &self,
        name: &str,
        otherwise: Option<&str>,
        (depth, most): (usize, usize),
    ) -> Vec<String> {
        let known = self.known.get(name).map_or(&[][..], Vec::as_slice);
        let all = known.iter().map(String::as_str).chain(otherwise);
        let all = all.flat_map(|value| self.expand(value, (depth - 1, most)));
        all.take(most).collect()
    }
}

/// Returns the name of the array all of whose values a word stands for: `${NAME[@]}`.
fn array(word: &str) -> Option<String> {
    let inside = word.strip_prefix("${")?.strip_suffix('}')?;
    let name = inside
        .strip_suffix("[@]")
        .or_else(|| inside.strip_suffix("[*]"))?;
    Some(format!("{name}[@]"))
}

/// Returns the name behind a `$` with what it is if it is not set, and the rest.
fn reference(text: &str) -> (Option<(&str, Option<&str>)>, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name_of = |text: &'_ str| text.find(|c| !is_name(c)).unwrap_or(text.len());
    let Some(inside) = text.strip_prefix('{') else {
        let (name, rest) = text.split_at(name_of(text));
        let is_one = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
        return (is_one.then_some((name, None)), rest);
    };
    let (inside, rest) = inside.split_once('}').unwrap_or((inside, ""));
    let (name, behind) = inside.split_at(name_of(inside));
    let otherwise = [":-", "-", ":=", "="]
        .iter()
        .find_map(|sign| behind.strip_prefix(sign));
    let is_plain = behind.is_empty() || otherwise.is_some();
    let otherwise = otherwise.filter(|value| !value.is_empty());
    let is_one = !name.is_empty() && is_plain;
    (is_one.then_some((name, otherwise)), rest)
}

/// Whether nothing tells which program a word means: it is a variable that was not set, or what a command
/// writes. Arguments are told where they are given.
pub(crate) fn is_untold(program: &str) -> bool {
    let name = crate::start::name_of(program);
    let Some(at) = name.find('$') else {
        return false;
    };
    let behind = name.get(at + 1..).unwrap_or_default();
    let bare = behind.trim_start_matches('{');
    let is_argument = bare.starts_with(|c: char| c.is_ascii_digit() || "@*#?!$".contains(c));
    let is_itself = bare.starts_with("BASH_SOURCE") || bare.starts_with("SHELL");
    !is_argument && !is_itself
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_what_they_were_set_to() {
        let mut variables = Variables::of_environment(&["BIN=/usr/bin".to_owned()]);
        for (name, value) in [
            ("SVC", "redis-server"),
            ("f", "/a"),
            ("f", "/b"),
            ("DEEP", "$BIN/x"),
            ("SELF", "$SELF$SELF"),
            ("RUN", "nginx -g x"),
            ("NONE", ""),
            ("ALL[@]", "redis-server"),
            ("ALL[@]", "--port"),
        ] {
            variables.set(name, value);
        }
        for (line, want) in [
            ("x y", &["x·y"][..]),
            ("$SVC -x", &["redis-server·-x"]),
            ("${SVC} -x", &["redis-server·-x"]),
            ("$BIN/${SVC}", &["/usr/bin/redis-server"]),
            ("$f", &["/a", "/b"]),
            ("sh $f $f", &["sh·/a·$f", "sh·/b·$f"]),
            ("$DEEP", &["/usr/bin/x"]),
            ("$RUN", &["nginx·-g·x"]),
            ("$NONE nginx", &["nginx"]),
            ("exec ${ALL[@]} 1", &["exec·redis-server·--port·1"]),
            ("${ALL[*]}", &["redis-server·--port"]),
            ("${OTHER:-nginx}", &["nginx"]),
            ("${OTHER} $1 $@ ${a[@]} $", &["${OTHER}·$1·$@·${a[@]}·$"]),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let told = variables.commands(&words).into_iter();
            let told: Vec<String> = told.map(|words| words.join("·")).collect();
            assert_eq!(told, want, "{line}");
        }
        assert!(variables.word("$SELF").len() <= MOST_VALUES);
        let long = "y".repeat(LONGEST);
        variables.set("LONG", &long);
        assert_eq!(variables.word("$LONG"), [long]);
        assert_eq!(variables.word("$LONG$LONG"), ["$LONG$LONG"]);
        for number in 0..1_000 {
            variables.set(&format!("V{number}"), &"z".repeat(LONGEST));
        }
        let known: usize = variables.known.values().flatten().map(String::len).sum();
        assert!((MOST_KNOWN / 2..MOST_KNOWN).contains(&known), "{known}");
    }

    #[test]
    fn what_nobody_says_is_untold() {
        for (program, want) in [
            ("$SVC", true),
            ("${SVC}", true),
            ("/bin/$x", true),
            ("$", true),
            ("$JAVA_HOME/bin/java", false),
            ("$@", false),
            ("${1}", false),
            ("$0", false),
            ("${args[@]}", true),
            ("$BASH_SOURCE", false),
            ("nginx", false),
        ] {
            assert_eq!(is_untold(program), want, "{program}");
        }
    }
}
