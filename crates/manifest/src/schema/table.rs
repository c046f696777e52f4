//! A table of types, and the one that is built in.

use std::sync::{LazyLock, OnceLock};

use super::line;
use super::types::{Type, Use};

/// The version of Kubernetes whose fields are built in.
pub const BUILT_IN_VERSION: &str = "1.37.0";

/// Made by `cargo xtask kinds`: a line for each type, `NAME TYPE`, sorted; that of the objects of a
/// kind has the name of the file of its schema.
const BUILT_IN: &str = include_str!("kinds.txt");

/// Types that refer to each other.
#[derive(Debug, Default)]
pub struct Table {
    types: Vec<Slot>,
}

/// A type that is read from its line when it is first asked for: few are.
#[derive(Debug)]
struct Slot {
    line: &'static str,
    read: OnceLock<Type>,
}

/// One type of a table: that of the objects of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'t> {
    pub(crate) table: &'t Table,
    pub(crate) root: &'t Type,
}

static LOADED: LazyLock<Table> = LazyLock::new(|| {
    let slot = |line| Slot {
        line,
        read: OnceLock::new(),
    };
    Table {
        types: BUILT_IN.lines().map(slot).collect(),
    }
});

/// Returns the built-in schema of a file name; none for a kind that is not built in.
pub fn built_in(file_name: &str) -> Option<Schema<'static>> {
    LOADED.schema(LOADED.find(file_name)?)
}

/// Returns the kind of the objects of a built-in schema, as it is written.
pub(crate) fn kind_of(file_name: &str) -> Option<&'static str> {
    match built_in(file_name)?.root.field("kind")? {
        Use::Inline(kind) => kind.texts.first().map(|text| &**text),
        Use::Named(_) => None,
    }
}

/// Whether any group of Kubernetes has a kind of this name.
pub(crate) fn has_kind(kind: &str) -> bool {
    let start = format!("{}-", kind.to_lowercase());
    let types = &LOADED.types;
    let at = types.partition_point(|slot| slot.line < &*start);
    types
        .get(at)
        .is_some_and(|slot| slot.line.starts_with(&start))
}

impl Table {
    /// Makes a table of types that are there already.
    pub(crate) fn new(types: Vec<Type>) -> Self {
        let slot = |kind| Slot {
            line: "",
            read: OnceLock::from(kind),
        };
        Self {
            types: types.into_iter().map(slot).collect(),
        }
    }

    /// Returns the schema that begins with a type.
    pub(crate) fn schema(&self, number: usize) -> Option<Schema<'_>> {
        let root = self.get(number)?;
        Some(Schema { table: self, root })
    }

    pub(crate) fn get(&self, number: usize) -> Option<&Type> {
        let slot = self.types.get(number)?;
        let read = || {
            let (_, line) = slot.line.split_once(' ').unwrap_or_default();
            line::parse(line, &|name| self.find(name)).unwrap_or_default()
        };
        Some(slot.read.get_or_init(read))
    }

    fn find(&self, name: &str) -> Option<usize> {
        let of = |slot: &Slot| slot.line.split_once(' ').map_or("", |(name, _)| name);
        self.types.binary_search_by(|slot| of(slot).cmp(name)).ok()
    }
}
