//! OVAL: definitions of flaws, and the tests that say which packages have them.
//!
//! Source of truth: OVAL 5.11, feeds.md §2.6. Tests stand behind the definitions that name them, so a
//! file is read whole; of it only what is asked for is kept.

use std::collections::BTreeMap;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Elements in elements; real files have a dozen.
const MOST_DEPTH: usize = 64;
/// Packages of one definition with all that must hold beside each; real ones have some 10,000.
const MOST_BESIDE: usize = 1_000_000;
/// States of one test; real ones have two.
const MOST_STATES: usize = 16;
/// Bytes of the text in one element that is kept.
const MOST_TEXT: usize = 1_000;

/// One definition.
#[derive(Debug, Default)]
pub(crate) struct Definition {
    pub(crate) title: String,
    pub(crate) platforms: Vec<String>,
    /// Where it comes from: the source and the id there.
    pub(crate) references: Vec<(String, String)>,
    pub(crate) severity: String,
    /// The day on which it was published.
    pub(crate) issued: String,
    pub(crate) patchable: String,
    pub(crate) criteria: Vec<Criteria>,
}

/// What must hold.
#[derive(Debug)]
pub(crate) enum Criteria {
    /// All of these, or any.
    Group {
        is_all: bool,
        of: Vec<Self>,
    },
    Test {
        comment: String,
        test: String,
    },
}

/// How a version is compared with that of a package.
#[derive(Debug, Clone)]
pub(crate) struct Compared {
    pub(crate) package: String,
    pub(crate) evr: String,
    pub(crate) operation: String,
}

/// A package that is held against a version, and all that must hold beside it.
#[derive(Debug)]
pub(crate) struct Leaf<'a> {
    pub(crate) compared: Compared,
    /// The comments of the other tests: `Oracle Linux 8 is installed`.
    pub(crate) beside: Vec<&'a str>,
}

/// What was found of a definition.
#[derive(Default)]
struct Leaves<'a> {
    found: Vec<Leaf<'a>>,
    /// Packages, and texts beside them.
    texts: usize,
}

impl<'a> Leaves<'a> {
    fn push(&mut self, compared: Option<Compared>, beside: &[&'a str]) {
        let Some(compared) = compared else { return };
        self.texts = self.texts.saturating_add(beside.len()).saturating_add(1);
        if self.texts <= MOST_BESIDE {
            let beside = beside.to_vec();
            self.found.push(Leaf { compared, beside });
        }
    }
}

/// A file of OVAL.
#[derive(Debug, Default)]
pub(crate) struct Oval {
    pub(crate) definitions: Vec<Definition>,
    /// The object and the states of each test.
    tests: BTreeMap<String, (String, Vec<String>)>,
    objects: BTreeMap<String, String>,
    /// The version and the comparison of each state that has one.
    states: BTreeMap<String, (String, String)>,
}

impl Oval {
    /// Reads a file.
    ///
    /// # Errors
    /// Why it is no XML, or no OVAL.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_not| "it is no UTF-8".to_owned())?;
        let mut reader = Reader::from_str(text);
        let mut parser = Parser::default();
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            match event {
                Event::Start(start) => parser.start(&start)?,
                Event::Empty(start) => {
                    parser.start(&start)?;
                    parser.end();
                }
                Event::Text(text) => parser.text(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let resolved = name.resolve_char_ref().ok().flatten().map(String::from);
                    let named = || resolve_predefined_entity(&name);
                    parser.text(resolved.as_deref().or_else(named).unwrap_or_default());
                }
                Event::CData(text) => parser.text(&text),
                Event::End(_) => parser.end(),
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        if !parser.path.is_empty() {
            return Err("it ends within an element".to_owned());
        }
        if parser.is_oval {
            Ok(parser.oval)
        } else {
            Err("it is no OVAL: it has no `oval_definitions`".to_owned())
        }
    }

    /// Returns each package that a definition compares, with what must hold beside it.
    ///
    /// # Errors
    /// It is more than any real definition says.
    pub(crate) fn leaves<'a>(
        &'a self,
        definition: &'a Definition,
    ) -> Result<Vec<Leaf<'a>>, String> {
        let mut leaves = Leaves::default();
        self.walk(&definition.criteria, true, &mut Vec::new(), &mut leaves);
        if leaves.texts > MOST_BESIDE {
            return Err(format!(
                "its packages and what must hold beside each are more than {MOST_BESIDE}"
            ));
        }
        Ok(leaves.found)
    }

    fn walk<'a>(
        &'a self,
        criteria: &'a [Criteria],
        is_all: bool,
        beside: &mut Vec<&'a str>,
        leaves: &mut Leaves<'a>,
    ) {
        let before = beside.len();
        if is_all {
            for it in criteria.iter().filter(|it| !self.has_package(it)) {
                comments(it, beside);
            }
        }
        for it in criteria.iter().filter(|it| self.has_package(it)) {
            match it {
                Criteria::Group { is_all, of } => self.walk(of, *is_all, beside, leaves),
                Criteria::Test { comment, test } => {
                    leaves.push(self.compared(comment, test), beside);
                }
            }
        }
        beside.truncate(before);
    }

    fn has_package(&self, criteria: &Criteria) -> bool {
        match criteria {
            Criteria::Group { of, .. } => of.iter().any(|it| self.has_package(it)),
            Criteria::Test { comment, test } => self.compared(comment, test).is_some(),
        }
    }

    /// Returns what a test compares; where the file does not hold the test, its comment says so.
    fn compared(&self, comment: &str, test: &str) -> Option<Compared> {
        if let Some((object, states)) = self.tests.get(test) {
            // others are about signatures and architectures
            let (evr, operation) = states.iter().find_map(|it| self.states.get(it))?.clone();
            let package = self.objects.get(object)?.clone();
            return Some(Compared {
                package,
                evr,
                operation,
            });
        }
        let (package, evr) = comment.split_once(" is earlier than ")?;
        Some(Compared {
            package: package.trim().to_owned(),
            evr: evr.trim().to_owned(),
            operation: "less than".to_owned(),
        })
    }
}

