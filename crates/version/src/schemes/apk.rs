//! Alpine and Wolfi packages: `1.2.3b_rc4_p5~abc123-r6`.
//!
//! Source of truth: `src/version.c` of apk-tools 3. The 2.14 line refuses `~hash` and orders
//! numbers that start with zero in another way; releases are judged by the rule of 3.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "apk",
    title: "an apk version",
    compare,
    ladder: "0.01 < 0.1 < 0.10 < 1.0_alpha < 1.0_alpha1 < 1.0_alpha2 < 1.0_beta1 < 1.0_pre1 < \
        1.0_rc1 = 1.0_rc01 < 1.0_rc1-r3 < 1.0_rc2 < 1.0_rc10 < 1.0 = 01.0 < 1.0-r0 < 1.0-r1 \
        = 1.0-r01 < 1.0-r9 < 1.0-r10 < 1.0~abc-r1 < 1.0_cvs1 < 1.0_svn1 < 1.0_git20200101 < \
        1.0_hg1 < 1.0_p < 1.0_p1 < 1.0_p1-r0 < 1.0_p2 < 1.0_p10 < 1.0a_alpha1 < 1.0a < 1.0b \
        < 1.0z < 1.0.0 < 1.0.01 < 1.0.010 < 1.0.1 < 1.0.10 < 1.00 < 1.01 < 1.1 < 1.9 < 1.10 \
        < 6.4_p20231125-r0 < 6.4_p20240210-r0 < 9.1_p1-r2 < 20230506 < 18446744073709551616 \
        < 18446744073709551617",
    bad: &[
        "",
        "?-r0",
        "a",
        "2021-03-27-r5",
        "6.6.4p1-r0",
        "1.2.31-0",
        "1.0ab",
        "1.0_foo",
        "1.0_",
        "1.0_P1",
        "1..0",
        "1.",
        "1.0-r",
        "1.0-r1-r2",
        "1.0~",
        "1.0~XYZ",
        "1.0~a~b",
        "1.0-r1_p1",
        " 1.0",
        "1.0\0",
        "1.0é",
    ],
};

/// One step of a version. The classes are in the order in which apk-tools counts them: where two
/// versions differ in class, the one with the later class is the older version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    First,
    Number,
    Letter,
    Suffix,
    SuffixNumber,
    Hash,
    Revision,
    End,
}

/// What follows `_`, ascending; a version without one stands between `Rc` and `Cvs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Suffix {
    Alpha,
    Beta,
    Pre,
    Rc,
    Cvs,
    Svn,
    Git,
    Hg,
    P,
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    class: Class,
    value: &'a [u8],
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    check(a)?;
    check(b)?;
    for (a, b) in Tokens::new(a).zip(Tokens::new(b)) {
        let (Ok(a), Ok(b)) = (a, b) else { break };
        let order = compare_tokens(a, b);
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

fn check(text: &str) -> Result<(), BadVersion> {
    Tokens::new(text)
        .find_map(Result::err)
        .map_or(Ok(()), |why| Err(Scheme::Apk.bad(text, why)))
}

fn compare_tokens(a: Token<'_>, b: Token<'_>) -> Ordering {
    if a.class != b.class {
        return match (a.is_before_release(), b.is_before_release()) {
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Greater,
            _ => b.class.cmp(&a.class),
        };
    }
    let has_zero = |token: Token<'_>| token.value.starts_with(b"0");
    match a.class {
        Class::Number if has_zero(a) || has_zero(b) => a.value.cmp(b.value),
        Class::First | Class::Number | Class::SuffixNumber | Class::Revision => {
            digits::compare(a.value, b.value)
        }
        Class::Suffix => suffix(a.value).cmp(&suffix(b.value)),
        Class::Letter | Class::Hash | Class::End => a.value.cmp(b.value),
    }
}

impl Token<'_> {
    fn is_before_release(self) -> bool {
        self.class == Class::Suffix && suffix(self.value) <= Some(Suffix::Rc)
    }
}

fn suffix(word: &[u8]) -> Option<Suffix> {
    Some(match word {
        b"alpha" => Suffix::Alpha,
        b"beta" => Suffix::Beta,
        b"pre" => Suffix::Pre,
        b"rc" => Suffix::Rc,
        b"cvs" => Suffix::Cvs,
        b"svn" => Suffix::Svn,
        b"git" => Suffix::Git,
        b"hg" => Suffix::Hg,
        b"p" => Suffix::P,
        _ => return None,
    })
}

/// The steps of one version; the last is an `End` or an error.
struct Tokens<'a> {
    rest: &'a [u8],
    last: Option<Class>,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes(),
            last: None,
        }
    }

    fn step(&mut self) -> Result<Token<'a>, &'static str> {
        let Some(last) = self.last else {
            return self.take(
                Class::First,
                u8::is_ascii_digit,
                "it does not start with a digit",
            );
        };
        let Some((&byte, after)) = self.rest.split_first() else {
            return self.take(Class::End, |_| false, "");
        };
        match byte {
            b'a'..=b'z' if last <= Class::Number => {
                let (value, rest) = self.rest.split_at_checked(1).unwrap_or_default();
                self.rest = rest;
                Ok(Token {
                    class: Class::Letter,
                    value,
                })
            }
            b'.' if last <= Class::Number => {
                self.rest = after;
                self.take(Class::Number, u8::is_ascii_digit, "no digit follows a `.`")
            }
            b'0'..=b'9' if last == Class::Suffix => {
                self.take(Class::SuffixNumber, u8::is_ascii_digit, "")
            }
            b'_' if last <= Class::SuffixNumber => {
                self.rest = after;
                let why = "no known suffix follows a `_`";
                let token = self.take(Class::Suffix, u8::is_ascii_lowercase, why)?;
                suffix(token.value).map_or(Err(why), |_| Ok(token))
            }
            b'~' if last < Class::Hash => {
                self.rest = after;
                let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                self.take(Class::Hash, is_hex, "no commit hash follows the `~`")
            }
            b'-' if last < Class::Revision => {
                self.rest = after.strip_prefix(b"r").ok_or("no `r` follows a `-`")?;
                self.take(
                    Class::Revision,
                    u8::is_ascii_digit,
                    "no number follows `-r`",
                )
            }
            _ => Err("a part of it stands where it may not"),
        }
    }

    /// Cuts off the bytes that satisfy `wanted`; none is an error unless this is the end.
    fn take(
        &mut self,
        class: Class,
        wanted: impl Fn(&u8) -> bool,
        why: &'static str,
    ) -> Result<Token<'a>, &'static str> {
        let (value, rest) = digits::split(self.rest, wanted);
        if value.is_empty() && class != Class::End {
            return Err(why);
        }
        self.rest = rest;
        Ok(Token { class, value })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.last == Some(Class::End) {
            return None;
        }
        let step = self.step();
        self.last = Some(step.as_ref().map_or(Class::End, |token| token.class));
        Some(step)
    }
}
