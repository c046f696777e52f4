//! Reading a file of known shape: what is not as wanted is a problem at its place.

use crate::{Entry, Kind, Node, Problem};

/// Characters of a wrong text that a problem shows.
const SHOWN: usize = 40;

impl Node {
    /// Returns the problem that this is not `want`, a noun with its article.
    pub fn wrong(&self, want: &str) -> Problem {
        let got = match self.as_str() {
            Some("") => "an empty text".to_owned(),
            Some(text) => {
                let text: String = text.chars().take(SHOWN).collect();
                format!("the text {text:?}")
            }
            None => self.kind().name().to_owned(),
        };
        Problem::new(self.position(), format!("expected {want}, found {got}"))
    }

    /// Returns the text.
    ///
    /// # Errors
    /// A [`Problem`] if it is anything else.
    pub fn want_str(&self) -> Result<&str, Problem> {
        self.as_str().ok_or_else(|| self.wrong("a text"))
    }

    /// Returns the truth value.
    ///
    /// # Errors
    /// A [`Problem`] if it is anything else.
    pub fn want_bool(&self) -> Result<bool, Problem> {
        self.as_bool().ok_or_else(|| self.wrong("true or false"))
    }

    /// Returns the integer.
    ///
    /// # Errors
    /// A [`Problem`] if it is anything else, or beyond `i64`.
    pub fn want_int(&self) -> Result<i64, Problem> {
        self.as_int().ok_or_else(|| self.wrong("an integer"))
    }

    /// Returns the items of the list.
    ///
    /// # Errors
    /// A [`Problem`] if it is anything else.
    pub fn want_items(&self) -> Result<&[Self], Problem> {
        if let Kind::Sequence(items) = self.kind() {
            return Ok(items);
        }
        Err(self.wrong("a list"))
    }

    /// Returns the entries of the mapping.
    ///
    /// # Errors
    /// A [`Problem`] if it is anything else.
    pub fn want_entries(&self) -> Result<&[Entry], Problem> {
        if let Kind::Mapping(entries) = self.kind() {
            return Ok(entries);
        }
        Err(self.wrong("a mapping"))
    }

    /// Returns the value of a name that must be there.
    ///
    /// # Errors
    /// A [`Problem`] if this is no mapping, or has no such name.
    pub fn want(&self, name: &str) -> Result<&Self, Problem> {
        let missing = || Problem::new(self.position(), format!("`{name}` is missing"));
        self.want_entries()?;
        self.get(name).ok_or_else(missing)
    }

    /// Checks that a mapping has no other names than these, and none twice.
    ///
    /// # Errors
    /// A [`Problem`] at the first key that is unknown or is there again, or if this is no mapping.
    pub fn want_only(&self, names: &[&str]) -> Result<(), Problem> {
        for entry in self.want_entries()? {
            if !names.contains(&&*entry.name) {
                let known = names.join("`, `");
                let why = format!("unknown key `{}`; known are `{known}`", entry.name);
                return Err(Problem::new(entry.key.position(), why));
            }
        }
        for (place, entry) in self.written().iter().enumerate() {
            if self
                .written()
                .iter()
                .take(place)
                .any(|earlier| earlier.name == entry.name)
            {
                let why = format!("key `{}` is there twice", entry.name);
                return Err(Problem::new(entry.key.position(), why));
            }
        }
        Ok(())
    }
}
