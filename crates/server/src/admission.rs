//! The routes that a cluster asks, and how their requests are read and answered.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use model::DataAge;
use policy::image_policy::{ImagePolicy, plain};
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::admission_review::AdmissionReview;
use crate::body::{Held, Refusal, Room};
use crate::gate::{Caller, Gate};
use crate::health::{metrics, ready, status};
use crate::image_review::{self, ImageReview};
use crate::log::log;
use crate::objects::validated;
use crate::pin::pinned;
use crate::process::Process;
use crate::scans::Ends;
use crate::tls::Tls;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(crate) const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// What the routes share.
pub(crate) struct Service {
    pub(crate) gate: Arc<Gate>,
    pub(crate) registry: Registry,
    room: Room,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) data: DataAges,
}

/// Tells of which day the data of each publisher is that images are held against.
pub type DataAges = Arc<dyn Fn() -> Vec<DataAge> + Send + Sync>;

/// Returns the routes.
pub(crate) fn routes(gate: Arc<Gate>, data: DataAges, tls: Option<Arc<Tls>>) -> Router {
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
            let times = (start, given(query.as_deref()));
            reviewed_images(&service.gate, times, &review).await
        }
        // whatever it is, the plugin reads a verdict
        Err(why) => {
            refused("/image-policy", StatusCode::OK, &why);
            service.gate.counted.refused("/image-policy");
            image_review::refusal(&why)
        }
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
        ends: Gate::ends(&policy, start, timeout),
        is_dry: false,
    };
    if let Some(why) = &review.unjudged {
        let about = (review.namespace.as_str(), "its pod", &review.annotations);
        return image_review::answer(&gate.unjudged(&caller, &policy, about, why));
    }
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
    let policy = service.gate.watched.policy();
    let ends = Gate::ends(&policy, start, given(query));
    let asked = asked(service, (policy, ends), request).await;
    let value = match asked {
        Ok((asked, _takes_room)) => Ok(decide(&service.gate, &asked).await.to_string()),
        Err(refusal) => Err(refusal),
    };
    finished(service, endpoint, start, value)
}

/// Reads a review, once there is room for what it becomes.
async fn asked(
    service: &Service,
    (policy, ends): (Arc<ImagePolicy>, Ends),
    request: Request,
) -> Result<(Asked, Held<'_>), Refusal> {
    let start = Instant::now();
    let mut read = service.room.read(request.into_body()).await?;
    service.room.hold(&mut read, ends.answer).await?;
    let review = AdmissionReview::read(&read.bytes);
    let review = review.map_err(|why| (StatusCode::BAD_REQUEST, why))?;
    service.gate.counted.stage("read", start.elapsed());
    let asked = Asked {
        review,
        policy,
        ends,
    };
    Ok((asked, read.held))
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
pub(crate) struct Asked {
    pub(crate) review: AdmissionReview,
    pub(crate) policy: Arc<ImagePolicy>,
    pub(crate) ends: Ends,
}

/// The shortest time that a cluster can give a webhook.
const SHORTEST: Duration = Duration::from_secs(1);

/// The longest for which it is waited, whoever asks.
const LONGEST: Duration = Duration::from_mins(1);

/// Reads `?timeout=10s`, a duration as Go writes it. Who gives one that cannot be read waits for a while that
/// nobody knows, and gets an answer soon.
fn given(query: Option<&str>) -> Option<Duration> {
    let pairs = form_urlencoded::parse(query?.as_bytes());
    let text = pairs.into_iter().find(|(key, _)| key == "timeout")?.1;
    let read = text.parse::<jiff::SignedDuration>().ok();
    let time = read.and_then(|time| Duration::try_from(time).ok());
    Some(time.map_or(SHORTEST, |time| time.min(LONGEST)))
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
            refused(endpoint, status, &why);
            answer(status, PLAIN, format!("{}\n", plain(&why)))
        }
    }
}

/// Logs what is no review.
fn refused(endpoint: &str, status: StatusCode, why: &str) {
    let status = status.as_u16();
    log(&json!({"kind": "refusal", "endpoint": endpoint, "status": status, "why": why}));
}

pub(crate) fn answer(
    status: StatusCode,
    kind: HeaderValue,
    text: impl Into<axum::body::Body>,
) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests;
