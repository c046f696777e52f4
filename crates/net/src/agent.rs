//! Sends requests: checks where they go, follows redirects, tries again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ureq::http::Response;
use ureq::tls::{Certificate, ClientCert, RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;

use crate::error::BadRedirect;
use crate::failures::{CONNECTING, SILENCE, of_ureq};
use crate::lookups::{Lookup, Lookups};
use crate::{
    Answer, Method, NetError, Patience, Reach, Request, Scheme, Secret, Settings, Trust, Url,
    Verification, redirect, retry, roots,
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
            .max_response_header_size(MAX_HEADER_BYTES)
            .tls_config(self.tls(kind)?)
            .build();
        let lookup = Lookup {
            reach: kind.reach,
            proxy: proxy.map(|proxy| proxy.host().to_owned()),
            lookups: self.lookups.clone(),
        };
        Ok(ureq::Agent::with_parts(
            config,
            DefaultConnector::default(),
            lookup,
        ))
    }

    fn tls(&self, kind: Kind) -> Result<TlsConfig, NetError> {
        // asked for TLS only: reading the system's certificates takes longer than a request
        if kind.scheme == Scheme::Http && !kind.has_proxy {
            return Ok(TlsConfig::builder().root_certs(RootCerts::WebPki).build());
        }
        let mut certificates = roots::system(self.settings.system_certificates.as_ref())?;
        let own = if kind.is_home {
            &*self.trust.certificates
        } else {
            &[]
        };
        for path in self.settings.certificates.iter().chain(own) {
            certificates.extend(roots::read(path)?);
        }
        let client = self.trust.own.as_ref().filter(|_| kind.is_home);
        let builder = TlsConfig::builder()
            .root_certs(root_certs(certificates))
            .disable_verification(kind.verification == Verification::None)
            .client_cert(
                client
                    .map(|(chain, key)| client_cert(chain, key))
                    .transpose()?,
            );
        Ok(builder.build())
    }
}

/// Where the system has no certificates, those of Mozilla count that are built in.
fn root_certs(certificates: Vec<Certificate<'static>>) -> RootCerts {
    if certificates.is_empty() {
        RootCerts::WebPki
    } else {
        RootCerts::Specific(Arc::new(certificates))
    }
}

fn client_cert(chain: &Path, key: &Path) -> Result<ClientCert, NetError> {
    let chain = roots::read(chain)?;
    Ok(ClientCert::new_with_certs(&chain, roots::key(key)?))
}
