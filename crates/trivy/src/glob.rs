//! Globs of paths as the library `doublestar` knows them, which Trivy uses: `?` is a character, `*` and `[a-z]` stay
//! within a folder, `**` is any number of folders, `{a,b}` is either, also with folders in it.
//!
//! Source of truth: the documentation of doublestar 4. `a/**` fits `a`, too, which may be a folder; `**` that is only
//! a part of a name is `*`. A glob becomes a regular expression, which takes linear time.

use regex::Regex;

/// Choices that all `{a,b}` of a glob make together.
const MOST_CHOICES: usize = 1_000;
/// Letters of all these.
const MOST_LETTERS: usize = 100_000;

/// Why a text is no glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadGlob {
    /// A bracket or brace has no end, or a letter is missing behind `\`.
    #[error("syntax error in pattern")]
    Syntax,
    /// It becomes too large.
    #[error("pattern is too large")]
    TooLarge,
}

/// Returns the regular expression of whole paths that a glob fits.
///
/// # Errors
/// It is none, or makes too many choices.
pub fn expression(glob: &str) -> Result<String, BadGlob> {
    let choices: Vec<String> = choices(glob)?
        .iter()
        .map(|choice| of_path(choice))
        .collect::<Result<_, _>>()?;
    Ok(format!("(?s)^(?:{})$", choices.join("|")))
}

/// Reads a glob.
pub(crate) fn read(glob: &str) -> Result<Regex, BadGlob> {
    Regex::new(&expression(glob)?).ok().ok_or(BadGlob::TooLarge)
}

/// Returns the globs without braces that one with braces stands for.
fn choices(glob: &str) -> Result<Vec<String>, BadGlob> {
    let mut todo = vec![glob.to_owned()];
    let mut done = Vec::new();
    let mut letters = glob.len();
    while let Some(glob) = todo.pop() {
        let Some((before, inner, behind)) = braces(&glob)? else {
            done.push(glob);
            continue;
        };
        for choice in parts(inner) {
            let choice = format!("{before}{choice}{behind}");
            letters = letters.saturating_add(choice.len());
            todo.push(choice);
        }
        if todo.len() + done.len() > MOST_CHOICES || letters > MOST_LETTERS {
            return Err(BadGlob::TooLarge);
        }
    }
    Ok(done)
}

/// Returns what stands before, in and behind the first braces.
fn braces(glob: &str) -> Result<Option<(&str, &str, &str)>, BadGlob> {
    let mut letters = glob.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => _ = letters.next(),
            '[' => {
                // braces in brackets are letters
                let mut is_open = true;
                while is_open {
                    match letters.next() {
                        Some((_, '\\')) => _ = letters.next(),
                        Some((_, ']')) => is_open = false,
                        Some(_) => {}
                        None => return Err(BadGlob::Syntax),
                    }
                }
            }
            '{' => {
                let (before, rest) = glob.split_at_checked(at).unwrap_or_default();
                let rest = rest.strip_prefix('{').unwrap_or_default();
                let mut pieces =
                    pieces(rest).filter(|(_, letter, depth)| (*letter, *depth) == ('}', 0));
                let (end, ..) = pieces.next().ok_or(BadGlob::Syntax)?;
                let (inner, behind) = rest.split_at_checked(end).unwrap_or_default();
                return Ok(Some((
                    before,
                    inner,
                    behind.strip_prefix('}').unwrap_or_default(),
                )));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Returns the braces and commas of a text, each with how many braces are open around it.
fn pieces(text: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    text.char_indices().filter_map(move |(at, letter)| {
        if is_escaped || letter == '\\' {
            is_escaped = !is_escaped;
            return None;
        }
        match letter {
            '{' => depth += 1,
            '}' => {
                let outer = depth.saturating_sub(1);
                let piece = (at, letter, depth);
                depth = outer;
                return Some(piece);
            }
            ',' => return Some((at, letter, depth)),
            _ => {}
        }
        None
    })
}

/// Splits what stands in braces at its own commas.
fn parts(inner: &str) -> Vec<&str> {
    let commas = pieces(inner).filter(|(_, letter, depth)| (*letter, *depth) == (',', 0));
    let mut from = 0;
    let mut parts = Vec::new();
    for (at, ..) in commas {
        parts.push(inner.get(from..at).unwrap_or_default());
        from = at + 1;
    }
    parts.push(inner.get(from..).unwrap_or_default());
    parts
}

/// Returns the expression of a glob without braces.
fn of_path(glob: &str) -> Result<String, BadGlob> {
    // a folder by another name
    let glob = if glob.ends_with("/**/") || glob == "**/" {
        glob.trim_end_matches('/')
    } else {
        glob
    };
    let mut names: Vec<&str> = glob.split('/').collect();
    names.dedup_by(|a, b| (*a, *b) == ("**", "**"));
    let mut text = String::new();
    let last = names.len() - 1;
    for (at, name) in names.iter().enumerate() {
        let is_before_all = at + 1 == last && names.get(last) == Some(&"**");
        match (*name, at == last) {
            ("**", true) if at == 0 => text += ".*",
            ("**", true) => text += "(?:/.*)?",
            ("**", false) => text += "(?:.*/)?",
            (name, is_last) => {
                text += &of_name(name)?;
                text += if is_last || is_before_all { "" } else { "/" };
            }
        }
    }
    Ok(text)
}

/// Returns the expression of one name of a path.
fn of_name(name: &str) -> Result<String, BadGlob> {
    let mut text = String::new();
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => {
                while letters.next_if_eq(&'*').is_some() {}
                text += "[^/]*";
            }
            '?' => text += "[^/]",
            '[' => text += &of_class(&mut letters)?,
            '\\' => text += &literal(letters.next().ok_or(BadGlob::Syntax)?),
            letter => text += &literal(letter),
        }
    }
    Ok(text)
}