/// Adds the comments of all tests in it.
fn comments<'a>(criteria: &'a Criteria, into: &mut Vec<&'a str>) {
    match criteria {
        Criteria::Group { of, .. } => of.iter().for_each(|it| comments(it, into)),
        Criteria::Test { comment, .. } => into.push(comment),
    }
}

/// What is open while a file is read.
#[derive(Default)]
struct Parser {
    oval: Oval,
    is_oval: bool,
    /// Names of the elements that are open, without prefixes.
    path: Vec<String>,
    text: String,
    definition: Option<Definition>,
    groups: Vec<(bool, Vec<Criteria>)>,
    /// The test, object or state that is open.
    id: String,
    operation: String,
    pair: (String, Vec<String>),
}

impl Parser {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.local_name().as_ref().to_owned();
        if self.path.len() == MOST_DEPTH {
            return Err(format!("its elements are more than {MOST_DEPTH} deep"));
        }
        self.text.clear();
        match name.as_str() {
            "oval_definitions" => self.is_oval = true,
            "definition" => self.definition = Some(Definition::default()),
            "reference" => {
                let reference = (attribute(start, "source"), attribute(start, "ref_id"));
                self.definition
                    .iter_mut()
                    .for_each(|it| it.references.push(reference.clone()));
            }
            "issued" => {
                let day = attribute(start, "date");
                self.definition
                    .iter_mut()
                    .for_each(|it| it.issued.clone_from(&day));
            }
            "criteria" => {
                let is_any = attribute(start, "operator").eq_ignore_ascii_case("or");
                self.groups.push((!is_any, Vec::new()));
            }
            "criterion" => {
                let comment = attribute(start, "comment");
                let test = attribute(start, "test_ref");
                self.place(Criteria::Test { comment, test });
            }
            "rpminfo_test" => {
                self.id = attribute(start, "id");
                self.pair = <(String, Vec<String>)>::default();
            }
            "rpminfo_object" | "rpminfo_state" => self.id = attribute(start, "id"),
            "object" => self.pair.0 = attribute(start, "object_ref"),
            "state" if self.is_in("rpminfo_test") && self.pair.1.len() < MOST_STATES => {
                self.pair.1.push(attribute(start, "state_ref"));
            }
            "evr" => self.operation = attribute(start, "operation"),
            _ => {}
        }
        self.path.push(name);
        Ok(())
    }

    fn is_in(&self, element: &str) -> bool {
        self.path.last().is_some_and(|name| name == element)
    }

    fn place(&mut self, criteria: Criteria) {
        if let Some((_, of)) = self.groups.last_mut() {
            of.push(criteria);
        } else if let Some(definition) = &mut self.definition {
            definition.criteria.push(criteria);
        }
    }

    fn text(&mut self, text: &str) {
        if self.text.len() < MOST_TEXT {
            self.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let text = std::mem::take(&mut self.text).trim().to_owned();
        match name.as_str() {
            "definition" => self.oval.definitions.extend(self.definition.take()),
            "criteria" => {
                if let Some((is_all, of)) = self.groups.pop() {
                    self.place(Criteria::Group { is_all, of });
                }
            }
            "rpminfo_test" => {
                let (id, pair) = (std::mem::take(&mut self.id), std::mem::take(&mut self.pair));
                self.oval.tests.insert(id, pair);
            }
            "name" if self.is_in("rpminfo_object") => {
                self.oval.objects.insert(self.id.clone(), text);
            }
            "evr" => {
                let operation = std::mem::take(&mut self.operation);
                self.oval.states.insert(self.id.clone(), (text, operation));
            }
            _ => self.of_definition(&name, text),
        }
    }

    fn of_definition(&mut self, name: &str, text: String) {
        let Some(definition) = &mut self.definition else {
            return;
        };
        match name {
            "title" => definition.title = text,
            "platform" => definition.platforms.push(text),
            "severity" => definition.severity = text,
            "patchable" => definition.patchable = text,
            "advisory_date" => definition.issued = text,
            _ => {}
        }
    }
}

/// Returns the value of an attribute; empty if there is none.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> String {
    let found = start.try_get_attribute(name).ok().flatten();
    let value = found.and_then(|it| {
        Some(
            it.normalized_value(XmlVersion::Implicit1_0)
                .ok()?
                .into_owned(),
        )
    });
    value.unwrap_or_default()
}
