//! The keel: from a source to a report, readable top to bottom on this page.
//!
//! Order of effects: open the source, read its layers (in parallel, through the cache), look up
//! advisories. Problems with single files are gaps in the report; only a target that cannot be read
//! as what it claims to be is an error.

mod ahead;
mod built;
mod cache;
mod contents;
mod error;
mod layers;
mod members;
mod newest;
pub mod review;
mod rootfs;
mod secrets;
mod source;
mod timed;

use std::path::Path;

use advisory::Database;
use image::ImagePlan;
use inventory::{Inventory, Watch};
use jiff::Timestamp;
use jiff::tz::Offset;
use matching::Matched;
use model::{
    DataOrigin, Gap, GapKind, Image, ImageName, Layer, Limits, Manner, Os, OsFamily, Package,
    PackageFormat, Platform, Report, Target, TargetKind, Tree,
};

pub use built::Hygiene;
pub use cache::{Cache, CacheStatus};
pub use error::ScanError;
pub use image::{Choice, ImageError, PlatformChoice};
pub use members::{Seen, visit_members};
pub use net::Deadline;
pub use registry::{Access, RegistryError};
pub use secret::Redactor;
pub use secrets::{Secrets, Telling, Zip};
pub use source::Source;

use crate::built::{Building, Built};
use crate::contents::Contents;
use crate::layers::Layers;
use crate::secrets::{Brought, Lying, Told, Track};

/// What a scan uses besides its target.
#[derive(Debug)]
pub struct Tools<'a> {
    /// The advisories.
    pub database: &'a Database,
    /// Who vouches for them.
    pub origin: &'a DataOrigin,
    /// Where layers that were read are kept; `None` for nowhere.
    pub cache: Option<&'a Cache>,
}

/// How to scan.
#[derive(Debug)]
pub struct Settings {
    /// What strangers may make us spend.
    pub limits: Limits,
    /// In whose manner packages are read and judged.
    pub manner: Manner,
    /// When to give up.
    pub deadline: Deadline,
    /// The time that reports state and ages are counted from.
    pub now: Timestamp,
    /// Folders and files that are left out, as expressions of their paths.
    pub skip: regex::RegexSet,
    /// Whether what is known to be wrong with packages is told.
    pub vulnerabilities: Telling,
    /// How to look for secrets; `None` for not at all.
    pub secrets: Option<Secrets>,
    /// How to judge the way it is built; `None` for not at all.
    pub hygiene: Option<Hygiene>,
}

impl Settings {
    /// Returns what takes secrets out of texts: by the whole table, and by the rules of its user.
    pub fn redactor(&self) -> Redactor<'_> {
        Redactor::new(self.secrets.as_ref().map(|secrets| &secrets.engine))
    }
}

/// Scans the image, or the images, that `choice` means in an archive, a layout or a registry.
///
/// # Errors
/// [`ScanError`]: the source cannot be read, holds no such image, or its bytes are not what its
/// digests say.
pub fn scan_images(
    name: &str,
    source: &Source,
    choice: &Choice,
    tools: &Tools<'_>,
    settings: &Settings,
) -> Result<Vec<Report>, ScanError> {
    let archive = source.open(&choice.platform, tools.cache, settings)?;
    let plans = image::open(&archive, choice, &settings.limits);
    let plans = plans.map_err(|error| archive.blame(error.into()))?;
    let registry = source.registry();
    plans
        .into_iter()
        .map(|plan| {
            let target = Target {
                name: name.to_owned(),
                kind: TargetKind::Image,
            };
            let asked = asked_for(choice);
            let about = (target, asked, registry);
            scan_plan(about, plan, &archive, tools, settings).map_err(|error| archive.blame(error))
        })
        .collect()
}

/// Returns the name under which an image was asked for, if it was by name.
fn asked_for(choice: &Choice) -> Option<String> {
    let name = choice.reference.as_ref()?;
    let is_name = !name.starts_with('#') && !name.starts_with("sha256:");
    is_name.then(|| name.clone())
}

