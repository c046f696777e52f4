//! Which rules are asked: the table, and what a user's file changes.
//!
//! ```yaml
//! disable: [jwt, url-credentials]
//! enable: [assigned-secret]
//! rules:
//!   - id: acme-token
//!     title: token of the ACME shop
//!     severity: HIGH
//!     keywords: [acme_]
//!     regex: 'acme_[0-9a-f]{32}'
//!     entropy: 3.0
//! ```
//! `keywords` are literals of three bytes or more of which each match holds one, in capitals or not;
//! instead of them, or with them, there may be a `path`, an expression for the paths of the files that
//! are looked at. If the expression has a group `s`, that is the secret.

use std::collections::BTreeSet;

use model::{GapKind, Severity};
use yaml::{Limits, Node, Problem};

use crate::evidence;
use crate::expression::{self, Expression};
use crate::format::Scope;
use crate::formats::{FAMILIES, OFF_BY_DEFAULT};
use crate::rule::Rule;
use crate::words::Stands;

/// Rules of one file.
const MOST_RULES: usize = 500;
/// Bytes of one expression or keyword as it is written.
const LONGEST: usize = 2_000;
/// Family of the rules of a user's file.
pub(crate) const OWN_FAMILY: &str = "own";

/// The rules that an engine asks.
#[derive(Debug)]
pub struct Rules {
    pub(crate) list: Vec<Rule>,
}

impl Default for Rules {
    /// The table, without what is off by default.
    fn default() -> Self {
        Self::of(|id| !OFF_BY_DEFAULT.contains(&id))
    }
}

impl Rules {
    /// Takes the table as a user's file changes it.
    ///
    /// # Errors
    /// The first thing in the file that is unknown, missing or no expression, with line and column.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let root = yaml::read_one(bytes, &Limits::default())?.root;
        root.want_only(&["disable", "enable", "rules"])?;
        let disabled = ids(&root, "disable")?;
        let enabled = ids(&root, "enable")?;
        let mut rules = Self::of(|id| {
            let is_on = enabled.contains(id) || !OFF_BY_DEFAULT.contains(&id);
            is_on && !disabled.contains(id)
        });
        let own = root.get("rules").map_or(Ok(&[][..]), Node::want_items)?;
        if let Some(item) = own.get(MOST_RULES) {
            return Err(wrong(item, format!("more than {MOST_RULES} rules")));
        }
        let mut known = table_ids();
        for item in own {
            let rule = rule(item)?;
            if !known.insert(rule.id.clone()) {
                let why = format!("there is a rule `{}` already", rule.id);
                return Err(wrong(item.want("id")?, why));
            }
            rules.list.push(rule);
        }
        Ok(rules)
    }

    /// The table with what is off by default: for who shows nothing that may be a secret.
    pub(crate) fn all() -> Self {
        Self::of(|_| true)
    }

    fn of(is_on: impl Fn(&str) -> bool) -> Self {
        let rows = FAMILIES
            .iter()
            .flat_map(|&(family, rows)| rows.iter().map(move |row| (family, row)));
        let on = rows.filter(|(_, row)| is_on(row.id));
        Self {
            list: on.map(|(family, row)| Rule::new(family, row)).collect(),
        }
    }

    /// Returns id and title of each rule that is asked, in the order of the table.
    pub fn titles(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|rule| (&*rule.id, &*rule.title))
    }
}

fn table_ids() -> BTreeSet<String> {
    let rows = FAMILIES.iter().flat_map(|(_, rows)| *rows);
    rows.map(|row| row.id.to_owned()).collect()
}

/// Reads a list of ids of the table.
fn ids(root: &Node, name: &str) -> Result<BTreeSet<String>, Problem> {
    let known = table_ids();
    let items = root.get(name).map_or(Ok(&[][..]), Node::want_items)?;
    let id = |item: &Node| {
        let id = item.want_str()?;
        if known.contains(id) {
            Ok(id.to_owned())
        } else {
            Err(wrong(item, format!("there is no rule `{id}`")))
        }
    };
    items.iter().map(id).collect()
}

fn rule(item: &Node) -> Result<Rule, Problem> {
    item.want_only(&[
        "id", "title", "severity", "keywords", "regex", "path", "entropy",
    ])?;
    let id = short(item.want("id")?)?;
    let is_of_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.chars().all(is_of_id) {
        let why = "an id has small letters, digits and `-` only";
        return Err(wrong(item.want("id")?, why.to_owned()));
    }
    let words = item.get("keywords").map_or(Ok(Vec::new()), keywords)?;
    let path = item
        .get("path")
        .map(expression_of)
        .transpose()?
        .unwrap_or_default();
    if words.is_empty() && path.is_empty() {
        let why = "a rule has `keywords`, a `path`, or both";
        return Err(wrong(item, why.to_owned()));
    }
    Ok(Rule {
        id: id.to_owned(),
        title: short(item.want("title")?)?.to_owned(),
        family: OWN_FAMILY.to_owned(),
        severity: severity(item.want("severity")?)?,
        words,
        is_exact: false,
        stands: Stands::Anywhere,
        expression: Expression::new(with_group(expression_of(item.want("regex")?)?)),
        entropy: item.get("entropy").map_or(Ok(0.0), bits)?,
        check: evidence::nothing,
        glance: None,
        scope: if path.is_empty() {
            Scope::Text
        } else {
            Scope::File
        },
        path,
        marks: &[],
    })
}

