//! Java packages as Maven orders them: any text is a version.
//!
//! Source of truth: `ComparableVersion` of maven-artifact 3.8.7. A version is a list of numbers and
//! words; each `-`, and each change between digits and letters, opens a list in the list. As nothing
//! ever follows such a list, lists in lists are kept as one sequence of lists here.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "maven",
    title: "a Maven version",
    compare,
    ladder: "1.0-alpha < 1.0-alpha-1 = 1.0-a1 = 1.0-alpha1 < 1.0-alpha-9 < 1.0-alpha-10 < 1.0-beta < \
        1.0-b1 < 1.0-b2 < 1.0-m1 = 1.0-M1 = 1.0-milestone-1 < 1.0-rc1 = 1.0-cr1 < 1.0-CR2 < \
        1.0-SNAPSHOT < 1 = 1.0 = 1.0.0 = 1.0-GA = 1.0.Final = 1.0.RELEASE = 1-.0 < 1.0-sp < \
        1.0-sp1 = 1.0.SP1 < 1.0_1 < 1.0-abc < 1.0-pre < 1.0-xyz < 1.0-1 < 1.0-2 < 1.0-10 < \
        1.0-20200101.123456-1 < 1.0.1 < 1.1-SNAPSHOT < 1.1 < 2.0.0.M1 < 2.0.0.RC1 < 2.0 < \
        4.1.9.Final < 4.1.100.Final < 5.3.18 = 5.3.18.RELEASE < 9.4.51 < 9.4.51.v20230217 < \
        32.0.0-android < 32.0.0-jre < 18446744073709551616 < 18446744073709551617",
    bad: &["", " ", "1 0", "1\0", "1\n"],
};

/// A number or a word; words are lower-case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Number(String),
    Word(String),
}

/// What stands at a place of a list.
#[derive(Debug, Clone, Copy)]
enum Slot<'a> {
    Item(&'a Item),
    /// The list that ends this one.
    List,
    Nothing,
}

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let (a, b) = (parse(a)?, parse(b)?);
    let mut depths = 0..=a.len().max(b.len());
    let order = depths.find_map(|depth| compare_lists(&a, &b, depth));
    Ok(order.unwrap_or(Ordering::Equal))
}

