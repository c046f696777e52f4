//! Which of the maps that templates see are Go's structs, and how these are written as JSON: with Trivy's keys
//! in their order, and without what is empty. The report itself knows how.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use gotmpl::Value;
use serde::{Deserialize as _, Serialize};
use serde_json::Value as Json;

use super::values::{self, DETAILS, EMBEDDED, SUPPRESSED, ZEROS};
use crate::report::{
    self, Cause, Cvss, DataSource, Found, Identifier, Layer, License, Line, Location,
    Misconfiguration, ModifiedFinding, Occurrence, Package, Rendered, Secret, Vulnerability,
};

/// Declares the kinds of structs, each with where what it holds stands among [`ZEROS`].
macro_rules! structs {
    ($($name:ident $place:literal,)*) => {
        /// A value on its way into JSON.
        #[derive(Serialize)]
        #[serde(untagged)]
        pub(super) enum Written {
            $($name(Box<$name>),)*
            Map(BTreeMap<String, Written>),
            List(Vec<Written>),
            Plain(Json),
        }

        /// A kind of structs.
        #[derive(Clone, Copy, PartialEq, Eq)]
        enum Kind {
            $($name,)*
        }

        /// Kinds, and where they are.
        const PLACES: &[(Kind, &str)] = &[$((Kind::$name, $place),)*];

        /// Returns a struct; nothing, if a value does not fit into it.
        fn read(kind: Kind, value: Json) -> Option<Written> {
            match kind {
                $(Kind::$name => Box::deserialize(value).ok().map(Written::$name),)*
            }
        }
    };
}

structs! {
    Found "",
    Package "/Packages/0",
    Identifier "/Packages/0/Identifier",
    Layer "/Packages/0/Layer",
    Location "/Packages/0/Locations/0",
    Vulnerability "/Vulnerabilities/0",
    DataSource "/Vulnerabilities/0/DataSource",
    Cvss "/Vulnerabilities/0/CVSS/*",
    Misconfiguration "/Misconfigurations/0",
    Cause "/Misconfigurations/0/CauseMetadata",
    Occurrence "/Misconfigurations/0/CauseMetadata/Occurrences/0",
    Rendered "/Misconfigurations/0/CauseMetadata/RenderedCause",
    Secret "/Secrets/0",
    Line "/Secrets/0/Code/Lines/0",
    License "/Licenses/0",
    ModifiedFinding "/ModifiedFindings/0",
}

/// Kinds by the fields that they have.
static KINDS: LazyLock<Vec<(BTreeSet<String>, Kind)>> = LazyLock::new(|| {
    let zeros: Json = serde_json::from_str(ZEROS).unwrap_or_default();
    let fields = |place: &str| {
        let fields = zeros.pointer(place).and_then(Json::as_object);
        let fields = fields.into_iter().flatten().map(|(name, _)| name.clone());
        fields.collect::<BTreeSet<_>>()
    };
    let places = PLACES.iter();
    let mut kinds: Vec<_> = places.map(|(kind, place)| (fields(place), *kind)).collect();
    let details = DETAILS.map(str::to_owned);
    kinds.push((details.into(), Kind::Vulnerability));
    kinds
});

fn kind(map: &BTreeMap<Arc<str>, Value>) -> Option<Kind> {
    let has_all = |fields: &BTreeSet<String>| {
        let embedded = usize::from(map.contains_key(EMBEDDED));
        map.len() == fields.len().saturating_add(embedded)
            && fields.iter().all(|field| map.contains_key(field.as_str()))
    };
    let mut kinds = KINDS.iter();
    let (_, kind) = kinds.find(|(fields, _)| has_all(fields))?;
    Some(*kind)
}

/// Whether a map is a struct: of a field that it lacks nothing can be told.
pub(super) fn is_struct(map: &BTreeMap<Arc<str>, Value>) -> bool {
    kind(map).is_some()
}

/// Returns a value as it is written.
pub(super) fn written(value: &Value) -> Written {
    if let Value::List(items) = value {
        return Written::List(items.iter().map(written).collect());
    }
    let Value::Map(map) = value else {
        return Written::Plain(values::json(value));
    };
    let known = kind(map).and_then(|kind| read(kind, fields(kind, value)?));
    known.unwrap_or_else(|| {
        let entries = map.iter();
        let entries = entries.map(|(key, value)| (key.to_string(), written(value)));
        Written::Map(entries.collect())
    })
}

/// Returns what a struct holds under the keys of a report.
fn fields(kind: Kind, value: &Value) -> Option<Json> {
    let mut json = report::without_nulls(values::json(value), report::MAX_DEPTH)?;
    if kind == Kind::Found {
        let (of_reports, of_go) = SUPPRESSED;
        values::rename(&mut json, (of_go, of_reports));
    }
    Some(json)
}
