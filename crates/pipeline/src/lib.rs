//! The keel: from a source to a report, readable top to bottom on this page.
//!
//! Order of effects: open the source, read its layers (in parallel, through the cache), look up
//! advisories. Problems with single files are gaps in the report; only a target that cannot be read
//! as what it claims to be is an error.

mod ahead;
mod cache;
mod contents;
mod deadline;
mod error;
mod layers;
mod members;
mod rootfs;
mod source;

use std::path::Path;

use advisory::Database;
use image::ImagePlan;
use inventory::{Inventory, Watch};
use jiff::Timestamp;
use jiff::tz::Offset;
use model::{Gap, Image, Layer, Limits, Report, Target, TargetKind, Tree};

pub use cache::{Cache, CacheStatus};
pub use deadline::Deadline;
pub use error::ScanError;
pub use image::{Choice, ImageError, PlatformChoice};
pub use members::{Seen, visit_members};
pub use source::Source;

use crate::contents::Contents;

/// What a scan uses besides its target.
#[derive(Debug)]
pub struct Tools<'a> {
    /// The advisories.
    pub database: &'a Database,
    /// Where layers that were read are kept; `None` for nowhere.
    pub cache: Option<&'a Cache>,
}

/// How to scan.
#[derive(Debug)]
pub struct Settings {
    /// What strangers may make us spend.
    pub limits: Limits,
    /// When to give up.
    pub deadline: Deadline,
    /// The time that reports state and ages are counted from.
    pub now: Timestamp,
    /// Folders and files that are left out, as globs.
    pub skip: globset::GlobSet,
}

/// Scans the image, or the images, that `choice` means in an archive or a layout.
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
    let archive = source.open(tools.cache, settings)?;
    let plans = image::open(&archive, choice, &settings.limits)?;
    plans
        .into_iter()
        .map(|plan| {
            let target = Target {
                name: name.to_owned(),
                kind: TargetKind::Image,
            };
            scan_plan(target, plan, &archive, tools, settings)
        })
        .collect()
}

fn scan_plan(
    target: Target,
    plan: ImagePlan,
    archive: &source::Archive,
    tools: &Tools<'_>,
    settings: &Settings,
) -> Result<Report, ScanError> {
    let limits = &settings.limits;
    let mut read = layers::read(&plan.layers, archive, tools.cache, settings)?;
    let skip = |path: &str| settings.skip.is_match(path);
    let mut watch = Watch::new(limits, &skip);
    let mut gaps = plan.gaps;
    let mut tree = Tree::new();
    for (index, layer) in plan.layers.iter().enumerate() {
        // the same layer may be named a thousand times: no byte flows, but time does
        let late = |source| ImageError::Io {
            what: format!("layer {}", index + 1),
            source,
        };
        settings.deadline.check().map_err(late)?;
        gaps.append(&mut read.lay(index, layer, &mut tree, limits));
        watch.look(&tree, index);
    }
    watch.finish(&tree);
    drop(tree);
    let (contents, gap) =
        Contents::gather(&watch.needed(), &read, &plan.layers, archive, settings)?;
    gaps.extend(gap);
    let inventory = inventory::read(watch, &contents.by_place(), limits);
    let image = Image {
        id: plan.id,
        manifest: plan.manifest,
        config: image::redacted(plan.config),
        platform: plan.platform,
        layers: read.describe(&plan.layers),
        tags: plan.tags,
    };
    Ok(report(
        Known {
            target,
            image: Some(image),
            inventory,
            gaps,
        },
        tools,
        settings,
    ))
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
    let mut watch = Watch::new(&settings.limits, &skip);
    watch.look(&tree, 0);
    watch.finish(&tree);
    let (contents, unread) = rootfs::contents(root, &tree, &watch.needed(), settings);
    gaps.extend(unread);
    let inventory = inventory::read(watch, &contents.by_place(), &settings.limits);
    let target = Target {
        name: name.to_owned(),
        kind: TargetKind::RootFs,
    };
    Ok(report(
        Known {
            target,
            image: None,
            inventory,
            gaps,
        },
        tools,
        settings,
    ))
}

/// Everything that was read of a target.
struct Known {
    target: Target,
    image: Option<Image>,
    inventory: Inventory,
    gaps: Vec<Gap>,
}

/// Matches what is installed with what is known, and puts everything together.
fn report(known: Known, tools: &Tools<'_>, settings: &Settings) -> Report {
    let Known {
        target,
        image,
        inventory,
        mut gaps,
    } = known;
    let no_layers: &[Layer] = &[];
    let input = matching::Input {
        os: inventory.os.as_ref(),
        packages: &inventory.packages,
        layers: image.as_ref().map_or(no_layers, |image| &image.layers),
        limits: &settings.limits,
    };
    let today = Offset::UTC.to_datetime(settings.now).date();
    let matched = matching::find(&input, tools.database, today);
    gaps.extend(inventory.gaps);
    gaps.extend(matched.gaps);
    gaps.sort();
    gaps.dedup();
    Report {
        target,
        created: settings.now,
        image,
        os: inventory.os,
        eol: matched.eol,
        packages: inventory.packages,
        findings: matched.findings,
        waived: Vec::new(),
        gaps,
        data: matched.data,
        data_signed_by: None,
    }
}