/// Compares the lists that stand at one depth; `None` if the lists in them decide.
fn compare_lists(a: &[Vec<Item>], b: &[Vec<Item>], depth: usize) -> Option<Ordering> {
    let (list_a, list_b) = (a.get(depth), b.get(depth));
    let longest = list_a.map_or(0, Vec::len).max(list_b.map_or(0, Vec::len));
    for place in 0..=longest {
        let (slot_a, slot_b) = (slot_at(a, depth, place), slot_at(b, depth, place));
        let order = match (slot_a, slot_b) {
            (Slot::Nothing, Slot::Nothing) => return Some(Ordering::Equal),
            (Slot::List, Slot::List) => return None,
            (Slot::Item(a), Slot::Item(b)) => compare_items(a, b),
            (Slot::Item(item), Slot::Nothing) => with_nothing(item),
            (Slot::Nothing, Slot::Item(item)) => with_nothing(item).reverse(),
            (Slot::List, Slot::Nothing) => rest_with_nothing(a, depth + 1),
            (Slot::Nothing, Slot::List) => rest_with_nothing(b, depth + 1).reverse(),
            (Slot::Item(item), Slot::List) => with_list(item),
            (Slot::List, Slot::Item(item)) => with_list(item).reverse(),
        };
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

fn slot_at(lists: &[Vec<Item>], depth: usize, place: usize) -> Slot<'_> {
    let list = lists.get(depth).map_or(&[][..], Vec::as_slice);
    match list.get(place) {
        Some(item) => Slot::Item(item),
        None if place == list.len() && depth + 1 < lists.len() => Slot::List,
        None => Slot::Nothing,
    }
}

/// Numbers are newer than words.
fn compare_items(a: &Item, b: &Item) -> Ordering {
    match (a, b) {
        (Item::Number(a), Item::Number(b)) => digits::compare(a.as_bytes(), b.as_bytes()),
        (Item::Word(a), Item::Word(b)) => rank(a).cmp(&rank(b)).then_with(|| {
            if rank(a) == UNKNOWN {
                a.cmp(b)
            } else {
                Ordering::Equal
            }
        }),
        (Item::Number(_), Item::Word(_)) => Ordering::Greater,
        (Item::Word(_), Item::Number(_)) => Ordering::Less,
    }
}

/// Lists stand between words and numbers.
const fn with_list(item: &Item) -> Ordering {
    match item {
        Item::Number(_) => Ordering::Greater,
        Item::Word(_) => Ordering::Less,
    }
}

fn with_nothing(item: &Item) -> Ordering {
    match item {
        Item::Number(number) => digits::compare(number.as_bytes(), b"0"),
        Item::Word(word) => rank(word).cmp(&RELEASE),
    }
}

fn rest_with_nothing(lists: &[Vec<Item>], depth: usize) -> Ordering {
    let rest = lists.get(depth..).unwrap_or_default().iter().flatten();
    rest.map(with_nothing)
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

const RELEASE: u8 = 5;
const UNKNOWN: u8 = 7;

fn rank(word: &str) -> u8 {
    match word {
        "alpha" => 0,
        "beta" => 1,
        "milestone" => 2,
        "rc" | "cr" => 3,
        "snapshot" => 4,
        "" | "ga" | "final" | "release" => RELEASE,
        "sp" => 6,
        _ => UNKNOWN,
    }
}

fn parse(text: &str) -> Result<Vec<Vec<Item>>, BadVersion> {
    if text.is_empty() {
        return Err(Scheme::Maven.bad(text, "it is empty"));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Scheme::Maven.bad(text, "it has a space or a control character"));
    }
    let mut lists = lists(&text.to_lowercase());
    trim(&mut lists);
    Ok(lists)
}

fn lists(text: &str) -> Vec<Vec<Item>> {
    let mut lists = vec![Vec::new()];
    let mut token = String::new();
    for c in text.chars() {
        if c == '.' || c == '-' {
            push(&mut lists, item(&token, false));
            token.clear();
            if c == '-' {
                lists.push(Vec::new());
            }
            continue;
        }
        if !token.is_empty() && is_number(&token) != c.is_ascii_digit() {
            push_in_list(&mut lists, item(&token, c.is_ascii_digit()));
            token.clear();
            lists.push(Vec::new());
        }
        token.push(c);
    }
    if !token.is_empty() {
        push_in_list(&mut lists, item(&token, false));
    }
    lists
}

fn push(lists: &mut [Vec<Item>], item: Item) {
    if let Some(list) = lists.last_mut() {
        list.push(item);
    }
}

/// A word before a digit and one at the end begin a list, so that `.X1` is as old as `-X1`.
fn push_in_list(lists: &mut Vec<Vec<Item>>, item: Item) {
    let is_list_empty = lists.last().is_none_or(Vec::is_empty);
    if matches!(item, Item::Word(_)) && !is_list_empty {
        lists.push(Vec::new());
    }
    push(lists, item);
}

fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit())
}

/// An empty token is a zero; one letter before a digit stands for a word.
fn item(token: &str, is_before_digit: bool) -> Item {
    match (token, is_before_digit) {
        ("", _) => Item::Number(String::new()),
        ("a", true) => Item::Word("alpha".to_owned()),
        ("b", true) => Item::Word("beta".to_owned()),
        ("m", true) => Item::Word("milestone".to_owned()),
        _ if is_number(token) => Item::Number(token.to_owned()),
        _ => Item::Word(token.to_owned()),
    }
}

/// Removes what means nothing at the end of each list, and empty lists at the end.
fn trim(lists: &mut Vec<Vec<Item>>) {
    for list in lists.iter_mut() {
        while list.last().is_some_and(|item| with_nothing(item).is_eq()) {
            list.pop();
        }
    }
    while lists.last().is_some_and(Vec::is_empty) {
        lists.pop();
    }
}
