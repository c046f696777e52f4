//! Asks every rule about an image.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Content, Flaw, Gap, GapKind, Gaps, Hygiene, LayerUse, Newest, Rule, Severity};

use crate::card;
use crate::checks::{CHECKS, Check};
use crate::facts::ImageFacts;
use crate::health;
use crate::hits::{Hit, Hits};
use crate::input::Input;
use crate::running;
use crate::runtimes::Ends;
use crate::secrets;
use crate::services::{self, Service};
use crate::slim::{self, Tools};
use crate::start::Finder;
use crate::sudo;
use crate::survey::Survey;
use crate::topic::is_read;
use crate::volumes::settings;

/// Files that are read beside those that were kept.
const MOST_FETCHED: usize = 64;

/// Which rules are asked, and how bad what they find is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Ids or families, in upper case; empty for all.
    pub rules: BTreeSet<String>,
    /// Severities by rule, where they are not the rule's own.
    pub severities: BTreeMap<String, Severity>,
}

impl Settings {
    /// Whether a rule is asked for.
    pub fn wants(&self, id: &str) -> bool {
        let family = id.split('-').next().unwrap_or_default();
        self.rules.is_empty() || self.rules.contains(id) || self.rules.contains(family)
    }
}

/// Judges an image: what is built badly, and what was not looked at. `ends` tells when releases of
/// runtimes end.
pub fn judge(input: &Input<'_>, settings: &Settings, ends: &Ends<'_>) -> (Hygiene, Vec<Gap>) {
    let facts = ImageFacts::new(input, ends);
    let tools = Tools::find(&facts);
    let asking = Asking {
        facts: &facts,
        tools: &tools,
    };
    let mut hits = Hits::new(Gaps::new(input.limits.gaps_of_a_kind));
    let mut flaws = Vec::new();
    for check in CHECKS {
        let Some(ask) = check.ask else { continue };
        hits.begin(check.rule.id);
        ask(&asking, &mut hits);
        let found = hits.take();
        flaws.extend(
            found
                .into_iter()
                .map(|hit| flaw(check, hit, &facts, settings)),
        );
    }
    flaws.sort_by(|a: &Flaw, b: &Flaw| {
        let key = |flaw: &Flaw| {
            (
                Reverse(flaw.severity),
                flaw.rule.clone(),
                flaw.evidence.clone(),
            )
        };
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    let slim = slim::measure(&facts, &tools);
    let card = card::card(&facts, &flaws, &slim);
    let running = running::of(&facts);
    flaws.retain(|flaw| settings.wants(&flaw.rule));
    let hygiene = Hygiene {
        running,
        flaws,
        layers: layers(&facts),
        base: input.base.cloned(),
        slim,
        card,
    };
    for (path, why) in &facts.unfollowed {
        hits.unfollowed(path, why);
    }
    for step in facts.steps.iter().filter(|step| step.is_cut()) {
        hits.cut(step);
    }
    for (path, _) in unread_accounts(input) {
        hits.unread(&path);
    }
    if let Some(why) = untold_layers(input, settings) {
        hits.unseen(
            &why,
            "steps that go wrong, and downloads that nobody checks",
        );
    }
    (hygiene, gaps(input, settings, hits.into_gaps()))
}

/// Says that the history does not tell of each layer which step made it, if so. Builders that write none at
/// all are many, and no image of theirs would pass a gate: that is said to who asks for such a rule.
fn untold_layers(input: &Input<'_>, settings: &Settings) -> Option<String> {
    let steps = input.config?.history.iter();
    let told = steps.filter(|step| !step.empty_layer).count();
    let layers = input.layers.len();
    let is_asked = settings.rules.iter().any(|rule| rule.starts_with("LAY"));
    (told < layers && (told > 0 || is_asked)).then(|| {
        format!(
            "the history tells how {told} of the {layers} layers were made, by which rules judge"
        )
    })
}

/// Returns what becomes of the bytes of each layer.
fn layers(facts: &ImageFacts<'_>) -> Vec<LayerUse> {
    let layers = facts.input.layers;
    let copies = facts.survey.copies.bytes(layers.len());
    let layers = layers.iter().zip(copies);
    let layer = |(layer, duplicate_bytes): (&LayerUse, u64)| LayerUse {
        duplicate_bytes,
        ..*layer
    };
    layers.map(layer).collect()
}

/// What a check is handed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'q, 'a> {
    pub(crate) facts: &'q ImageFacts<'a>,
    pub(crate) tools: &'q Tools,
}

fn flaw(check: &Check, mut hit: Hit, facts: &ImageFacts<'_>, settings: &Settings) -> Flaw {
    let rule = &check.rule;
    if let (Some(path), None) = (&hit.evidence.path, hit.evidence.layer)
        && !hit.is_set
        && !facts.input.layers.is_empty()
    {
        let entry = facts.find(path.as_str());
        hit.evidence.layer = entry.map(|entry| usize::from(entry.content.layer));
    }
    let own = settings.severities.get(rule.id).copied();
    Flaw {
        rule: rule.id.to_owned(),
        title: rule.title.to_owned(),
        severity: own.or(hit.severity).unwrap_or(rule.severity),
        message: hit.message,
        concern: rule.concern.to_owned(),
        fix: hit.fix.unwrap_or_else(|| rule.fix.to_owned()),
        controls: rule.maps_to.iter().map(|it| (*it).to_owned()).collect(),
        part: facts.part(hit.evidence.layer),
        evidence: hit.evidence,
        waived: None,
    }
}

/// Adds what nobody looked at; who asks for a rule by name is told that it has no answer.
fn gaps(input: &Input<'_>, settings: &Settings, mut gaps: Vec<Gap>) -> Vec<Gap> {
    let notes = input.notes.iter().flatten();
    gaps.extend(notes.flat_map(|notes| notes.gaps.iter().cloned()));
    for check in CHECKS {
        let id = check.rule.id;
        let why = match check.ask {
            None => "no registry is asked",
            Some(_) if id == "BAS-STALE" && is_untold(input) => "no registry told",
            Some(_) if id == "FRE-LAG" && input.findings.is_none() => {
                "known flaws were not looked for"
            }
            Some(_) => continue,
        };
        if !settings.rules.is_empty() && settings.wants(id) {
            let why = format!("{id} was not looked at: {why}");
            let hides = format!("that {}", check.rule.title);
            gaps.push(Gap::new(GapKind::Absent, "", why, hides));
        }
    }
    let is_named = |rule: &&Rule| settings.rules.contains(rule.id);
    for rule in secrets::RULES.iter().filter(is_named) {
        if input.leaks.is_none() {
            let why = format!("{} was not looked at: the scanner secret does so", rule.id);
            let hides = format!("a {}", rule.title);
            gaps.push(Gap::new(GapKind::Absent, "", why, hides));
        }
    }
    gaps.sort();
    gaps.dedup();
    gaps
}

/// Whether nobody told what the tag of the base names by now.
fn is_untold(input: &Input<'_>) -> bool {
    input.base.is_none_or(|base| base.newest == Newest::Untold)
}

/// Returns where files lie that are wanted and were not kept: scripts that the image starts, what its
/// supervisor reads, settings that a service is given, and what lies behind links. What was fetched may name
/// more of them.
pub fn needed(input: &Input<'_>) -> Vec<Content> {
    let mut needed = BTreeSet::new();
    let mut finder = Finder::new(input);
    let start = finder.find();
    let mut settings = Vec::new();
    health::probed(input, &mut finder);
    if services::supervisor(&start).is_some() {
        let services = services::find(input, &Survey::new(input), &start, &mut finder).list;
        let named = |it: &Service| settings::named(input, it.row.name, &it.command);
        settings.extend(services.iter().flat_map(named));
    }
    for started in &start.programs {
        let services = services::started_by(started).into_iter();
        settings.extend(services.flat_map(|name| settings::named(input, name, &started.words)));
    }
    settings.retain(|path| crate::facts::file(input, path).is_none());
    for path in finder.unread().iter().chain(&settings) {
        // what is longer stays unread, and a gap says so
        let entry = input.tree.find(path, input.limits);
        let entry = entry.filter(is_read);
        needed.extend(entry.map(|entry| entry.content));
    }
    needed.extend(unread_accounts(input).map(|(_, content)| content));
    needed.into_iter().take(MOST_FETCHED).collect()
}

/// Returns the lists of accounts, and of who may become root, that may be read and were not.
fn unread_accounts(input: &Input<'_>) -> impl Iterator<Item = (String, Content)> {
    let unread = move |path: String| {
        let entry = input.tree.find(&path, input.limits)?;
        (is_read(&entry) && crate::facts::file(input, &path).is_none())
            .then_some((path, entry.content))
    };
    let accounts = ["etc/passwd", "etc/shadow", "etc/group"].map(str::to_owned);
    accounts
        .into_iter()
        .chain(sudo::included(input))
        .filter_map(unread)
}
