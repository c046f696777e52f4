//! How an image is built: what rules about that ask for is collected while layers are laid over each
//! other, and judged last, when packages and what is wrong with them are known.

mod shown;

use std::collections::{BTreeMap, BTreeSet};

use hygiene::base::Chain;
use hygiene::{Input, Laying, Notes};
use image::LayerPlan;
use jiff::tz::Offset;
use model::{
    Base, BaseEvidence, Content, Gap, Image, ImageConfig, ImageName, ImagePath, LayerUse, Os,
    Report, Tree,
};
use registry::Access;
use secret::Redactor;

pub(crate) use shown::gaps_without_secrets;

use crate::layers::{self, Layers, Wanted};
use crate::newest;
use crate::secrets::{Brought, Telling};
use crate::source::Archive;
use crate::{ScanError, Settings, Tools};

/// Times that files are fetched for one image: a configuration, what it includes, a script of that.
const ROUNDS: usize = 3;

/// What packages brought, before anybody asked them.
static NOTHING: BTreeMap<ImagePath, Vec<String>> = BTreeMap::new();

/// How to judge the way an image is built.
#[derive(Debug)]
pub struct Hygiene {
    /// Which rules are asked, and how bad what they find is.
    pub rules: hygiene::Settings,
    /// Bases that are known by their layers.
    pub bases: Vec<Chain>,
    /// Names of bases that are allowed; empty for all.
    pub allowed_bases: Vec<String>,
}

/// What becomes of the bytes of layers while they are laid, if anybody asks.
#[derive(Debug)]
pub(crate) struct Building(Option<Laying>);

impl Building {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self(settings.hygiene.as_ref().map(|_| Laying::default()))
    }

    /// Looks at layer number `index` before it is laid over `tree`.
    pub(crate) fn before(&mut self, index: usize, read: &Layers<'_>, tree: &Tree) {
        if let (Some(laying), Some(layer)) = (&mut self.0, read.get(index)) {
            let content = &layer.content;
            let upper = (index > 0).then_some(&content.tree);
            let sum = |layer, entry| {
                let notes = read.get(layer)?.inspected.notes.as_ref()?;
                notes.sums.get(&entry).copied()
            };
            let files = (content.regular_files, content.regular_bytes);
            laying.before(files, (upper, tree), sum);
        }
    }

    /// Looks at what is left of all layers.
    pub(crate) fn after(&mut self, tree: &Tree) {
        if let Some(laying) = &mut self.0 {
            laying.after(tree);
        }
    }

    /// Fetches what is still missing; nothing if nobody asks.
    pub(crate) fn finish<'a>(
        self,
        tree: Tree,
        config: ImageConfig,
        read: &'a Layers<'_>,
        (plans, archive, settings): (&[LayerPlan], &Archive, &Settings),
    ) -> Result<Option<Built<'a>>, ScanError> {
        let Some(laying) = self.0 else {
            return Ok(None);
        };
        let notes = |index| read.get(index)?.inspected.notes.as_ref();
        let mut built = Built {
            tree,
            layers: laying.finish(&config),
            config: Some(config),
            notes: (0..plans.len()).map(notes).collect(),
            fetched: BTreeMap::new(),
        };
        // what was fetched may name files that are wanted too
        let mut asked = BTreeSet::new();
        for _ in 0..ROUNDS {
            let mut wanted = hygiene::needed(&built.input(settings));
            wanted.retain(|content| asked.insert(*content));
            if wanted.is_empty() {
                break;
            }
            built.fetch(wanted, (plans, archive, settings))?;
        }
        Ok(Some(built))
    }
}

/// What was collected of an image.
#[derive(Debug)]
pub(crate) struct Built<'a> {
    tree: Tree,
    /// What rules are asked about: as it is, not as it is shown.
    config: Option<ImageConfig>,
    layers: Vec<LayerUse>,
    notes: Vec<Option<&'a Notes>>,
    fetched: BTreeMap<Content, Vec<u8>>,
}

