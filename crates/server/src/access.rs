//! The access log: a line of JSON for each request, to whom an operator gives it.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use tokio::time::Instant;

use crate::gate::Clock;
use crate::log::log;

/// Characters of a path that are logged.
const SHOWN: usize = 200;

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

#[derive(Serialize)]
struct Line<'a> {
    kind: &'a str,
    method: &'a str,
    path: String,
    peer: Option<String>,
    seconds: f64,
    status: u16,
    time: Timestamp,
}

/// Writes a line once the request is answered. Of its query nothing is logged.
pub(crate) async fn logged(State(clock): State<Clock>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().chars().take(SHOWN).collect();
    let peer = request.extensions().get::<Peer>();
    let peer = peer.map(|Peer(address)| address.to_string());
    let response = next.run(request).await;
    log(&Line {
        kind: "access",
        method: method.as_str(),
        path,
        peer,
        seconds: start.elapsed().as_secs_f64(),
        status: response.status().as_u16(),
        time: clock(),
    });
    response
}
