//! Sends requests: checks where they go, follows redirects, tries again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ureq::http::Response;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::unversioned::transport::{Connector, DefaultConnector, Transport};

use crate::error::BadRedirect;
use crate::failures::{CONNECTING, SILENCE, of_ureq};
use crate::lookups::{Lookup, Lookups};
use crate::{
    Answer, Believer, Method, NetError, Patience, Plain, Reach, Request, Scheme, Secret, Settings,
    Trust, Url, Verification, redirect, retry, roots, tls,
};

/// Bytes that the headers of an answer may have.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// Sends requests to one service, and to those that it leads to.
#[derive(Debug)]
pub struct Agent {
    settings: Arc<Settings>,
    home: Url,
    trust: Trust,
    lookups: Lookups,
    /// Made when they are needed. Connections are kept open within one, so that none that was made
    /// with a longer reach or less proof is used again with another.
    agents: Mutex<BTreeMap<Kind, ureq::Agent>>,
}

/// What tells connections apart that must not be mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    scheme: Scheme,
    reach: Reach,
    is_home: bool,
    verification: Verification,
    has_proxy: bool,
}

impl Agent {
    /// Makes an agent for the service at `home`.
    pub fn new(settings: Arc<Settings>, home: Url, trust: Trust) -> Self {
        Self {
            settings,
            home,
            trust,
            lookups: Lookups::default(),
            agents: Mutex::default(),
        }
    }

    /// Returns how far the service may lead: no nearer than it is itself.
    pub fn reach_of_home(&self) -> Reach {
        let nearness = self.lookups.nearness(self.home.host());
        nearness.map_or(Reach::Public, Reach::of)
    }

    /// Whether what comes from there was encrypted on its way, or the user said that it need not be.
    pub fn may_read(&self, url: &Url) -> bool {
        url.scheme() == Scheme::Https || self.settings.is_insecure(url)
    }

    /// Sends a request until it is answered with something that another try would not change.
    ///
    /// # Errors
    /// [`NetError`]: nobody answers, or not in time, or from where nobody should.
    pub fn send(&self, request: &Request<'_>) -> Result<Answer, NetError> {
        let mut tries = 1;
        loop {
            let result = self.follow(request);
            let asked = match &result {
                Ok(answer) if retry::is_worth_a_retry(answer.status()) => answer.retry_after(),
                Err(error) if error.is_temporary() => None,
                _ => return result,
            };
            let wait = match request.patience {
                Patience::Once => None,
                Patience::Full | Patience::Here => retry::wait(tries, asked, retry::chance()),
            };
            let left = self.settings.deadline.left().unwrap_or(Duration::MAX);
            match wait {
                Some(wait) if wait < left => thread::sleep(wait),
                _ => return result,
            }
            tries += 1;
        }
    }

    fn follow(&self, request: &Request<'_>) -> Result<Answer, NetError> {
        let mut url = request.url.clone();
        let mut reach = request.reach;
        for hops in 0.. {
            let authorization = request
                .authorization
                .filter(|_| url.is_same_origin(request.url));
            let response = self.send_once(request, &url, reach, authorization)?;
            if !redirect::is_redirect(response.status().as_u16()) {
                return Ok(Answer::new(response, url, self.settings.deadline));
            }
            let failed = |why| NetError::Redirect {
                place: url.to_string(),
                why,
            };
            if request.patience == Patience::Here {
                return Err(failed(BadRedirect::Unwanted));
            }
            let location = response.headers().get("location");
            let location = location.and_then(|location| location.to_str().ok());
            let next = redirect::next(&url, location, hops).map_err(failed)?;
            if request.plain == Plain::Refused && !self.may_read(&next) {
                return Err(failed(BadRedirect::NotEncrypted(next.origin())));
            }
            if !next.is_same_origin(request.url) {
                let nearness = self.lookups.nearness(request.url.host());
                reach = nearness.map_or(Reach::Public, Reach::of).min(request.reach);
            }
            url = next;
        }
        Err(NetError::Redirect {
            place: url.to_string(),
            why: BadRedirect::Nowhere,
        })
    }

    fn send_once(
        &self,
        request: &Request<'_>,
        url: &Url,
        reach: Reach,
        authorization: Option<&Secret>,
    ) -> Result<Response<ureq::Body>, NetError> {
        let deadline = self.settings.deadline;
        let failed = |error| of_ureq(url, error, deadline);
        deadline.check().map_err(|source| NetError::Late {
            place: url.to_string(),
            source,
        })?;
        let agent = self.agent(url, reach)?;
        let full = url.in_full();
        let left = deadline.left();
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let secret = authorization.map(|secret| ("authorization", secret.expose()));
        let is_home = url.is_same_origin(&self.home);
        let own = self.trust.headers.iter().filter(|_| is_home);
        let own = own.map(|(name, value)| (name.as_str(), value.expose()));
        let headers = headers.chain(secret).chain(own);
        let result = match request.method {
            Method::Head | Method::Get => {
                let call = match request.method {
                    Method::Head => agent.head(full),
                    Method::Get | Method::Post(_) => agent.get(full),
                };
                let call = headers.fold(call, |call, (name, value)| call.header(name, value));
                call.config().timeout_global(left).build().call()
            }
            Method::Post(form) => {
                let call = agent
                    .post(full)
                    .header("content-type", "application/x-www-form-urlencoded");
                let call = headers.fold(call, |call, (name, value)| call.header(name, value));
                call.config()
                    .timeout_global(left)
                    .build()
                    .send(form.expose())
            }
        };
        result.map_err(failed)
    }