/// Returns the expression of what stands in brackets, up to the closing one.
fn of_class(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, BadGlob> {
    let is_negated = letters.next_if(|it| matches!(it, '!' | '^')).is_some();
    let mut items = String::new();
    loop {
        let from = match letters.next().ok_or(BadGlob::Syntax)? {
            ']' if items.is_empty() => return Err(BadGlob::Syntax),
            ']' => break,
            '-' => return Err(BadGlob::Syntax),
            '\\' => letters.next().ok_or(BadGlob::Syntax)?,
            letter => letter,
        };
        let mut to = from;
        if letters.next_if_eq(&'-').is_some() {
            to = match letters.next().ok_or(BadGlob::Syntax)? {
                ']' | '-' => return Err(BadGlob::Syntax),
                '\\' => letters.next().ok_or(BadGlob::Syntax)?,
                letter => letter,
            };
        }
        if from > to {
            return Err(BadGlob::Syntax);
        }
        items.extend([&literal(from), "-", &literal(to)]);
    }
    let sign = if is_negated { "^" } else { "" };
    Ok(format!("[[{sign}{items}]&&[^/]]"))
}

fn literal(letter: char) -> String {
    format!("\\x{{{:x}}}", u32::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_fit_whole_paths() {
        for (glob, fits, misses) in [
            (
                "a?c.txt",
                &["abc.txt", "aéc.txt"][..],
                &["ac.txt", "abbc.txt", "a/c.txt"][..],
            ),
            ("*.jar", &["x.jar", ".jar"], &["a/x.jar", "x.jar.orig"]),
            ("*.jar{,.orig}", &["x.jar", "x.jar.orig"], &["x.jar."]),
            ("**/*.{orig,txt}", &["x.orig", "a/b/x.txt"], &["x.or"]),
            ("a/**", &["a", "a/b", "a/b/c"], &["ab", "b/a"]),
            ("a/**/", &["a", "a/b"], &["ab"]),
            ("a/**/b", &["a/b", "a/x/b", "a/x/y/b"], &["ab", "a/xb"]),
            ("**/b", &["b", "a/b", "a/c/b"], &["ab"]),
            ("**", &["", "a", "a/b"], &[]),
            ("**/**", &["a", "a/b"], &[]),
            // a part of a name
            ("a**b", &["ab", "axb"], &["a/b"]),
            ("x/{**,y}", &["x", "x/a/b", "x/y"], &["y"]),
            ("{a,b/{c,d}}/e", &["a/e", "b/c/e", "b/d/e"], &["b/e"]),
            ("[a-cé]x", &["ax", "cx", "éx"], &["dx", "/x"]),
            ("[!a]x", &["bx", "éx"], &["ax", "/x"]),
            ("[^a]x", &["bx"], &["ax"]),
            ("[\\]{]", &["]", "{"], &["a"]),
            ("\\{a\\,b\\}", &["{a,b}"], &["a"]),
            ("{a\\,b,c}", &["a,b", "c"], &["a"]),
            ("a.b(c)+$", &["a.b(c)+$"], &["axb(c)+$"]),
            ("a,b}", &["a,b}"], &["a"]),
            ("", &[""], &["a"]),
        ] {
            let expression = read(glob).unwrap();
            for path in fits {
                assert!(expression.is_match(path), "{glob} {path}");
            }
            for path in misses {
                assert!(!expression.is_match(path), "{glob} {path}");
            }
        }
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        for (glob, want) in [
            ("[", BadGlob::Syntax),
            ("a[]", BadGlob::Syntax),
            ("[a-]", BadGlob::Syntax),
            ("[b-a]", BadGlob::Syntax),
            ("{a,b", BadGlob::Syntax),
            ("{a,{b}", BadGlob::Syntax),
            ("a\\", BadGlob::Syntax),
            (&*"{a,b}".repeat(20), BadGlob::TooLarge),
            (
                &*format!("{{{}}}{}", ",".repeat(900), "a".repeat(1_000)),
                BadGlob::TooLarge,
            ),
        ] {
            assert_eq!(read(glob).map(|_| ()), Err(want), "{glob}");
        }
    }
}