impl<'a> Built<'a> {
    /// Fetches files of layers.
    fn fetch(
        &mut self,
        contents: Vec<Content>,
        (plans, archive, settings): (&[LayerPlan], &Archive, &Settings),
    ) -> Result<(), ScanError> {
        let mut missing: BTreeMap<u16, BTreeSet<u32>> = BTreeMap::new();
        for content in contents {
            let entries = missing.entry(content.layer).or_default();
            entries.insert(content.entry);
        }
        for (layer, entries) in missing {
            let index = usize::from(layer);
            let Some(plan) = plans.get(index) else {
                continue;
            };
            let entries: Vec<u32> = entries.into_iter().collect();
            let wanted = Wanted {
                entries: &entries,
                most_bytes: settings.limits.file_bytes,
            };
            for (entry, bytes) in layers::fetch(archive, (index, plan), wanted, settings)? {
                self.fetched.insert(Content { layer, entry }, bytes);
            }
        }
        Ok(())
    }

    /// What was collected of an unpacked root.
    pub(crate) fn of_root(tree: Tree, notes: &'a Notes) -> Self {
        Self {
            tree,
            config: None,
            layers: Vec::new(),
            notes: vec![Some(notes)],
            fetched: BTreeMap::new(),
        }
    }

    /// Returns what rules ask about, as far as it is known without packages.
    fn input<'i>(&'i self, settings: &'i Settings) -> Input<'i> {
        let hygiene = settings.hygiene.as_ref();
        Input {
            config: self.config.as_ref(),
            names: &[],
            layers: &self.layers,
            tree: &self.tree,
            notes: &self.notes,
            fetched: &self.fetched,
            packages: &[],
            brought: &NOTHING,
            os: None,
            eol: None,
            findings: None,
            leaks: None,
            base: None,
            allowed_bases: hygiene.map_or(&[], |hygiene| &hygiene.allowed_bases),
            now: settings.now,
            limits: &settings.limits,
        }
    }

    /// Returns the files that are compared with what their packages brought.
    pub(crate) fn compared(&self, settings: &Settings) -> BTreeSet<ImagePath> {
        hygiene::compared(&self.input(settings))
    }

    /// Asks the rules, and puts what they find into the report, without secrets.
    pub(crate) fn judge(
        &self,
        report: &mut Report,
        (base, brought): (Option<&Base>, &Brought),
        (names, redactor): (&[String], &Redactor<'_>),
        (tools, settings): (&Tools<'_>, &Settings),
    ) {
        let Some(hygiene) = &settings.hygiene else {
            return;
        };
        let input = Input {
            names,
            packages: &report.packages,
            brought: brought.sums(),
            os: report.os.as_ref(),
            eol: report.eol.as_ref(),
            findings: match settings.vulnerabilities {
                Telling::Told => Some(&report.findings),
                Telling::LeftOut => None,
            },
            leaks: report.leaks.as_deref(),
            base,
            ..self.input(settings)
        };
        let today = Offset::UTC.to_datetime(settings.now).date();
        let ends = |product: &str, cycles: &[String]| {
            matching::end_of_product(product, cycles, tools.database, today)
        };
        let (mut judged, gaps) = hygiene::judge(&input, &hygiene.rules, &ends);
        shown::without_secrets(&mut judged, redactor);
        report.hygiene = Some(judged);
        report.weigh();
        add_gaps(report, gaps);
    }
}

fn add_gaps(report: &mut Report, mut gaps: Vec<Gap>) {
    report.gaps.append(&mut gaps);
    report.gaps.sort();
    report.gaps.dedup();
}

/// Tells what an image is built on. Layers that are known decide which are the base's; what the history
/// shows is a guess. A registry at hand is asked whether the base is still what its tag names.
pub(crate) fn base(
    image: &mut Image,
    os: Option<&Os>,
    settings: &Settings,
    (registry, gaps): (Option<&(ImageName, Access)>, &mut Vec<Gap>),
) -> Option<Base> {
    let hygiene = settings.hygiene.as_ref()?;
    let are_base: Option<Vec<bool>> = image.layers.iter().map(|layer| layer.is_base).collect();
    let guess = are_base.map(|are| are.iter().filter(|is| **is).count());
    let mut base = hygiene::base::recognise(&image.config, os, &hygiene.bases, guess);
    if let (BaseEvidence::Chain, Some(count)) = (base.told_by, base.layers) {
        for (index, layer) in image.layers.iter_mut().enumerate() {
            layer.is_base = Some(index < count);
        }
    }
    let asked = registry.filter(|_| hygiene.rules.wants("BAS-STALE"));
    if let Some((name, access)) = asked {
        gaps.extend(newest::ask(
            &mut base,
            image,
            (name, access),
            &settings.limits,
        ));
    }
    Some(base)
}