fn scan_plan(
    (target, asked, registry): (Target, Option<String>, Option<&(ImageName, Access)>),
    mut plan: ImagePlan,
    archive: &source::Archive,
    tools: &Tools<'_>,
    settings: &Settings,
) -> Result<Report, ScanError> {
    let limits = &settings.limits;
    let mut read = layers::read(&plan.layers, archive, tools.cache, settings)?;
    let skip = |path: &str| settings.skip.is_match(path);
    let mut watch = Watch::new(limits, &skip).in_manner(settings.manner);
    let mut gaps = std::mem::take(&mut plan.gaps);
    gaps.extend(archive.gap());
    let mut tree = Tree::new();
    let mut track = Track::default();
    let mut building = Building::new(settings);
    for (index, layer) in plan.layers.iter().enumerate() {
        // the same layer may be named a thousand times: no byte flows, but time does
        let late = |source| ImageError::Io {
            what: format!("layer {}", index + 1),
            source,
        };
        settings.deadline.check().map_err(late)?;
        building.before(index, &read, &tree);
        gaps.append(&mut read.lay(index, layer, &mut tree, limits));
        building.after(&tree);
        track.follow(&tree, index, |index| read.secrets(index, settings), limits);
        watch.look(&tree, index);
    }
    watch.finish(&tree);
    let around = (&plan.layers[..], archive, settings);
    let built = building.finish(tree, plan.config.clone(), &read, around)?;
    let (contents, gap) =
        Contents::gather(&watch.needed(), &read, &plan.layers, archive, settings)?;
    gaps.extend(gap);
    let lying = track.finish(|index| read.secrets(index, settings));
    let compared = built.as_ref().map(|built| built.compared(settings));
    let brought = secrets::brought(&watch, &contents, &lying, compared.unwrap_or_default());
    let inventory = inventory::read(watch, &contents.by_place(), limits);
    let mut reread = |files: &[&Lying<'_>]| layers::digests(files, &plan.layers, archive, settings);
    let mut told = Told::default();
    told.add_gaps(read.files_of(&plan.layers, settings));
    let chosen = secrets::choose(&lying, &brought, settings, &mut reread)?;
    told.add_files(&chosen, &inventory.packages);
    told.add_config(&plan.config, settings);
    let mut redactor = settings.redactor();
    let image = image_of(plan, &read, archive, &mut redactor);
    report(
        Known {
            target,
            image: Some(image),
            redactor,
            inventory,
            told,
            built,
            brought,
            asked,
            registry,
            gaps,
        },
        tools,
        settings,
    )
}

/// Returns what reports say of an image, without secrets; a registry knows it by one more name.
fn image_of(
    plan: ImagePlan,
    read: &Layers<'_>,
    archive: &source::Archive,
    redactor: &mut Redactor<'_>,
) -> Image {
    let config = redactor.config(plan.config);
    let mut tags = plan.tags;
    let mut digests = Vec::new();
    if let Some((tag, digest)) = archive.known_as() {
        tags.extend(tag);
        digests.push(digest);
    }
    Image {
        id: plan.id,
        manifest: plan.manifest,
        config,
        platform: Platform {
            os: redactor.text(&plan.platform.os),
            architecture: redactor.text(&plan.platform.architecture),
            variant: redactor.text(&plan.platform.variant),
        },
        layers: read.describe(&plan.layers, redactor),
        tags,
        digests,
    }
}

/// Scans an unpacked root file system.
///
/// # Errors
/// [`ScanError`]: the folder cannot be read.
pub fn scan_rootfs(
    name: &str,
    root: &Path,
    tools: &Tools<'_>,
    settings: &Settings,
) -> Result<Report, ScanError> {
    let (tree, mut gaps) = rootfs::walk(root, settings)?;
    let skip = |path: &str| settings.skip.is_match(path);
    let mut watch = Watch::new(&settings.limits, &skip).in_manner(settings.manner);
    watch.look(&tree, 0);
    watch.finish(&tree);
    let (contents, unread) = rootfs::contents(root, &tree, &watch.needed(), settings);
    gaps.extend(unread);
    let looked = rootfs::inspect(root, &tree, settings)?;
    let secrets = looked.secrets.as_ref();
    let files = secrets.map_or(&[][..], |secrets| &secrets.files);
    let lying: Vec<Lying<'_>> = files.iter().map(Lying::of_root).collect();
    let notes = looked.notes.as_ref();
    let built = notes.map(|notes| Built::of_root(tree, notes));
    let compared = built.as_ref().map(|built| built.compared(settings));
    let brought = secrets::brought(&watch, &contents, &lying, compared.unwrap_or_default());
    let inventory = inventory::read(watch, &contents.by_place(), &settings.limits);
    let mut told = Told::default();
    told.add_gaps(secrets.into_iter());
    let mut reread = |files: &[&Lying<'_>]| Ok(rootfs::reread(root, files, settings));
    let chosen = secrets::choose(&lying, &brought, settings, &mut reread)?;
    told.add_files(&chosen, &inventory.packages);
    let target = Target {
        name: name.to_owned(),
        kind: TargetKind::RootFs,
    };
    report(
        Known {
            target,
            image: None,
            redactor: settings.redactor(),
            inventory,
            told,
            built,
            brought,
            asked: None,
            registry: None,
            gaps,
        },
        tools,
        settings,
    )
}

/// Everything that was read of a target.
struct Known<'a> {
    target: Target,
    image: Option<Image>,
    /// Takes secrets out of what is told of it.
    redactor: Redactor<'a>,
    inventory: Inventory,
    told: Told,
    built: Option<Built<'a>>,
    /// What packages say of files that are compared with it.
    brought: Brought,
    /// The name under which it was asked for.
    asked: Option<String>,
    /// Where it was asked for.
    registry: Option<&'a (ImageName, Access)>,
    gaps: Vec<Gap>,
}

/// Matches what is installed with what is known, and puts everything together.
///
/// # Errors
/// [`ScanError::Refused`] in Trivy's manner, where it would not go on.
fn report(known: Known<'_>, tools: &Tools<'_>, settings: &Settings) -> Result<Report, ScanError> {
    let Known {
        target,
        mut image,
        redactor,
        mut inventory,
        told,
        built,
        brought,
        asked,
        registry,
        mut gaps,
    } = known;
    if settings.manner.is_trivy() {
        gaps.extend(leave_unsupported(&mut inventory));
    }
    let os = inventory.os.as_ref();
    let image_of_base = image.as_mut();
    let base = image_of_base.and_then(|it| built::base(it, os, settings, (registry, &mut gaps)));
    let (leaks, unseen) = told.finish(settings);
    let no_layers: &[Layer] = &[];
    let input = matching::Input {
        os: inventory.os.as_ref(),
        packages: &inventory.packages,
        layers: image.as_ref().map_or(no_layers, |image| &image.layers),
        limits: &settings.limits,
        manner: settings.manner,
    };
    let matched = matched(&input, built.is_some(), tools, settings)?;
    gaps.extend(inventory.gaps);
    gaps.extend(matched.gaps);
    gaps.extend(unseen);
    gaps.sort();
    gaps.dedup();
    let mut report = Report {
        target,
        created: settings.now,
        image,
        os: inventory.os,
        eol: matched.eol,
        packages: inventory.packages,
        is_matched: settings.vulnerabilities == Telling::Told,
        findings: matched.findings,
        waived: Vec::new(),
        leaks,
        waived_leaks: Vec::new(),
        hygiene: None,
        gaps,
        data: matched.data,
        origin: tools.origin.clone(),
    };
    if let Some(built) = &built {
        let name = asked.as_slice();
        let known = (base.as_ref(), &brought);
        built.judge(&mut report, known, (name, &redactor), (tools, settings));
    }
    built::gaps_without_secrets(&mut report.gaps, &redactor);
    Ok(report)
}

/// Returns what is known about the packages, as far as somebody wants to know.
fn matched(
    input: &matching::Input<'_>,
    is_judged: bool,
    tools: &Tools<'_>,
    settings: &Settings,
) -> Result<Matched, ScanError> {
    let today = Offset::UTC.to_datetime(settings.now).date();
    match settings.vulnerabilities {
        Telling::Told if settings.manner.is_trivy() => {
            let refusal = matching::refusal(input, tools.database);
            refusal.map_or(Ok(()), |why| Err(ScanError::Refused(why)))?;
            Ok(matching::find(input, tools.database, today))
        }
        Telling::Told => Ok(matching::find(input, tools.database, today)),
        Telling::LeftOut if is_judged => Ok(matching::end_of_life(input, tools.database, today)),
        Telling::LeftOut => Ok(Matched::default()),
    }
}

/// Leaves out the packages of a distribution on which Trivy has no advisories, as it does. Where none is
/// told, but there are packages, it calls that `none`.
fn leave_unsupported(inventory: &mut Inventory) -> Option<Gap> {
    let is_of_language = |package: &Package| matches!(package.format, PackageFormat::Language(_));
    if inventory.packages.iter().all(is_of_language) {
        return None;
    }
    let os = inventory.os.get_or_insert_with(|| Os {
        family: OsFamily::Other("none".to_owned()),
        version: String::new(),
        pretty_name: "an unknown distribution".to_owned(),
        like: Vec::new(),
        is_rolling: false,
        repository: String::new(),
        told_by: String::new(),
    });
    if matching::is_covered(os) {
        return None;
    }
    inventory.packages.retain(is_of_language);
    let why = format!("Trivy lists no packages of {}", os.pretty_name);
    let hides = "all known problems of its packages";
    Some(Gap::new(GapKind::Uncovered, &*os.told_by, why, hides))
}

/// Adds what people read about the flaws of a report, once it holds only those that are shown.
pub fn describe(report: &mut Report, database: &Database, limits: &Limits) {
    let waived = report.waived.iter_mut().map(|waived| &mut waived.finding);
    let findings = report.findings.iter_mut().chain(waived);
    let gaps = matching::describe(findings, database, limits);
    report.gaps.extend(gaps);
    report.gaps.sort();
}