    fn agent(&self, url: &Url, reach: Reach) -> Result<ureq::Agent, NetError> {
        let is_home = url.is_same_origin(&self.home);
        let is_waived = self.settings.is_insecure(url);
        let kind = Kind {
            scheme: url.scheme(),
            reach,
            is_home,
            verification: match self.trust.verification {
                Verification::None if is_home => Verification::None,
                Verification::None | Verification::Full if is_waived => Verification::None,
                Verification::None | Verification::Full => Verification::Full,
            },
            has_proxy: self.settings.proxies.of(url).is_some(),
        };
        let known = self
            .agents
            .lock()
            .ok()
            .and_then(|agents| agents.get(&kind).cloned());
        if let Some(agent) = known {
            return Ok(agent);
        }
        let agent = self.make(kind, self.settings.proxies.of(url))?;
        if let Ok(mut agents) = self.agents.lock() {
            return Ok(agents.entry(kind).or_insert(agent).clone());
        }
        Ok(agent)
    }

    fn make(&self, kind: Kind, proxy: Option<&ureq::Proxy>) -> Result<ureq::Agent, NetError> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy.cloned())
            .user_agent(concat!("seaworthy/", env!("CARGO_PKG_VERSION")))
            .accept("")
            // stored bytes are what digests are of: nothing may be packed on the way
            .accept_encoding("identity")
            .timeout_resolve(Some(CONNECTING))
            .timeout_connect(Some(CONNECTING))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .max_response_header_size(MAX_HEADER_BYTES);
        let lookup = Lookup {
            reach: kind.reach,
            proxy: proxy.map(|proxy| proxy.host().to_owned()),
            lookups: self.lookups.clone(),
        };
        let usual = DefaultConnector::default;
        // asked for TLS only: reading the system's certificates takes longer than a request
        if kind.scheme == Scheme::Http && !kind.has_proxy {
            let tls = TlsConfig::builder().root_certs(RootCerts::WebPki).build();
            let config = config.tls_config(tls).build();
            return Ok(ureq::Agent::with_parts(config, usual(), lookup));
        }
        let own = self.trust.own.as_ref().filter(|_| kind.is_home);
        let own = own
            .map(|(chain, key)| roots::pair(chain, key))
            .transpose()?;
        let system = roots::system(self.settings.system_certificates.as_ref())?;
        let given = self.given(kind)?;
        if given.is_empty() || kind.verification == Verification::None {
            let config = config.tls_config(usual_tls(kind, system, own)).build();
            return Ok(ureq::Agent::with_parts(config, usual(), lookup));
        }
        let connector = believing(&system, &given, own).map_err(|why| NetError::Certificates {
            path: self.given_files(kind).next().cloned().unwrap_or_default(),
            why: why.to_string(),
        })?;
        Ok(ureq::Agent::with_parts(config.build(), connector, lookup))
    }

    /// Returns the files of certificates that the user gave for such connections.
    fn given_files(&self, kind: Kind) -> impl Iterator<Item = &PathBuf> {
        let own = self.trust.certificates.iter().filter(move |_| kind.is_home);
        self.settings.certificates.iter().chain(own)
    }

    fn given(&self, kind: Kind) -> Result<Vec<Certificate<'static>>, NetError> {
        let mut given = Vec::new();
        for path in self.given_files(kind) {
            given.extend(roots::read(path)?);
        }
        Ok(given)
    }
}

/// Our own certificates and their key.
type Own = (Vec<Certificate<'static>>, PrivateKey<'static>);

/// Returns how the library encrypts where nobody gave certificates.
fn usual_tls(kind: Kind, system: Vec<Certificate<'static>>, own: Option<Own>) -> TlsConfig {
    TlsConfig::builder()
        .root_certs(root_certs(system))
        .disable_verification(kind.verification == Verification::None)
        .client_cert(own.map(|(chain, key)| ClientCert::new_with_certs(&chain, key)))
        .build()
}

/// Returns how we encrypt where the user gave certificates.
fn believing(
    system: &[Certificate<'_>],
    given: &[Certificate<'_>],
    own: Option<Own>,
) -> Result<impl Connector<Out = impl Transport>, rustls::Error> {
    let own = match own {
        Some((chain, key)) => {
            let key = roots::key_der(&key).map_err(|why| rustls::Error::General(why.to_owned()))?;
            Some((roots::ders(&chain), key))
        }
        None => None,
    };
    let believer = Believer::new(&roots::ders(system), roots::ders(given))?;
    tls::connector(believer, own)
}

/// Where the system has no certificates, those of Mozilla count that are built in.
fn root_certs(certificates: Vec<Certificate<'static>>) -> RootCerts {
    if certificates.is_empty() {
        RootCerts::WebPki
    } else {
        RootCerts::Specific(Arc::new(certificates))
    }
}
