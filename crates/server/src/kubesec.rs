//! kubesec's service: `curl -sSX POST --data-binary @pod.yaml http://localhost:8080/scan`.
//!
//! Every path but `/healthz` and `/metrics` scans the body, whatever the method; GET leads to kubesec's
//! site. Unlike kubesec's, bodies have a limit.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use http_body_util::LengthLimitError;
use manifest::kubesec::{self, Documents, Schemas, Settings};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::process::Process;

/// Where GET leads.
const SITE: &str = "https://kubesec.io";

/// What some forms put before the file.
const FORM_PREFIX: &[u8] = b"file=";

/// Bytes of a body: the largest objects that a cluster stores have 1.5 MB.
const MAX_BODY_BYTES: usize = 4 << 20;

/// Kilobytes of all bodies at a time; others wait.
const MAX_BODIES_KB: usize = 64 << 10;

/// Bytes of a body that is judged where it was read: to hand it to another thread would take as long
/// as the usual scan. The worst that was tried, separators alone and aliases, takes some 7 ms.
const SMALL_BODY_BYTES: usize = 8 << 10;

/// Values of a file: 400,000 take some 60 MB while they are judged.
const MAX_NODES: usize = 400_000;

/// A body must be here by then.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// A verdict must be there by then.
const SCAN_TIMEOUT: Duration = Duration::from_mins(1);

const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Returns the service.
pub fn kubesec(schemas: Schemas) -> Router {
    let mut registry = Registry::default();
    let answers = Answers::default();
    registry.register(
        "kubesec_scans",
        "Answers to scans, by status",
        answers.clone(),
    );
    registry.register_collector(Box::new(Process));
    let room = Semaphore::new(MAX_BODIES_KB);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let service = Arc::new(Service {
        schemas,
        registry,
        answers,
        room,
        free: Semaphore::new(threads),
    });
    Router::new()
        .route(
            "/healthz",
            any(async || answer(StatusCode::OK, PLAIN, "OK\n")),
        )
        .route("/metrics", any(metrics))
        .fallback(scan)
        .with_state(service)
}

type Answers = Family<[(&'static str, String); 1], Counter<u64, AtomicU64>>;

#[derive(Debug)]
struct Service {
    schemas: Schemas,
    registry: Registry,
    answers: Answers,
    /// For bodies, a permit a kilobyte.
    room: Semaphore,
    /// As many scans at a time as there are processors.
    free: Semaphore,
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &service.registry) {
        Ok(()) => answer(StatusCode::OK, METRICS, text),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn scan(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    if request.method() == Method::GET {
        let text = format!("<a href=\"{SITE}\">See Other</a>.\n\n");
        let mut response = answer(StatusCode::SEE_OTHER, HTML, text);
        let site = HeaderValue::from_static(SITE);
        response.headers_mut().insert(header::LOCATION, site);
        return response;
    }
    let response = match read(request.into_body(), &service.room).await {
        Ok((body, _room)) => judged(&service, query.unwrap_or_default(), body).await,
        Err(response) => response,
    };
    let status = response.status().as_u16().to_string();
    service.answers.get_or_create(&[("code", status)]).inc();
    response
}

/// Reads a body, once there is room for it.
async fn read(body: Body, room: &Semaphore) -> Result<(Bytes, SemaphorePermit<'_>), Response> {
    let size = body.size_hint();
    if size.lower() > to_u64(MAX_BODY_BYTES) {
        return Err(too_long());
    }
    let most = size.upper().unwrap_or(u64::MAX).min(to_u64(MAX_BODY_BYTES));
    let kilobytes = u32::try_from(most.div_ceil(1024)).unwrap_or(u32::MAX);
    let read = async {
        let permit = room.acquire_many(kilobytes).await;
        (to_bytes(body, MAX_BODY_BYTES).await, permit)
    };
    let Ok((body, permit)) = timeout(BODY_TIMEOUT, read).await else {
        let why = "the body did not arrive in time\n";
        return Err(answer(StatusCode::REQUEST_TIMEOUT, PLAIN, why));
    };
    let body = body.map_err(|error| {
        if error.into_inner().is::<LengthLimitError>() {
            return too_long();
        }
        StatusCode::BAD_REQUEST.into_response()
    })?;
    let permit = permit.map_err(|_closed| StatusCode::SERVICE_UNAVAILABLE.into_response())?;
    Ok((body, permit))
}

fn too_long() -> Response {
    let why = format!("the body has more than {MAX_BODY_BYTES} bytes\n");
    answer(StatusCode::PAYLOAD_TOO_LARGE, PLAIN, why)
}

fn to_u64(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

async fn judged(service: &Arc<Service>, query: String, body: Bytes) -> Response {
    if body.len() <= SMALL_BODY_BYTES {
        return judge(service, &query, &body);
    }
    let on_thread = Arc::clone(service);
    let work = async {
        let _permit = service.free.acquire().await;
        tokio::task::spawn_blocking(move || judge(&on_thread, &query, &body)).await
    };
    match timeout(SCAN_TIMEOUT, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_crashed)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(_late) => answer(StatusCode::SERVICE_UNAVAILABLE, PLAIN, "too busy\n"),
    }
}

fn judge(service: &Service, query: &str, body: &[u8]) -> Response {
    let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let wanted = |name: &'static str| query.iter().filter(move |(key, _)| key == name);
    let ids: Vec<&str> = wanted("rule").map(|(_, id)| &**id).collect();
    let rules = match kubesec::selected(&ids) {
        Ok(rules) => rules,
        Err(unknown) => {
            let unknown = unknown.join(", ");
            return bad(&format!("invalid rule IDs requested: {unknown}"));
        }
    };
    let settings = Settings {
        file_name: "API",
        rules: &rules,
        schemas: &service.schemas,
        documents: Documents::AsKubesec,
        limits: yaml::Limits {
            nodes: MAX_NODES,
            ..yaml::Limits::default()
        },
    };
    let file = body.strip_prefix(FORM_PREFIX).unwrap_or(body);
    match kubesec::scan(file, &settings) {
        Err(error) => bad(&error.to_string()),
        // a signed answer is asked for, and there is no key
        Ok(_) if wanted("in-toto").any(|(_, value)| !value.is_empty()) => {
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Ok(scan) => answer(StatusCode::OK, JSON, kubesec::to_json(&scan.reports) + "\n"),
    }
}

fn bad(why: &str) -> Response {
    answer(StatusCode::BAD_REQUEST, PLAIN, format!("{why}\n"))
}

fn answer(status: StatusCode, kind: HeaderValue, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
