//! The routes that a cluster asks: images, objects, pinned digests; and those that tell how we are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use manifest::judge::Settings;
use manifest::{Input, Object, Role};
use pipeline::review;
use policy::image_policy::{ImagePolicy, User, plain};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::admission_review::AdmissionReview;
use crate::body::{Refusal, Room};
use crate::counted::Now;
use crate::gate::{Caller, Gate, MOST_IMAGES};
use crate::image_review::{self, ImageReview};
use crate::log::{self, log};
use crate::pin;
use crate::process::Process;
use crate::scans::Seen;
use crate::tls::Tls;

/// Bytes of an object, and containers in it, from which on reading and judging it may take more than ten
/// milliseconds.
const MANY_BYTES: usize = 16 << 10;
const MANY_CONTAINERS: usize = 32;

/// Bytes of an object from which on few are held at a time.
const HEAVY_BYTES: usize = 256 << 10;

/// Values of an object.
const MAX_NODES: usize = 400_000;

/// Containers of an object: honest ones have some tens, and each rule is asked about each.
const MOST_CONTAINERS: usize = 1_000;

/// What rules may find in an object: some hundred bytes each.
const MOST_FINDINGS: usize = 20_000;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// What the routes share.
struct Service {
    gate: Arc<Gate>,
    registry: Registry,
    room: Room,
    tls: Option<Arc<Tls>>,
    /// The day of the data that images are held against.
    data: Arc<dyn Fn() -> Option<jiff::civil::Date> + Send + Sync>,
}

/// Tells of which day the data is.
pub type DataDay = Arc<dyn Fn() -> Option<jiff::civil::Date> + Send + Sync>;

/// Returns the routes.
pub(crate) fn routes(gate: Arc<Gate>, data: DataDay, tls: Option<Arc<Tls>>) -> Router {
    let mut registry = Registry::default();
    gate.counted.register(&mut registry);
    registry.register_collector(Box::new(Process));
    let service = Arc::new(Service {
        gate,
        registry,
        room: Room::new(),
        tls,
        data,
    });
    Router::new()
        .route("/image-policy", post(image_policy))
        .route("/validate", post(validate))
        .route("/mutate", post(mutate))
        .route(
            "/livez",
            get(async || answer(StatusCode::OK, PLAIN, "ok\n")),
        )
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/", get(status))
        .with_state(service)
}

async fn image_policy(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let start = Instant::now();
    let read = service.room.read(request.into_body()).await;
    let review = read.map_err(|(_, why)| why);
    let review = review.and_then(|read| ImageReview::read(&read.bytes));
    service.gate.counted.stage("read", start.elapsed());
    let value = match review {
        Ok(review) => {
            let end = (start, given(query.as_deref()));
            reviewed_images(&service.gate, end, &review).await
        }
        // whatever it is, the plugin reads a verdict
        Err(why) => image_review::refusal(&why),
    };
    finished(&service, "/image-policy", start, Ok(value))
}

async fn reviewed_images(
    gate: &Gate,
    (start, timeout): (Instant, Option<Duration>),
    review: &ImageReview,
) -> String {
    let policy = gate.watched.policy();
    let caller = Caller {
        endpoint: "/image-policy",
        user: None,
        end: Gate::end(&policy, start, timeout),
        is_dry: false,
    };
    let images: Vec<&str> = review.images.iter().map(String::as_str).collect();
    let asked = (&images[..], review.namespace.as_str(), &review.annotations);
    image_review::answer(&gate.images(&caller, &policy, asked).await)
}

/// Asks a webhook of objects.
async fn webhook(
    service: &Service,
    endpoint: &'static str,
    query: Option<&str>,
    request: Request,
    decide: impl AsyncFn(&Gate, &Asked) -> Value,
) -> Response {
    let start = Instant::now();
    let read = service.room.read(request.into_body()).await;
    let read = read.and_then(|read| {
        let review = AdmissionReview::read(&read.bytes);
        let review = review.map_err(|why| (StatusCode::BAD_REQUEST, why))?;
        Ok((read, review))
    });
    let counted = &service.gate.counted;
    counted.stage("read", start.elapsed());
    let value = match read {
        Ok((_takes_room, review)) => {
            let policy = service.gate.watched.policy();
            let end = Gate::end(&policy, start, given(query));
            let asked = Asked {
                review,
                policy,
                end,
            };
            Ok(decide(&service.gate, &asked).await.to_string())
        }
        Err(refusal) => Err(refusal),
    };
    finished(service, endpoint, start, value)
}

