//! `seaworthy check`: holds manifests and images against a policy, as a cluster would.

mod images;
mod targets;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::slice;

use clap::{Arg, ArgAction, ArgMatches, Command};
use jiff::civil::Date;
use manifest::judge::Settings;
use model::{Gap, GapKind};
use pipeline::review::{self, Reviewed};
use policy::image_policy::{self, Asked, ImagePolicy, Outcome, Verdict, judge};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::{self, Scan};
use crate::settings::Environment;
use crate::{image_source, output, platforms, policies, sources, verdict};
use images::Images;
pub(super) use images::{Placed, Unknown, archives, scanned};
use targets::Targets;

pub(crate) const ROW: Row = Row {
    name: "check",
    define,
    run,
};

/// Options of a scan that choose what counts: here the policy does.
const CHOOSING: [&str; 9] = [
    "strict",
    "severity",
    "ignore-unfixed",
    "ignore-status",
    "ignorefile",
    "fail-on",
    "exit-on-eol",
    "list-all-pkgs",
    "scorecard",
];

fn define() -> Command {
    Command::new("check")
        .about("Hold manifests and images against a policy, as a cluster would")
        .long_about(
            "Hold manifests and images against a policy, as a cluster would: the same rules, reasons and words as \
             `seaworthy serve` answers with. Manifests are judged with every image in them; what --image does not \
             lead to an archive is pulled.\n\nEnds with 1 if anything is denied, with 4 if a manifest cannot be read or holds \
             nothing, with 3 if a target or an archive cannot be used.",
        )
        .after_help(
            "Examples:\n  seaworthy check --policy prod.yaml k8s/\n  helm template ./chart | seaworthy check --policy prod.yaml -\n  \
             seaworthy check --policy prod.yaml k8s/ --image registry.example/shop/api:1.4=api.tar\n  \
             seaworthy check --policy prod.yaml app.tar\n  seaworthy check --policy prod.yaml registry.example/shop/api:1.4",
        )
        .arg(
            Arg::new("targets")
                .value_name("TARGET")
                .required(true)
                .num_args(1..)
                .help("Manifests (files, folders, patterns, `-`), archives of images, names of images"),
        )
        .arg(policies::arg())
        .arg(
            Arg::new("image")
                .long("image")
                .value_name("NAME=ARCHIVE")
                .action(ArgAction::Append)
                .help("Where the image of this name is: an archive or a layout; repeat for several"),
        )
        .arg(
            Arg::new("namespace")
                .long("namespace")
                .short('n')
                .value_name("NAMESPACE")
                .default_value("default")
                .help("Namespace of objects that name none"),
        )
        .arg(
            Arg::new("kubernetes-version")
                .long("kubernetes-version")
                .value_name("1.N")
                .value_parser(super::manifest::minor)
                .default_value("1.37")
                .help("Version that will run the objects, such as 1.31"),
        )
        .arg(image_source::arg())
        .args(policies::scan_args(&CHOOSING))
}

/// All that was decided.
pub(super) struct Checked<'a> {
    pub(super) policy: &'a ImagePolicy,
    /// Each with what it is about: an object, or an image alone.
    pub(super) verdicts: Vec<(Subject<'a>, Verdict)>,
    /// Those of objects have become verdicts, too.
    pub(super) gaps: Vec<Gap>,
    /// Parts of what was given that could not be read: they are nothing that is allowed.
    pub(super) unread: usize,
}

/// What a verdict is about.
pub(super) enum Subject<'a> {
    Object(&'a Reviewed<'a>),
    Image(&'a str),
}

