//! Statements of a document, found by their problem and the package that they are about: documents of whole
//! products have fifty thousand, and so do reports. Names are numbered once, so that a long one costs once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Image, Product, Said, Statement};
use crate::by_package::{Key, key, keys};
use crate::late::{IsLate, Late};
use crate::report::Vulnerability;
use model::Purl;

/// Places of statements by their problem and what it is in.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    problems: BTreeMap<&'a str, usize>,
    /// Numbers of packages; those of components are others.
    packages: BTreeMap<Key<'a>, usize>,
    /// Numbers of components of bills of materials.
    components: BTreeMap<&'a str, usize>,
    /// Numbers of problem and package or component, and the place, in this order.
    places: Vec<[usize; 3]>,
}

impl<'a> Index<'a> {
    pub(super) fn new(statements: &'a [Statement], is_late: IsLate<'_>) -> Result<Self, Late> {
        let mut index = Self::default();
        let mut last: Option<(&Arc<Said>, Vec<usize>)> = None;
        for (at, statement) in statements.iter().enumerate() {
            Late::check(is_late)?;
            let Some(about) = index.about(&statement.product) else {
                continue;
            };
            let is_same = |said: &Arc<Said>| Arc::ptr_eq(said, &statement.said);
            if !last.as_ref().is_some_and(|(said, _)| is_same(said)) {
                let numbers = index.numbers(&statement.said, is_late)?;
                last = Some((&statement.said, numbers));
            }
            let problems = last.iter().flat_map(|(_, numbers)| numbers);
            let places = problems.map(|problem| [*problem, about, at]);
            index.places.extend(places);
        }
        index.places.sort_unstable();
        Ok(index)
    }

    /// Returns the number of what a statement is about, if any finding can be in it.
    fn about(&mut self, product: &'a Product) -> Option<usize> {
        let next = self.packages.len() + self.components.len();
        let number = match product {
            Product::Purl(purl) | Product::Part { part: purl, .. } => self
                .packages
                .entry(key(purl, &purl.version))
                .or_insert(next),
            Product::Linked { name, .. } => self.components.entry(name).or_insert(next),
            Product::Unnamed => return None,
        };
        Some(*number)
    }

    /// Returns the numbers of a problem's names.
    fn numbers(&mut self, said: &'a Said, is_late: IsLate<'_>) -> Result<Vec<usize>, Late> {
        let numbers = said.ids.iter().map(|id| {
            Late::check(is_late)?;
            let next = self.problems.len();
            Ok(*self.problems.entry(id).or_insert(next))
        });
        numbers.collect()
    }

    /// Returns the places of statements that may be about a finding.
    pub(super) fn of(
        &self,
        it: &Vulnerability,
        package: Option<&Purl>,
        image: &Image,
    ) -> Vec<usize> {
        let Some(problem) = self.problems.get(it.id.as_str()) else {
            return Vec::new();
        };
        let purls = package.into_iter().chain(&image.purls);
        let packages = purls.flat_map(keys);
        let packages = packages.filter_map(|key| self.packages.get(&key));
        let names = [&it.identifier.bom_ref, &it.identifier.purl];
        let names = names.into_iter();
        let components = names.filter_map(|name| self.components.get(name.as_str()));
        let about = packages.chain(components);
        about
            .flat_map(|about| self.places([*problem, *about]))
            .collect()
    }

    fn places(&self, [problem, about]: [usize; 2]) -> impl Iterator<Item = usize> {
        let from = self.places.partition_point(|it| *it < [problem, about, 0]);
        let rest = self.places.iter().skip(from);
        rest.map_while(move |[p, a, at]| (*p == problem && *a == about).then_some(*at))
    }
}
