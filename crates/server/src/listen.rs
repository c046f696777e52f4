//! Listens, serves connections within limits, and ends when it is told to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;

use crate::Address;
use crate::access::Peer;
use crate::tls::Tls;

/// Connections at a time; others wait to be accepted.
const MAX_CONNECTIONS: usize = 4_096;

/// Until then the head of a request must be here; it is also how long a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// How long what was begun may take once the end was asked for.
const STOP_TIMEOUT: Duration = Duration::from_mins(1);

/// A pause after a connection could not be accepted, as when there are no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until SIGTERM or SIGINT; then it lets what was begun come to its end.
///
/// `ready` is told the address once it listens.
///
/// # Errors
/// The address is taken or is not of this machine, or the system gives no threads.
pub fn serve(address: Address, service: Router, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    serve_with(address, service, None, std::future::pending::<()>(), ready)
}

/// The same, with a certificate, and with something that goes on beside until the end.
pub(crate) fn serve_with(
    address: Address,
    service: Router,
    tls: Option<Arc<Tls>>,
    beside: impl Future<Output = ()>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    raise_descriptors();
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let stopped = runtime.block_on(async {
        let listener = bind(address).await?;
        ready(listener.local_addr()?);
        let mut term = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stop = async {
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
                () = beside => {}
            }
        };
        accept(listener, service, tls, stop).await;
        Ok(())
    });
    runtime.shutdown_background();
    stopped
}

/// Asks for as many file descriptors as the system grants: each connection is one, and the usual
/// 1,024 are fewer than [`MAX_CONNECTIONS`].
pub(crate) fn raise_descriptors() {
    let granted = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: granted.maximum,
        ..granted
    };
    let _as_before = setrlimit(Resource::Nofile, most);
}

async fn bind(address: Address) -> io::Result<TcpListener> {
    let Some(ip) = address.ip else {
        let all = IpAddr::from(Ipv6Addr::UNSPECIFIED);
        if let Ok(listener) = TcpListener::bind((all, address.port)).await {
            return Ok(listener);
        }
        // a machine without IPv6
        return TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port)).await;
    };
    TcpListener::bind((ip, address.port)).await
}

/// Accepts connections until `stop` ends.
pub(crate) async fn accept(
    listener: TcpListener,
    service: Router,
    tls: Option<Arc<Tls>>,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let graceful = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let next = async {
            let permit = Arc::clone(&free).acquire_owned().await;
            (listener.accept().await, permit)
        };
        tokio::select! {
            () = &mut stop => break,
            (accepted, permit) = next => match (accepted, permit) {
                (Ok((stream, peer)), Ok(permit)) => begin((stream, Peer(peer), tls.as_deref()), &service, &graceful, permit),
                _ => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    let _too_late = tokio::time::timeout(STOP_TIMEOUT, graceful.shutdown()).await;
}

fn begin(
    (stream, peer, tls): (TcpStream, Peer, Option<&Tls>),
    service: &Router,
    graceful: &GracefulShutdown,
    permit: OwnedSemaphorePermit,
) {
    let _slower = stream.set_nodelay(true);
    let service = service.clone();
    let Some(config) = tls.map(Tls::config) else {
        let connection = graceful.watch(connection(stream, peer, service));
        tokio::spawn(async move {
            // what goes wrong on a connection is its peer's business
            let _closed = connection.await;
            drop(permit);
        });
        return;
    };
    let watcher = graceful.watcher();
    tokio::spawn(async move {
        let shaking = TlsAcceptor::from(config).accept(stream);
        if let Ok(Ok(stream)) = tokio::time::timeout(HEAD_TIMEOUT, shaking).await {
            let _closed = watcher.watch(connection(stream, peer, service)).await;
        }
        drop(permit);
    });
}

fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: Peer,
    service: Router,
) -> impl GracefulConnection<Error = hyper::Error> {
    let routes = TowerToHyperService::new(service.into_service::<Incoming>());
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        routes.call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
}
