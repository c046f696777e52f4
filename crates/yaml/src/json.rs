//! JSON values, one behind the other, as Go's decoder reads them.
//!
//! JSON is YAML but for details that matter: pairs of `\u` escapes, long keys, `<<` as a name.

use crate::scalar::Scalar;
use crate::stream::Document;
use crate::tree::{Budget, Collection, Found, Tree};
use crate::{Position, Problem};

/// Reads the value that begins at `place`, before which there may be space.
///
/// Returns it with the place behind it; `None` if there is nothing but space.
///
/// # Errors
/// What stands there is no JSON value.
pub(crate) fn read(
    text: &[u8],
    place: Position,
    budget: &mut Budget,
) -> Result<Option<(Document, Position)>, Problem> {
    let mut reader = Reader {
        rest: text,
        place,
        open: Vec::new(),
        tree: Tree::new(budget),
    };
    reader.skip_space();
    if reader.rest.is_empty() {
        return Ok(None);
    }
    while !reader.value()? || !reader.behind_value()? {}
    let place = reader.place;
    let Some(root) = reader.tree.root else {
        return Ok(None);
    };
    let document = Document {
        root,
        comments: Vec::new(),
        duplicates: reader.tree.duplicates,
    };
    Ok(Some((document, place)))
}

struct Reader<'t, 'b> {
    rest: &'t [u8],
    place: Position,
    open: Vec<Collection>,
    tree: Tree<'b>,
}

impl<'t> Reader<'t, '_> {
    /// Reads a value; of a collection that is not empty, what stands before its first value.
    ///
    /// Returns whether the value is complete.
    fn value(&mut self) -> Result<bool, Problem> {
        self.skip_space();
        match self.rest.first() {
            Some(b'{') => self.begin(Collection::Mapping),
            Some(b'[') => self.begin(Collection::Sequence),
            Some(b'"') => self.string().map(|()| true),
            _ => self.word().map(|()| true),
        }
    }

    fn begin(&mut self, collection: Collection) -> Result<bool, Problem> {
        self.tree.open(self.place, collection, 0)?;
        self.advance(1);
        self.open.push(collection);
        self.skip_space();
        if self.rest.first() == Some(&closing(collection)) {
            self.end()?;
            return Ok(true);
        }
        self.key(collection)?;
        Ok(false)
    }

    fn end(&mut self) -> Result<(), Problem> {
        self.advance(1);
        self.open.pop();
        self.tree.close(self.place)
    }

    /// Ends the collections that end behind a value; returns whether all have ended.
    fn behind_value(&mut self) -> Result<bool, Problem> {
        while let Some(&collection) = self.open.last() {
            self.skip_space();
            match self.rest.first() {
                Some(b',') => {
                    self.advance(1);
                    self.skip_space();
                    self.key(collection)?;
                    return Ok(false);
                }
                Some(byte) if *byte == closing(collection) => self.end()?,
                _ => return Err(self.bad("a comma or the end of the collection is missing")),
            }
        }
        Ok(true)
    }

    /// Reads what stands before a value: in a mapping a key, in a list nothing.
    fn key(&mut self, collection: Collection) -> Result<(), Problem> {
        if let Collection::Sequence = collection {
            return Ok(());
        }
        if self.rest.first() != Some(&b'"') {
            return Err(self.bad("a key in quotes is missing"));
        }
        self.string()?;
        self.skip_space();
        if self.rest.first() != Some(&b':') {
            return Err(self.bad("a colon is missing"));
        }
        self.advance(1);
        Ok(())
    }

    fn string(&mut self) -> Result<(), Problem> {
        let start = self.place;
        self.advance(1);
        let mut text = String::new();
        loop {
            let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
            let plain = self.take(is_plain);
            let plain = str::from_utf8(plain).map_err(|error| {
                let place = start.after(plain.get(..error.valid_up_to()).unwrap_or_default());
                Problem::new(place, "invalid UTF-8 in a JSON text")
            })?;
            text.push_str(plain);
            match self.rest.first() {
                Some(b'"') => break,
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.bad("a control character stands in a text")),
                None => return Err(self.bad("a text does not end")),
            }
        }
        self.advance(1);
        self.found(start, Scalar::Text, &text)
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let c = match self.rest.get(1) {
            Some(b'u') => return self.unicode(),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            _ => return Err(self.bad("an unknown escape")),
        };
        self.advance(2);
        Ok(c)
    }

    /// Reads `\u` escapes, two if they are a pair; half a pair is a replacement character.
    fn unicode(&mut self) -> Result<char, Problem> {
        let Some(first) = unit(self.rest) else {
            return Err(self.bad("four hex digits are missing behind `\\u`"));
        };
        self.advance(6);
        let second = unit(self.rest);
        let pair = char::decode_utf16([first].into_iter().chain(second)).next();
        if let Some(Ok(c)) = pair {
            if c.len_utf16() == 2 {
                self.advance(6);
            }
            return Ok(c);
        }
        Ok('\u{fffd}')
    }

    fn word(&mut self) -> Result<(), Problem> {
        let start = self.place;
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let end = self.rest.iter().position(|byte| !is_part(byte));
        let word = self.rest.get(..end.unwrap_or(self.rest.len()));
        let word = word
            .and_then(|word| str::from_utf8(word).ok())
            .unwrap_or_default();
        let value = match word {
            "null" => Some(Scalar::Null),
            "true" => Some(Scalar::Bool(true)),
            "false" => Some(Scalar::Bool(false)),
            _ => number(word),
        };
        let Some(value) = value else {
            return Err(self.bad("a value is missing"));
        };
        self.advance(word.len());
        self.found(start, value, word)
    }

    fn found(&mut self, start: Position, value: Scalar, text: &str) -> Result<(), Problem> {
        let found = Found {
            value,
            text,
            is_plain: false,
            anchor: 0,
        };
        self.tree.scalar(start, self.place, found)
    }

    fn skip_space(&mut self) {
        self.take(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    }

    /// Reads the bytes that satisfy `wanted`.
    fn take(&mut self, wanted: impl Fn(&u8) -> bool) -> &'t [u8] {
        let end = self.rest.iter().position(|byte| !wanted(byte));
        let taken = self
            .rest
            .get(..end.unwrap_or(self.rest.len()))
            .unwrap_or_default();
        self.advance(taken.len());
        taken
    }

    fn advance(&mut self, bytes: usize) {
        if let Some((taken, rest)) = self.rest.split_at_checked(bytes) {
            self.place = self.place.after(taken);
            self.rest = rest;
        }
    }

    fn bad(&self, why: &str) -> Problem {
        Problem::new(self.place, format!("this is not JSON: {why}"))
    }
}

const fn closing(collection: Collection) -> u8 {
    match collection {
        Collection::Mapping => b'}',
        Collection::Sequence => b']',
    }
}

/// Reads one `\u` escape.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u16::from_str_radix(digits, 16).ok()
}

/// Reads a number that is written as JSON demands.
fn number(word: &str) -> Option<Scalar> {
    // A number is checked and rounded by the library; only its kind is decided here.
    let value: f64 = serde_json::from_str(word).ok()?;
    let int = word.parse::<i64>().map(Scalar::Int);
    let int = int.or_else(|_| word.parse::<u64>().map(Scalar::UInt));
    Some(int.unwrap_or(Scalar::Float(value)))
}
