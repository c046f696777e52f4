//! Decides about the objects that a cluster asks about: what changes in them, and what they run.

use manifest::judge::Settings;
use manifest::{Input, Object};
use model::Severity;
use pipeline::review;
use policy::image_policy::User;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::admission::Asked;
use crate::admission_review::Request;
use crate::gate::{Caller, Decision, Gate};

/// Bytes of an object, and containers in it, from which on reading and judging it may take more than ten
/// milliseconds.
const MANY_BYTES: usize = 16 << 10;
const MANY_CONTAINERS: usize = 32;

/// Values of an object: one of the 1.5 MB that a cluster can keep has fewer than half as many.
pub(crate) const MAX_NODES: usize = 200_000;

/// What rules may find in an object: some hundred bytes each.
const MOST_FINDINGS: usize = 20_000;

/// Answers `/validate`.
pub(crate) async fn validated(gate: &Gate, asked: &Asked) -> Value {
    let review = &asked.review;
    if matches!(&*review.request.operation, "DELETE" | "CONNECT") {
        // nothing comes in
        return review.pass();
    }
    let object = read(review.request.object.as_deref());
    let judged = match &object {
        None => Err("there is none".to_owned()),
        Some(object) => match running(&review.request, object) {
            Before::Passes => return review.pass(),
            Before::Nothing => judged(gate, asked, object, None).await,
            Before::Runs(running) => judged(gate, asked, object, running.objects.first()).await,
        },
    };
    let decision = judged.unwrap_or_else(|why| unjudged(gate, asked, object.as_ref(), &why));
    review.verdict(&decision)
}

/// Decides about what nobody can judge.
fn unjudged(gate: &Gate, asked: &Asked, object: Option<&Input>, why: &str) -> Decision {
    let request = &asked.review.request;
    let object = object.and_then(|it| the_only(it.objects.iter().collect()));
    let title = object.map_or_else(|| request.kind.kind.clone(), Object::title);
    let annotations = object.map(review::annotations).unwrap_or_default();
    let namespace = request.namespace.as_deref().unwrap_or_default();
    let about = (namespace, &*title, &annotations);
    gate.unjudged(&caller(asked), &asked.policy, about, why)
}

fn caller(asked: &Asked) -> Caller<'_> {
    let request = &asked.review.request;
    Caller {
        endpoint: "/validate",
        user: Some(User {
            name: &request.user_info.username,
            groups: request.user_info.groups.as_deref().unwrap_or_default(),
        }),
        ends: asked.ends,
        is_dry: request.dry_run == Some(true),
    }
}

/// What the object was before.
enum Before {
    /// One that what is asked for changes nothing of that anybody is asked about.
    Passes,
    Nothing,
    /// A pod that somebody adds containers to.
    Runs(Input),
}

fn running(request: &Request, object: &Input) -> Before {
    let old = request.old_object.as_deref();
    let Some(old) = read(old.filter(|_| request.operation == "UPDATE")) else {
        return Before::Nothing;
    };
    // whoever debugs a pod adds to it, perhaps an image that runs in it already
    let is_addition = request.sub_resource == "ephemeralcontainers";
    if is_going(&old) || (!is_addition && changes_nothing(request, object, &old)) {
        return Before::Passes;
    }
    if is_addition {
        return Before::Runs(old);
    }
    Before::Nothing
}