async fn validate(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    webhook(&service, "/validate", query.as_deref(), request, validated).await
}

async fn mutate(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    webhook(&service, "/mutate", query.as_deref(), request, pinned).await
}

/// What an API server asks, the policy of now, and until when to answer.
struct Asked {
    review: AdmissionReview,
    policy: Arc<ImagePolicy>,
    end: Instant,
}

async fn validated(gate: &Gate, asked: &Asked) -> Value {
    let (review, request) = (&asked.review, &asked.review.request);
    if matches!(&*request.operation, "DELETE" | "CONNECT") {
        // nothing comes in
        return review.pass();
    }
    let Some(object) = read(request.object.as_deref()) else {
        return review.denial("there is none");
    };
    let old = request.old_object.as_deref();
    let old = read(old.filter(|_| request.operation == "UPDATE"));
    // whoever debugs a pod adds to it, perhaps an image that runs in it already
    let is_addition = request.sub_resource == "ephemeralcontainers";
    let is_known = |old: &Input| is_going(old) || (!is_addition && same_images(&object, old));
    if old.as_ref().is_some_and(is_known) {
        return review.pass();
    }
    if has_more_containers(&object, MOST_CONTAINERS) {
        return review.denial(&format!("it has more than {MOST_CONTAINERS} containers"));
    }
    let namespace = request.namespace.as_deref().unwrap_or_default();
    let settings = Settings {
        least: asked.policy.least_severity(),
        findings: MOST_FINDINGS,
        ..Settings::default()
    };
    let has_many = has_more_containers(&object, MANY_CONTAINERS);
    let is_large = has_many || is_larger(request.object.as_deref(), MANY_BYTES);
    let is_heavy = has_many || is_larger(request.object.as_deref(), HEAVY_BYTES);
    let Ok(_held) = gate.hold(is_heavy, asked.end).await else {
        return review.denial("too many large objects came at once");
    };
    let (objects, gaps) = beside(is_large, || review::objects(&object, &settings, namespace));
    let Some(mut reviewed) = the_only(objects) else {
        return review.denial("it cannot be read: too many values or levels, or no single object");
    };
    if let Some(gap) = gaps.iter().find(|gap| gap.kind.is_unread_target()) {
        return review.denial(&gap.why);
    }
    // the API server puts it there, and says so in the request
    namespace.clone_into(&mut reviewed.namespace);
    let running = old.iter().flat_map(|old| &old.objects).next();
    if let Some(running) = running.filter(|_| is_addition) {
        // its own containers run already
        reviewed = reviewed.added_to(running);
    }
    if reviewed.images.len() > MOST_IMAGES {
        return review.denial(&format!("it has more than {MOST_IMAGES} images"));
    }
    let caller = Caller {
        endpoint: "/validate",
        user: Some(User {
            name: &request.user_info.username,
            groups: request.user_info.groups.as_deref().unwrap_or_default(),
        }),
        end: asked.end,
        is_dry: request.dry_run == Some(true),
    };
    review.verdict(&gate.object(&caller, &asked.policy, &reviewed).await)
}

