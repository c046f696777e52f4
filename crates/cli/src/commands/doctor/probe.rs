//! Asks a server whether it is ready, how old its data is and what time it is, as the cluster would ask.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use archive::read_at_most;
use jiff::Timestamp;
use net::Deadline;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};

use super::webhook::Server;
use super::{Around, Report, State, certificate};

/// Bytes of an answer.
const MAX_ANSWER: u64 = 4 << 20;
/// Seconds between two clocks that are told.
const SKEW: i64 = 5;

/// Asks a server as the cluster does, and tells how it is.
pub(super) fn ask(
    server: &Server,
    (around, patience): (&Around<'_>, Duration),
    report: &mut Report,
) {
    let address = around.connect.as_ref().unwrap_or(&server.address);
    let about = format!("https://{address}");
    match get(server, address, "/readyz", patience) {
        Ok(ready) => {
            let authorities = certificate::read(&server.authorities);
            certificate::check(
                (&ready.chain, &authorities),
                &server.name,
                around.now,
                (&about, report),
            );
            readiness(&ready, around.now, (&about, report));
            age(get(server, address, "/metrics", patience), (&about, report));
        }
        Err(error) => {
            let outside = server.is_service && around.connect.is_none();
            let next = if outside {
                "; outside the cluster use `kubectl port-forward` and --connect"
            } else {
                ""
            };
            let text = format!("it is not reached: {error}{next}");
            report.add(State::Broken, &about, text);
        }
    }
}

/// Asks the server at an address, whoever it is: nobody says what its name is and who signs for it.
pub(super) fn alone(address: &str, (patience, now): (Duration, Timestamp), report: &mut Report) {
    let (host, _) = address.rsplit_once(':').unwrap_or((address, ""));
    let server = Server {
        name: host.trim_matches(['[', ']']).to_owned(),
        address: address.to_owned(),
        authorities: Vec::new(),
        is_service: false,
        client: None,
    };
    let about = format!("https://{address}");
    match get(&server, address, "/readyz", patience) {
        Ok(ready) => {
            if let Some(own) = ready.chain.first() {
                certificate::end(own, now, (&about, report));
            }
            readiness(&ready, now, (&about, report));
            age(
                get(&server, address, "/metrics", patience),
                (&about, report),
            );
        }
        Err(error) => {
            let text = format!("it is not reached: {error}");
            report.add(State::Broken, &about, text);
        }
    }
}

/// Tells what a server says of itself, and by which clock.
fn readiness(ready: &Answer, now: Timestamp, (about, report): (&str, &mut Report)) {
    match ready.status {
        200 => report.add(State::Well, about, "it is ready"),
        status => {
            let first = ready.body.lines().next().unwrap_or_default();
            report.add(
                State::Broken,
                about,
                format!("it is not ready ({status}): {first}"),
            );
        }
    }
    let Some(theirs) = ready.date else { return };
    let apart = theirs.as_second().saturating_sub(now.as_second());
    if apart.abs() > SKEW {
        let text = format!(
            "its clock is {} s {}: certificates, graces and exceptions count by it",
            apart.abs(),
            if apart > 0 { "ahead" } else { "behind" }
        );
        report.add(State::Doubtful, about, text);
    }
}

/// Tells how old a server's data is, by its metrics.
fn age(metrics: io::Result<Answer>, (about, report): (&str, &mut Report)) {
    let Ok(metrics) = metrics else { return };
    let line = metrics
        .body
        .lines()
        .find_map(|line| line.strip_prefix("seaworthy_data_age_days "));
    match line.and_then(|it| it.trim().parse::<f64>().ok()) {
        Some(days) if days > f64::from(matching::OLD_DAYS) => {
            let text = format!(
                "its data is {days} days old: new problems are not known to it; see `seaworthy db update`"
            );
            report.add(State::Doubtful, about, text);
        }
        Some(days) => report.add(State::Well, about, format!("its data is {days} days old")),
        None => report.add(
            State::Doubtful,
            about,
            "it does not tell how old its data is",
        ),
    }
}

/// An answer, and the certificates of who gave it.
struct Answer {
    chain: Vec<CertificateDer<'static>>,
    status: u16,
    date: Option<Timestamp>,
    body: String,
}

/// Asks for a page. Any certificate will do here: what is sent is no secret, and it is judged later.
fn get(server: &Server, address: &str, path: &str, patience: Duration) -> io::Result<Answer> {
    let deadline = Deadline::after(patience);
    let socket = Until {
        socket: connect(address, &deadline)?,
        deadline,
    };
    let seen = Arc::new(Seen::new());
    let config = ClientConfig::builder_with_provider(Arc::clone(&seen.provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Seen>::clone(&seen));
    let config = match &server.client {
        Some((certificate, key)) => {
            let key = PrivateKeyDer::from_pem_slice(key).map_err(io::Error::other)?;
            let config = config.with_client_auth_cert(certificate::read(certificate), key);
            config.map_err(io::Error::other)?
        }
        None => config.with_no_client_auth(),
    };
    let name = ServerName::try_from(server.name.clone()).map_err(io::Error::other)?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, socket);
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.name
    )?;
    let bytes = read_at_most(&mut stream, MAX_ANSWER)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    let date = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_date = name.eq_ignore_ascii_case("date");
        is_date
            .then(|| jiff::fmt::rfc2822::parse(value.trim()).ok())
            .flatten()
    });
    let chain = seen
        .chain
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    Ok(Answer {
        chain,
        status: status.ok_or_else(|| io::Error::other("what answers there does not speak HTTP"))?,
        date: date.map(|zoned| zoned.timestamp()),
        body: body.to_owned(),
    })
}

/// Connects to the first of its addresses that answers: a name may have one of IPv6 where nobody listens.
fn connect(address: &str, deadline: &Deadline) -> io::Result<TcpStream> {
    let mut last = io::Error::other("it has no address");
    for place in places(address, deadline)? {
        deadline.check()?;
        let left = deadline.left().unwrap_or(Duration::MAX);
        match TcpStream::connect_timeout(&place, left) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Returns the addresses of a name. The system's resolver has a patience of its own, which may be longer: it
/// is left behind then, and ends with the program.
fn places(address: &str, deadline: &Deadline) -> io::Result<Vec<SocketAddr>> {
    let (sender, receiver) = mpsc::channel();
    let name = address.to_owned();
    thread::spawn(move || {
        let found = name.to_socket_addrs().map(Iterator::collect);
        // nobody waits any more: nothing to tell
        let _ = sender.send(found);
    });
    let left = deadline.left().unwrap_or(Duration::MAX);
    let late = |_| io::Error::new(ErrorKind::TimedOut, "its name was not resolved in time");
    receiver.recv_timeout(left).map_err(late)?
}

/// A socket that ends at a time, however slowly the other side goes on.
struct Until {
    socket: TcpStream,
    deadline: Deadline,
}

impl Read for Until {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.deadline.check()?;
        self.socket.set_read_timeout(self.deadline.left())?;
        self.socket.read(bytes)
    }
}

impl Write for Until {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.deadline.check()?;
        self.socket.set_write_timeout(self.deadline.left())?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// Takes every certificate, and keeps it.
#[derive(Debug)]
struct Seen {
    chain: Mutex<Vec<CertificateDer<'static>>>,
    provider: Arc<CryptoProvider>,
}

impl Seen {
    fn new() -> Self {
        Self {
            chain: Mutex::default(),
            provider: Arc::new(ring::default_provider()),
        }
    }
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = std::iter::once(own)
            .chain(between)
            .map(|it| it.clone().into_owned());
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = chain.collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
