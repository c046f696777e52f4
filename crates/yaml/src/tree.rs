//! Puts the tree of a document together from what a parser of YAML or JSON finds, in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::node::{Content, Data, Entry, Node};
use crate::repeated::Repeated;
use crate::scalar::Scalar;
use crate::{Duplicate, Kind, Limits, Position, Problem, merge, number};

/// What the documents of a file may still cost.
#[derive(Debug)]
pub(crate) struct Budget {
    pub limits: Limits,
    pub nodes: usize,
    alias_nodes: usize,
    repeated: Repeated,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            nodes: 0,
            alias_nodes: 0,
            repeated: Repeated::default(),
        }
    }

    /// Whether a limit of the whole file is reached.
    pub(crate) const fn is_spent(&self) -> bool {
        self.nodes > self.limits.nodes || self.alias_nodes > self.limits.alias_nodes
    }

    /// Counts one more node or comment.
    pub(crate) fn spend(&mut self, place: Position) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let why = format!("the file has more than {} values", self.limits.nodes);
            return Err(Problem::limited(place, why));
        }
        Ok(())
    }

    fn spend_alias(&mut self, place: Position, size: usize) -> Result<(), Problem> {
        self.alias_nodes = self.alias_nodes.saturating_add(size);
        if self.alias_nodes > self.limits.alias_nodes {
            let most = self.limits.alias_nodes;
            let why = format!("excessive aliasing: aliases stand for more than {most} values");
            return Err(Problem::limited(place, why));
        }
        Ok(())
    }
}

/// A tree that is being put together.
#[derive(Debug)]
pub(crate) struct Tree<'b> {
    budget: &'b mut Budget,
    open: Vec<Open>,
    /// Finished nodes with an anchor, by its number.
    anchors: BTreeMap<usize, Node>,
    pub root: Option<Node>,
    pub duplicates: Vec<Duplicate>,
}

/// A collection whose end was not seen yet.
#[derive(Debug)]
struct Open {
    start: Position,
    /// Number of its anchor, 0 for none.
    anchor: usize,
    items: Items,
}

#[derive(Debug)]
enum Items {
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>, Option<Node>),
}

/// Which collection begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Collection {
    Sequence,
    Mapping,
}

/// A scalar that was found.
#[derive(Debug)]
pub(crate) struct Found<'t> {
    pub value: Scalar,
    pub text: &'t str,
    pub is_plain: bool,
    pub anchor: usize,
}

impl<'b> Tree<'b> {
    pub(crate) const fn new(budget: &'b mut Budget) -> Self {
        Self {
            budget,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            root: None,
            duplicates: Vec::new(),
        }
    }

    pub(crate) fn spend(&mut self, place: Position) -> Result<(), Problem> {
        self.budget.spend(place)
    }

    pub(crate) fn scalar(
        &mut self,
        start: Position,
        end: Position,
        found: Found<'_>,
    ) -> Result<(), Problem> {
        self.spend(start)?;
        let anchor = found.anchor;
        let data = self.budget.repeated.data(found);
        self.add(Node::new(start, end, data), anchor)
    }

    pub(crate) fn open(
        &mut self,
        start: Position,
        collection: Collection,
        anchor: usize,
    ) -> Result<(), Problem> {
        self.spend(start)?;
        self.check_depth(start, self.open.len() + 1)?;
        let items = match collection {
            Collection::Sequence => Items::Sequence(Vec::new()),
            Collection::Mapping => Items::Mapping(Vec::new(), None),
        };
        self.open.push(Open {
            start,
            anchor,
            items,
        });
        Ok(())
    }

    /// What walks a tree may recurse, so aliases may not make it deeper either.
    fn check_depth(&self, place: Position, depth: usize) -> Result<(), Problem> {
        let limit = self.budget.limits.depth;
        if depth > limit {
            return Err(Problem::limited(
                place,
                format!("nested deeper than {limit}"),
            ));
        }
        Ok(())
    }

    /// Ends the innermost collection.
    pub(crate) fn close(&mut self, end: Position) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let content = match open.items {
            Items::Sequence(items) => Content::Sequence(items),
            Items::Mapping(written, _) => self.mapping(open.start, written)?,
        };
        // An empty first value stands behind the last character that was seen.
        let end = end.max(open.start);
        let data = Arc::new(Data::new(content));
        self.add(Node::new(open.start, end, data), open.anchor)
    }

    pub(crate) fn alias(
        &mut self,
        start: Position,
        end: Position,
        anchor: usize,
    ) -> Result<(), Problem> {
        self.spend(start)?;
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Problem::new(
                start,
                "the value of the anchor contains itself",
            ));
        };
        let alias = node.alias(start, end);
        self.budget.spend_alias(start, alias.data.size)?;
        self.check_depth(start, self.open.len() + alias.data.depth)?;
        self.add(alias, 0)
    }

    fn add(&mut self, mut node: Node, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            node.is_anchor = true;
            self.anchors.insert(anchor, node.clone());
        }
        let open = self.open.last_mut().map(|open| &mut open.items);
        if !matches!(open, Some(Items::Mapping(_, None))) {
            check_value(&node)?;
        }
        match open {
            None => self.root = Some(node),
            Some(Items::Sequence(items)) => items.push(node),
            Some(Items::Mapping(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push(Entry {
                    name: name(&key)?,
                    key,
                    value: node,
                }),
            },
        }
        Ok(())
    }

    fn mapping(&mut self, start: Position, written: Vec<Entry>) -> Result<Content, Problem> {
        let effective = merge::effective(&written)?;
        if let Some(effective) = &effective {
            // Merges in merges copy the same entries again and again.
            self.budget.spend_alias(start, effective.len())?;
            let mut first = BTreeMap::new();
            for entry in written.iter().filter(|entry| !merge::is_merge(&entry.key)) {
                if let Some(first) = first.insert(&entry.name, entry.key.position()) {
                    self.duplicates.push(Duplicate {
                        name: Arc::clone(&entry.name),
                        first,
                        again: entry.key.position(),
                    });
                }
            }
        }
        Ok(Content::Mapping { written, effective })
    }
}

/// JSON has no word for them, so Kubernetes refuses them.
fn check_value(node: &Node) -> Result<(), Problem> {
    let why = "infinity and NaN are no JSON values";
    let is_bad = matches!(node.kind(), Kind::Float(value) if !value.is_finite());
    if is_bad {
        Err(Problem::new(node.position(), why))
    } else {
        Ok(())
    }
}

/// Prints a key as Kubernetes does.
fn name(key: &Node) -> Result<Arc<str>, Problem> {
    if let Some(text) = key.shared_text() {
        return Ok(text);
    }
    let bad = |what: &str| {
        let why = format!("invalid map key: {what} cannot be one");
        Err(Problem::new(key.position(), why))
    };
    Ok(match key.kind() {
        Kind::Text(text) => text.into(),
        Kind::Bool(true) => "true".into(),
        Kind::Bool(false) => "false".into(),
        Kind::Int(value) => value.to_string().into(),
        Kind::Float(value) => number::float_key(value).into(),
        Kind::UInt(_) => return bad("a number beyond 63 bits"),
        Kind::Null => return bad("null"),
        Kind::Sequence(_) => return bad("a list"),
        Kind::Mapping(_) => return bad("a mapping"),
    })
}
