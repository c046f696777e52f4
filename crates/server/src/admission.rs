//! The routes that a cluster asks: images, objects, pinned digests; and those that tell how we are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use manifest::Input;
use manifest::judge::Settings;
use pipeline::review;
use policy::image_policy::User;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::admission_review::AdmissionReview;
use crate::gate::{Caller, Gate, log};
use crate::image_review::{self, ImageReview};
use crate::pin;
use crate::process::Process;

/// Bytes of a body: an object and the old one, of 3 MiB each, and what is around them.
const MAX_BODY_BYTES: usize = 12 << 20;

/// A body must be here by then.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Bodies that are read or judged at a time; others wait.
const MOST_BODIES: usize = 64;

/// Values of an object.
const MAX_NODES: usize = 400_000;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// What the routes share.
struct Service {
    gate: Arc<Gate>,
    registry: Registry,
    bodies: Semaphore,
    /// The day of the data that images are held against.
    data: Arc<dyn Fn() -> Option<jiff::civil::Date> + Send + Sync>,
}

/// Tells of which day the data is.
pub type DataDay = Arc<dyn Fn() -> Option<jiff::civil::Date> + Send + Sync>;

/// Returns the routes.
pub(crate) fn routes(gate: Arc<Gate>, data: DataDay) -> Router {
    let mut registry = Registry::default();
    gate.counted.register(&mut registry);
    registry.register_collector(Box::new(Process));
    let service = Arc::new(Service {
        gate,
        registry,
        bodies: Semaphore::new(MOST_BODIES),
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
    let body = match body(&service, request).await {
        Ok(body) => body,
        // whatever it is, the plugin reads a verdict
        Err((_, why)) => return json(&image_review::refusal(why)),
    };
    let review = match ImageReview::read(&body) {
        Ok(review) => review,
        Err(why) => return json(&image_review::refusal(&why)),
    };
    let policy = service.gate.watched.policy();
    let caller = Caller {
        endpoint: "/image-policy",
        user: None,
        end: Gate::end(&policy, given(query.as_deref())),
        is_dry: false,
    };
    let images: Vec<&str> = review.images.iter().map(String::as_str).collect();
    let asked = (&images[..], review.namespace.as_str(), &review.annotations);
    let (verdict, audit) = service.gate.images(&caller, &policy, asked).await;
    finished(
        &service,
        "/image-policy",
        start,
        &image_review::answer(&verdict, &audit),
    )
}

async fn validate(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let start = Instant::now();
    let review = match review(&service, request).await {
        Ok(review) => review,
        Err((status, why)) => return refused(&service, "/validate", start, (status, &why)),
    };
    let policy = service.gate.watched.policy();
    let end = Gate::end(&policy, given(query.as_deref()));
    let object = review.request.object.as_ref().map(|raw| read(raw.get()));
    let old = review
        .request
        .old_object
        .as_ref()
        .map(|raw| read(raw.get()));
    let is_asked = |object: &Input| !passes(&review.request.operation, object, old.as_ref());
    let Some(object) = object.filter(is_asked) else {
        return finished(&service, "/validate", start, &review.pass());
    };
    let groups = review.request.user_info.groups.clone().unwrap_or_default();
    let caller = Caller {
        endpoint: "/validate",
        user: Some(User {
            name: &review.request.user_info.username,
            groups: &groups,
        }),
        end,
        is_dry: review.request.dry_run == Some(true),
    };
    let namespace = review.request.namespace.clone().unwrap_or_default();
    // rules take their time with a large object, and others wait
    let judged = || review::objects(&object, &Settings::default(), &namespace);
    let (objects, _gaps) = tokio::task::block_in_place(judged);
    let Some(mut reviewed) = the_only(objects) else {
        let why = "it cannot be read: too many values or levels, or no single object";
        return finished(&service, "/validate", start, &review.denial(why));
    };
    // the API server puts it there, and says so in the request
    reviewed.namespace = namespace.clone();
    let running = old.iter().flat_map(|old| &old.objects).next();
    let reviewed = match running {
        // whoever debugs a pod adds to it, and its own containers run already
        Some(running) if review.request.sub_resource == "ephemeralcontainers" => {
            reviewed.added_to(running)
        }
        Some(_) | None => reviewed,
    };
    let (verdict, audit) = service.gate.object(&caller, &policy, &reviewed).await;
    finished(
        &service,
        "/validate",
        start,
        &review.verdict(&verdict, &audit),
    )
}

async fn mutate(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let start = Instant::now();
    let review = match review(&service, request).await {
        Ok(review) => review,
        Err((status, why)) => return refused(&service, "/mutate", start, (status, &why)),
    };
    let policy = service.gate.watched.policy();
    let is_pod = review.request.kind.kind == "Pod"
        && matches!(&*review.request.sub_resource, "" | "ephemeralcontainers");
    let pod = review
        .request
        .object
        .as_ref()
        .filter(|_| is_pod && policy.is_pinning());
    let pod: Option<Value> = pod.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let Some(pod) = pod else {
        return finished(&service, "/mutate", start, &review.pass());
    };
    let object = review.request.object.as_ref().map(|raw| read(raw.get()));
    let images: Vec<&str> = object
        .iter()
        .flat_map(|input| &input.objects)
        .flat_map(review::images)
        .collect();
    let end = Gate::end(&policy, given(query.as_deref()));
    let seen: BTreeMap<String, _> = service
        .gate
        .look(&policy, &images, end)
        .await
        .into_iter()
        .collect();
    let patch = pin::patch(&pod, |image| Some(seen.get(image)?.digest()?.to_string()));
    let answer = match patch[..] {
        [] => review.pass(),
        _ => review.patch(&patch, |bytes| STANDARD.encode(bytes)),
    };
    finished(&service, "/mutate", start, &answer)
}

/// Reads an object of the API server, which is JSON.
fn read(text: &str) -> Input {
    let limits = yaml::Limits {
        nodes: MAX_NODES,
        ..yaml::Limits::default()
    };
    manifest::read("request", text.as_bytes(), &limits)
}

/// Whether an operation brings nothing in that has to be judged.
fn passes(operation: &str, object: &Input, old: Option<&Input>) -> bool {
    match operation {
        "DELETE" | "CONNECT" => true,
        "UPDATE" => is_going(object) || old.is_some_and(|old| same_images(object, old)),
        _ => false,
    }
}

/// Whether an object is being deleted: what changes on the way must not be held up.
fn is_going(input: &Input) -> bool {
    let stamp = |object: &manifest::Object| {
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
    let images = |input: &Input| -> Option<Vec<String>> {
        let object = input.objects.first()?;
        Some(
            review::images(object)
                .into_iter()
                .map(str::to_owned)
                .collect(),
        )
    };
    images(new).is_some() && images(new) == images(old)
}

async fn review(
    service: &Service,
    request: Request,
) -> Result<AdmissionReview, (StatusCode, String)> {
    let body = body(service, request)
        .await
        .map_err(|(status, why)| (status, why.to_owned()))?;
    AdmissionReview::read(&body).map_err(|why| (StatusCode::BAD_REQUEST, why))
}

/// Reads a body, once there is room for it.
async fn body(service: &Service, request: Request) -> Result<Bytes, (StatusCode, &'static str)> {
    let read = async {
        let permit = service.bodies.acquire().await;
        let body = to_bytes(request.into_body(), MAX_BODY_BYTES).await;
        drop(permit);
        body
    };
    match timeout(BODY_TIMEOUT, read).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err((
            StatusCode::PAYLOAD_TOO_LARGE,
            "its body is too long or broke off",
        )),
        Err(_) => Err((
            StatusCode::REQUEST_TIMEOUT,
            "its body did not arrive in time",
        )),
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
    let text = match service.gate.watched.problem() {
        None => format!("ok\npolicy {policy}\n"),
        Some(why) => format!("ok\npolicy {policy}, as the new one is wrong: {why}\n"),
    };
    answer(StatusCode::OK, PLAIN, text)
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let gate = &service.gate;
    let today = gate.today();
    let age = (service.data)().map(|day| i64::from((today - day).get_days()));
    gate.counted
        .look(gate.scans.counts(), gate.watched.problem().is_none(), age);
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
    let rows = [
        ("policy", gate.watched.policy().label()),
        ("its file", problem),
        ("data of", data),
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

fn refused(
    service: &Service,
    endpoint: &'static str,
    start: Instant,
    (status, why): (StatusCode, &str),
) -> Response {
    service
        .gate
        .counted
        .answered(endpoint, status.as_u16(), start.elapsed().as_secs_f64());
    log(
        &serde_json::json!({"kind": "refusal", "endpoint": endpoint, "status": status.as_u16(), "why": why}),
    );
    answer(status, PLAIN, format!("{why}\n"))
}

fn finished(service: &Service, endpoint: &'static str, start: Instant, value: &Value) -> Response {
    service
        .gate
        .counted
        .answered(endpoint, 200, start.elapsed().as_secs_f64());
    json(value)
}

fn json(value: &Value) -> Response {
    answer(StatusCode::OK, JSON, format!("{value}\n"))
}

fn answer(status: StatusCode, kind: HeaderValue, text: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