impl Checked<'_> {
    pub(super) fn count(&self, outcome: Outcome) -> usize {
        self.verdicts
            .iter()
            .filter(|(_, verdict)| verdict.outcome == outcome)
            .count()
    }
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    output::check_places(&scan::list_of(matches, "output"))?;
    let policy = policies::read(matches)?;
    let archives = archives(matches)?;
    images::check_places(&archives)?;
    let targets = Targets::sort(scan::list_of(matches, "targets"), &archives)?;
    let paths: Vec<PathBuf> = targets.manifests;
    let (input, empty) = sources::read_telling(paths.iter(), environment)?;
    let settings = Settings {
        minor: scan::value(matches, "kubernetes-version").unwrap_or(manifest::pss::LATEST),
        least: policy.least_severity(),
        ..Settings::default()
    };
    let namespace = matches
        .get_one::<String>("namespace")
        .map_or("default", String::as_str);
    let (reviewed, mut gaps) = review::objects(&input, &settings, namespace);
    let is_nothing = reviewed.is_empty() && targets.images.is_empty() && gaps.is_empty();
    gaps.extend(empty.into_iter().map(nothing_in));
    let (odd, unread) = unjudgeable(&gaps, &reviewed);
    let named = reviewed.iter().flat_map(|it| it.images.iter().copied());
    let named = named.chain(targets.images.iter().map(String::as_str));
    tell_unused(&images::unused(&archives, named), is_nothing, matches)?;
    let scan = Scan::new(matches, environment, Vec::new())?;
    let is_asked = policy.asks_for_scans();
    let platform = platforms::choice(matches)?;
    let places = (&archives[..], &platform);
    let mut images = Images::of_manifests(&scan, places, is_asked);
    let today = environment.today();
    let mut verdicts = Vec::new();
    for object in &reviewed {
        if let Some(why) = why_unjudged(object, &odd) {
            let verdict = unjudged(&policy, object, &why, today);
            verdicts.push((Subject::Object(object), verdict));
            continue;
        }
        images.look(&object.images, matches, environment)?;
        let asked = images.asked(&object.images);
        verdicts.push((
            Subject::Object(object),
            object.verdict(None, &asked, |asked| judge(&policy, asked, today)),
        ));
    }
    let mut images = Images::of_targets(&scan, places, is_asked);
    for name in &targets.images {
        images.look(&[name.as_str()], matches, environment)?;
        let known = images.asked(&[name.as_str()]);
        let asked = Asked {
            namespace,
            ..Asked::of_images(&known)
        };
        verdicts.push((Subject::Image(name), judge(&policy, &asked, today)));
    }
    let checked = Checked {
        policy: &policy,
        verdicts,
        gaps,
        unread,
    };
    written::write(&checked, matches, environment)?;
    Ok(exit(&checked, matches))
}

/// A target without any object: what should have written it may have failed, and nothing of it was judged.
fn nothing_in(place: String) -> Gap {
    let why = "there is no object in it";
    Gap::new(GapKind::Unread, place, why, "Kubernetes objects")
}

/// Returns where an object is, as gaps say it.
fn place(reviewed: &Reviewed<'_>) -> String {
    let object = reviewed.object;
    format!("{}:{}", object.file, object.position())
}

/// Returns why objects cannot be judged, by their places, the first reason of each; and counts what else could
/// not be read.
fn unjudgeable(gaps: &[Gap], reviewed: &[Reviewed<'_>]) -> (BTreeMap<String, String>, usize) {
    let places: BTreeSet<String> = reviewed.iter().map(place).collect();
    let lost = gaps.iter().filter(|gap| gap.kind.is_unread_target());
    // where a limit is reached, others behind it are not judged either
    let (of_objects, others): (Vec<&Gap>, Vec<&Gap>) =
        lost.partition(|gap| gap.kind != GapKind::Limited && places.contains(&gap.place));
    let by_place = of_objects.iter().rev();
    let by_place = by_place.map(|gap| (gap.place.clone(), gap.why.clone()));
    (by_place.collect(), others.len())
}

/// Returns why an object cannot be judged, in the order in which a server says it.
fn why_unjudged(reviewed: &Reviewed<'_>, odd: &BTreeMap<String, String>) -> Option<String> {
    review::too_many_containers(slice::from_ref(reviewed.object))
        .or_else(|| odd.get(&place(reviewed)).cloned())
        .or_else(|| reviewed.too_many_images())
}

/// Decides about an object that nobody can judge, as a server does.
fn unjudged(policy: &ImagePolicy, reviewed: &Reviewed<'_>, why: &str, today: Date) -> Verdict {
    let asked = Asked {
        object: &reviewed.title,
        namespace: &reviewed.namespace,
        annotations: &review::annotations(reviewed.object),
        ..Asked::of_images(&[])
    };
    image_policy::unjudged(policy, &asked, why, today)
}

/// Tells archives that are of no image; where there is nothing else either, nothing was checked.
fn tell_unused(unused: &[String], is_nothing: bool, matches: &ArgMatches) -> Result<(), Failure> {
    if let (Some(first), true) = (unused.first(), is_nothing) {
        let failure = Failure::new(Exit::Unfinished, format!("nothing is checked: {first}"));
        return Err(failure.with(
            "next",
            "name the manifest that has the image, or the archive itself as a target",
        ));
    }
    for unused in unused {
        output::say(matches, &format!("warning: {unused}"));
    }
    Ok(())
}

fn exit(checked: &Checked<'_>, matches: &ArgMatches) -> Exit {
    let denied = checked.count(Outcome::Deny);
    if denied > 0 {
        let code = matches.get_one::<u8>("exit-code").copied();
        return Exit::Failed(code.unwrap_or(1));
    }
    if checked.unread > 0 {
        output::say(matches, &verdict::not_read(checked.unread));
        return Exit::PartlyUnread;
    }
    Exit::Passed
}
