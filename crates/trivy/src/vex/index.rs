//! Statements of a document, found by their problem and the package that they are about: documents of whole
//! products have fifty thousand, and so do reports.

use std::collections::BTreeMap;

use super::{Image, Product, Statement};
use crate::by_package::ByPackage;
use crate::report::Vulnerability;
use model::Purl;

/// Places of statements by the ids of their problems.
#[derive(Debug, Default)]
pub(super) struct Index<'a>(BTreeMap<&'a str, OfProblem<'a>>);

/// Places of statements about one problem.
#[derive(Debug, Default)]
struct OfProblem<'a> {
    by_package: ByPackage,
    by_name: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(statements: &'a [Statement]) -> Self {
        let mut index = Self::default();
        for (at, statement) in statements.iter().enumerate() {
            for id in &statement.ids {
                let of_problem = index.0.entry(id).or_default();
                of_problem.add(&statement.product, at);
            }
        }
        index
    }

    /// Returns the places of statements that may be about a finding.
    pub(super) fn of(
        &self,
        it: &Vulnerability,
        package: Option<&Purl>,
        image: &Image,
    ) -> Vec<usize> {
        let Some(of_problem) = self.0.get(it.id.as_str()) else {
            return Vec::new();
        };
        let purls = package.into_iter().chain(&image.purls);
        let packages = purls.flat_map(|purl| of_problem.by_package.of(purl));
        let names = [&it.identifier.bom_ref, &it.identifier.purl];
        let names = names.map(|name| of_problem.by_name.get(name.as_str()));
        let names = names.into_iter().flatten().flatten();
        packages.chain(names).copied().collect()
    }
}

impl<'a> OfProblem<'a> {
    fn add(&mut self, product: &'a Product, at: usize) {
        match product {
            Product::Purl(purl) | Product::Part { part: purl, .. } => self.by_package.add(purl, at),
            Product::Linked { name, .. } => self.by_name.entry(name).or_default().push(at),
            Product::Unnamed => {}
        }
    }
}
