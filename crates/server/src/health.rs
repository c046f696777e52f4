//! How the server is: ready, in numbers, and on a page for people.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use model::DataAge;
use policy::image_policy::Data;
use prometheus_client::encoding::text::encode;

use crate::admission::{PLAIN, Service, answer};
use crate::counted::Now;
use crate::log;

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

pub(crate) async fn ready(State(service): State<Arc<Service>>) -> Response {
    // whoever is asked has a policy, data and a certificate: without them nothing listens
    let policy = service.gate.watched.policy().label();
    let mut text = match service.gate.watched.problem() {
        None => format!("ok\npolicy {policy}\n"),
        Some(why) => format!("ok\npolicy {policy}, as the new one is wrong: {why}\n"),
    };
    if let Some(why) = service.gate.scans.kept().problem() {
        text = format!("{text}without a store: {why}\n");
    }
    let now = (service.gate.clock)();
    let problem = service.tls.as_ref().and_then(|tls| tls.problem(now));
    match problem {
        None => answer(StatusCode::OK, PLAIN, text),
        // whoever asks over TLS does not believe it
        Some(why) => answer(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{why}\n")),
    }
}

pub(crate) async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let gate = &service.gate;
    let today = gate.today();
    let days = |day: Date| i64::from((today - day).get_days());
    let publishers = (service.data)();
    let ages = publishers.iter();
    let ages = ages.filter_map(|it| Some((it.publisher.clone(), days(it.newest?))));
    gate.counted.look(&Now {
        counts: gate.scans.counts(),
        is_policy_ok: gate.watched.problem().is_none(),
        is_store_ok: gate.scans.kept().problem().is_none(),
        data_age_days: data_day(&service, &publishers).map(days),
        publishers_age_days: ages.collect(),
        certificate_ends: service.tls.as_ref().and_then(|tls| tls.ends()),
        lost_log_lines: log::lost(),
    });
    let mut text = String::new();
    match encode(&mut text, &service.registry) {
        Ok(()) => answer(StatusCode::OK, METRICS, text),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Returns the day of the oldest data by which images are judged; while none is known, that of the newest
/// publisher of advisories.
fn data_day(service: &Service, publishers: &[DataAge]) -> Option<Date> {
    let gate = &service.gate;
    let newest = || {
        let advisories = publishers
            .iter()
            .filter(|it| Data::of(&it.publisher) == Data::Advisories);
        advisories.filter_map(|it| it.newest).max()
    };
    gate.scans.data_day(&gate.watched.policy()).or_else(newest)
}

pub(crate) async fn status(State(service): State<Arc<Service>>) -> Response {
    let gate = &service.gate;
    let counts = gate.scans.counts();
    let problem = gate
        .watched
        .problem()
        .unwrap_or_else(|| "no problem".to_owned());
    let data = data_day(&service, &(service.data)());
    let data = data.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
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