async fn pinned(gate: &Gate, asked: &Asked) -> Value {
    let (review, request) = (&asked.review, &asked.review.request);
    let is_pod =
        request.kind.kind == "Pod" && matches!(&*request.sub_resource, "" | "ephemeralcontainers");
    let pod = request.object.as_deref();
    let pod = pod.filter(|_| is_pod && asked.policy.is_pinning());
    let pod: Option<Value> = pod.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let Some(pod) = pod else {
        return review.pass();
    };
    let seen = gate
        .look(&asked.policy, &pin::images(&pod), asked.end)
        .await;
    let seen: BTreeMap<String, Seen> = seen.into_iter().collect();
    let patch = pin::patch(&pod, |image| Some(seen.get(image)?.pulled()?.to_string()));
    match patch[..] {
        [] => review.pass(),
        _ => review.patch(&patch, |bytes| STANDARD.encode(bytes)),
    }
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

/// Whether an object has more containers, each of which may take three bytes.
fn has_more_containers(input: &Input, count: usize) -> bool {
    let pods = input.objects.iter().filter_map(Object::pod);
    let mut containers = pods.flat_map(|pod| pod.containers(&Role::ALL));
    containers.nth(count).is_some()
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

fn same_images(new: &Input, old: &Input) -> bool {
    match (new.objects.first(), old.objects.first()) {
        (Some(new), Some(old)) => review::images(new) == review::images(old),
        (_, None) | (None, _) => false,
    }
}

/// Reads `?timeout=10s`.
fn given(query: Option<&str>) -> Option<Duration> {
    let pairs = form_urlencoded::parse(query?.as_bytes());
    let text = pairs.into_iter().find(|(key, _)| key == "timeout")?.1;
    let seconds: u64 = text.strip_suffix('s')?.parse().ok()?;
    Some(Duration::from_secs(seconds.min(60)))
}

async fn ready(State(service): State<Arc<Service>>) -> Response {
    // whoever is asked has a policy, data and certificates: without them nothing listens
    let policy = service.gate.watched.policy().label();
    let mut text = match service.gate.watched.problem() {
        None => format!("ok\npolicy {policy}\n"),
        Some(why) => format!("ok\npolicy {policy}, as the new one is wrong: {why}\n"),
    };
    if let Some(why) = service.gate.scans.kept().problem() {
        text = format!("{text}without a store: {why}\n");
    }
    answer(StatusCode::OK, PLAIN, text)
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let gate = &service.gate;
    let today = gate.today();
    let age = (service.data)().map(|day| i64::from((today - day).get_days()));
    gate.counted.look(&Now {
        counts: gate.scans.counts(),
        is_policy_ok: gate.watched.problem().is_none(),
        is_store_ok: gate.scans.kept().problem().is_none(),
        data_age_days: age,
        certificate_ends: service.tls.as_ref().and_then(|tls| tls.ends()),
        lost_log_lines: log::lost(),
    });
    let mut text = String::new();
    match encode(&mut text, &service.registry) {
        Ok(()) => answer(StatusCode::OK, METRICS, text),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn status(State(service): State<Arc<Service>>) -> Response {
    let gate = &service.gate;
    let counts = gate.scans.counts();
    let problem = gate.watched.problem().unwrap_or_else(|| "none".to_owned());
    let data = (service.data)().map_or_else(|| "unknown".to_owned(), |day| day.to_string());
    let ends = service.tls.as_ref().and_then(|tls| tls.ends());
    let ends = ends.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let ends = ends.map_or_else(|| "unknown".to_owned(), |ends| ends.to_string());
    let rows = [
        ("policy", gate.watched.policy().label()),
        ("its file", problem),
        ("data of", data),
        ("certificate until", ends),
        (
            "store",
            gate.scans
                .kept()
                .problem()
                .unwrap_or_else(|| "no problem".to_owned()),
        ),
        ("images known", counts.images.to_string()),
        ("scans that wait", counts.waiting.to_string()),
    ];
    let rows: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>", escaped(value)))
        .collect();
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>Seaworthy</title><h1>Seaworthy</h1><table>{}</table>",
        rows.concat()
    );
    let mut response = answer(StatusCode::OK, HTML, page);
    let policy = HeaderValue::from_static("default-src 'none'");
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Counts an answer, and makes a response of it.
fn finished(
    service: &Service,
    endpoint: &'static str,
    start: Instant,
    value: Result<String, Refusal>,
) -> Response {
    let status = value
        .as_ref()
        .map_or_else(|(status, _)| *status, |_| StatusCode::OK);
    let seconds = start.elapsed().as_secs_f64();
    let counted = &service.gate.counted;
    counted.answered(endpoint, status.as_u16(), seconds);
    match value {
        Ok(value) => answer(status, JSON, value + "\n"),
        Err((_, why)) => {
            log(
                &json!({"kind": "refusal", "endpoint": endpoint, "status": status.as_u16(), "why": why}),
            );
            answer(status, PLAIN, format!("{}\n", plain(&why)))
        }
    }
}

fn answer(status: StatusCode, kind: HeaderValue, text: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests;