/// Decides about an object; `running` is the pod that it adds to.
///
/// # Errors
/// Why nobody can judge it.
async fn judged(
    gate: &Gate,
    asked: &Asked,
    object: &Input,
    running: Option<&Object>,
) -> Result<Decision, String> {
    let request = &asked.review.request;
    if let Some(why) = review::too_many_containers(&object.objects) {
        return Err(why);
    }
    let namespace = request.namespace.as_deref().unwrap_or_default();
    let settings = Settings {
        least: asked.policy.least_severity(),
        findings: MOST_FINDINGS,
        ..Settings::default()
    };
    let is_large = review::has_more_containers(&object.objects, MANY_CONTAINERS)
        || is_larger(request.object.as_deref(), MANY_BYTES);
    let (objects, gaps) = beside(is_large, || review::objects(object, &settings, namespace));
    let mut reviewed = the_only(objects)
        .ok_or("it cannot be read: too many values or levels, or no single object")?;
    if let Some(gap) = gaps.iter().find(|gap| gap.kind.is_unread_target()) {
        return Err(gap.why.clone());
    }
    let (said, is) = (&*request.kind.kind, reviewed.object.written_kind());
    if !said.is_empty() && said != is {
        return Err(format!("it is said to be a {said}, and is a `{is}`"));
    }
    // the API server puts it there, and says so in the request
    namespace.clone_into(&mut reviewed.namespace);
    if let Some(running) = running {
        // its own containers run already
        reviewed = reviewed.added_to(running);
    }
    if let Some(why) = reviewed.too_many_images() {
        return Err(why);
    }
    Ok(gate.object(&caller(asked), &asked.policy, &reviewed).await)
}

/// Reads an object of the API server, which is JSON.
fn read(object: Option<&RawValue>) -> Option<Input> {
    let limits = yaml::Limits {
        nodes: MAX_NODES,
        ..yaml::Limits::default()
    };
    let text = object?.get().as_bytes();
    let read = || manifest::read("request", text, &limits);
    Some(beside(is_larger(object, MANY_BYTES), read))
}

fn is_larger(object: Option<&RawValue>, bytes: usize) -> bool {
    object.is_some_and(|raw| raw.get().len() > bytes)
}

/// Does what takes its time with a large object, without others waiting for it; what is small is done
/// before another thread has taken over.
fn beside<T>(is_large: bool, work: impl FnOnce() -> T) -> T {
    if is_large {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

/// Whether an object is being deleted: what changes on the way must not be held up.
fn is_going(input: &Input) -> bool {
    let stamp = |object: &Object| {
        object
            .root
            .get("metadata")
            .and_then(|it| it.get("deletionTimestamp"))
            .is_some_and(|it| it.as_str().is_some())
    };
    input.objects.first().is_some_and(stamp)
}

/// Returns what an object was judged to be; none if what came is none, or several.
fn the_only<T>(objects: Vec<T>) -> Option<T> {
    let mut objects = objects.into_iter();
    let first = objects.next();
    first.filter(|_| objects.next().is_none())
}

/// Whether an update changes neither an image nor anything of an object that nobody can judge: what is hidden
/// in that may be an image.
fn changes_nothing(request: &Request, new: &Input, old: &Input) -> bool {
    same_images(new, old) && (same_content(request) || can_be_judged(request, new))
}

fn can_be_judged(request: &Request, object: &Input) -> bool {
    if review::too_many_containers(&object.objects).is_some() {
        return false;
    }
    let settings = Settings {
        // what rules find is not asked here
        least: Severity::Critical,
        ..Settings::default()
    };
    let is_large = review::has_more_containers(&object.objects, MANY_CONTAINERS)
        || is_larger(request.object.as_deref(), MANY_BYTES);
    let (_, gaps) = beside(is_large, || review::objects(object, &settings, ""));
    !gaps.iter().any(|gap| gap.kind.is_unread_target())
}

/// Whether an update leaves all of an object but its metadata and status as it was.
fn same_content(request: &Request) -> bool {
    let [new, old] = [&request.object, &request.old_object].map(|raw| content(raw.as_deref()));
    new.is_some() && new == old
}

fn content(object: Option<&RawValue>) -> Option<Map<String, Value>> {
    let mut content: Map<String, Value> = serde_json::from_str(object?.get()).ok()?;
    content.retain(|name, _| !matches!(&**name, "metadata" | "status"));
    Some(content)
}

fn same_images(new: &Input, old: &Input) -> bool {
    match (new.objects.first(), old.objects.first()) {
        (Some(new), Some(old)) => review::images(new) == review::images(old),
        (_, None) | (None, _) => false,
    }
}