/// Returns a text that is neither empty nor long.
fn short(node: &Node) -> Result<&str, Problem> {
    let text = node.want_str()?;
    if text.trim().is_empty() || text.len() > LONGEST {
        return Err(wrong(
            node,
            format!("expected a text of 1 to {LONGEST} bytes"),
        ));
    }
    Ok(text)
}

fn keywords(node: &Node) -> Result<Vec<String>, Problem> {
    let word = |item: &Node| {
        let word = short(item)?;
        if word.len() < 3 {
            return Err(wrong(item, "a keyword has three bytes or more".to_owned()));
        }
        Ok(word.to_owned())
    };
    let words: Vec<String> = node
        .want_items()?
        .iter()
        .map(word)
        .collect::<Result<_, _>>()?;
    if words.is_empty() {
        return Err(wrong(node, "expected a keyword or more".to_owned()));
    }
    Ok(words)
}

/// Returns an expression that compiles within its bounds.
fn expression_of(node: &Node) -> Result<String, Problem> {
    let text = short(node)?;
    match expression::compile(&with_group(text.to_owned())) {
        Ok(_) => Ok(text.to_owned()),
        Err(why) => {
            // the last line of the error says what is wrong, those before draw where
            let why = why
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            Err(wrong(
                node,
                format!("not an expression that can be used: {why}"),
            ))
        }
    }
}

/// The whole match is the secret where no group says otherwise.
fn with_group(text: String) -> String {
    if text.contains("(?P<s>") || text.contains("(?<s>") {
        text
    } else {
        format!("(?P<s>{text})")
    }
}

fn severity(node: &Node) -> Result<Severity, Problem> {
    let text = node.want_str()?;
    let known = Severity::ALL.into_iter().find(|it| it.name() == text);
    let names = Severity::ALL.map(Severity::name).join(", ");
    known.ok_or_else(|| wrong(node, format!("expected one of {names}")))
}

/// Bits a byte: at most eight.
fn bits(node: &Node) -> Result<f64, Problem> {
    let text = node.text().unwrap_or_default();
    let bits = text.parse().ok().filter(|bits| (0.0..=8.0).contains(bits));
    bits.ok_or_else(|| wrong(node, "expected bits a byte, 0 to 8".to_owned()))
}

fn wrong(node: &Node, why: String) -> Problem {
    Problem {
        position: node.position(),
        kind: GapKind::Unparsed,
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "id: acme-token\n  title: x\n  severity: HIGH\n";

    #[test]
    fn a_file_adds_and_disables_rules() {
        let text = format!(
            "disable: [jwt]\nenable: [assigned-secret]\nrules:\n- {OWN}  keywords: [acme_]\n  regex: 'acme_[0-9]{{4}}'\n"
        );
        let rules = Rules::read(text.as_bytes()).unwrap();
        let ids: Vec<&str> = rules.titles().map(|(id, _)| id).collect();
        assert!(!ids.contains(&"jwt"));
        assert!(ids.contains(&"assigned-secret"));
        assert_eq!(ids.last(), Some(&"acme-token"));
        assert_eq!(ids.len(), Rules::default().list.len() + 1);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        let own = |rest: &str| format!("rules:\n- {OWN}{rest}");
        for (text, want) in [
            ("disabled: []".to_owned(), "1:1: unknown key `disabled`"),
            ("disable: [nix]".to_owned(), "1:11: there is no rule `nix`"),
            (
                own("  keywords: [ab]\n  regex: x\n"),
                "5:14: a keyword has three bytes",
            ),
            (
                own("  regex: x\n"),
                "2:3: a rule has `keywords`, a `path`, or both",
            ),
            (
                own("  keywords: []\n  regex: x\n"),
                "5:13: expected a keyword or more",
            ),
            (
                own("  keywords: [abc]\n  regex: '('\n"),
                "6:10: not an expression",
            ),
            (
                own("  keywords: [abc]\n  regex: 'a{9999}{9999}'\n"),
                "6:10: not an expression",
            ),
            (own("  keywords: [abc]\n"), "2:3: `regex` is missing"),
            (
                own("  path: x\n  regex: x\n  entropy: 9\n"),
                "7:12: expected bits",
            ),
            (
                "rules:\n- {id: jwt, title: x, severity: LOW, path: x, regex: x}".to_owned(),
                "2:8: there is a rule `jwt` already",
            ),
            (
                "rules:\n- {id: A, title: x, severity: LOW, path: x, regex: x}".to_owned(),
                "2:8: an id has small letters",
            ),
            (
                "rules:\n- {id: a, title: x, severity: bad, path: x, regex: x}".to_owned(),
                "2:31: expected one of UNKNOWN",
            ),
        ] {
            let got = Rules::read(text.as_bytes()).unwrap_err().to_string();
            assert!(got.starts_with(want), "{text}\n{got}");
        }
    }
}
