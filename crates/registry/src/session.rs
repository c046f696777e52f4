//! Requests to one repository, with the proof that it asks for.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use model::{Digest, ImageName};
use net::{Answer, Deadline, Method, NetError, Patience, Plain, Request, Secret, Url};

use crate::challenge::{self, Challenge};
use crate::credential::{Proof, basic_header, bearer_header};
use crate::endpoint::Endpoint;
use crate::realm::{self, Trust};
use crate::token::{self, Ask, Token, Wanted};
use crate::{Access, Credential, RegistryError, names};

/// Requests to one repository of one registry; to the registry itself where the repository is empty.
#[derive(Debug)]
pub(crate) struct Session {
    endpoint: Endpoint,
    credential: Credential,
    access: Access,
    repository: String,
    scope: String,
    state: Mutex<State>,
}

/// What proves who we are, as long as it does.
#[derive(Debug, Default)]
struct State {
    header: Option<Secret>,
    /// Until when; `None` for as long as it is accepted.
    life: Option<Deadline>,
    /// Counts the proofs, so that of several threads whose token ran out one fetches the next.
    generation: u32,
}

/// How to ask for something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: Method<'a>,
    /// Behind the repository's name: `manifests/1.4`.
    pub(crate) what: &'a str,
    pub(crate) headers: &'a [(&'static str, String)],
    pub(crate) patience: Patience,
}

/// What an answer says of the document in it.
#[derive(Debug)]
pub(crate) struct Head {
    /// Its media type.
    pub(crate) kind: String,
    /// Its digest, by the registry's word.
    pub(crate) digest: Option<Digest>,
}

/// Times that a document may break off.
const MOST_BREAKS: u32 = 3;
/// What is waited after a break.
const WAIT: Duration = Duration::from_millis(300);

impl Session {
    pub(crate) fn new(endpoint: Endpoint, credential: Credential, access: &Access) -> Self {
        let repository = endpoint.repository.clone();
        let header = match &credential.proof {
            Proof::Registry(token) => Some(bearer_header(token)),
            Proof::Anonymous | Proof::Basic { .. } | Proof::Identity(_) => None,
        };
        Self {
            endpoint,
            credential,
            access: access.clone(),
            scope: if repository.is_empty() {
                String::new()
            } else {
                format!("repository:{repository}:pull")
            },
            repository,
            state: Mutex::new(State {
                header,
                ..State::default()
            }),
        }
    }

    /// Returns who is asked.
    pub(crate) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether anybody asked who we are, and was shown it.
    pub(crate) fn has_proved(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.header.is_some()
    }

    /// Returns the place that is asked, for errors.
    pub(crate) fn place(&self, what: &str) -> String {
        format!("{}/{}: {what}", self.endpoint.registry, self.repository)
    }

    /// Asks, and proves who we are if that is wanted; once with each fresh proof.
    pub(crate) fn send(&self, asked: &Asked<'_>) -> Result<Answer, RegistryError> {
        let url = self.url(asked.what)?;
        let (header, generation) = self.current();
        let answer = self.send_with(asked, &url, header.as_ref())?;
        // who was redirected to gets no proof, whatever it asks for
        if answer.status() != 401 || !answer.url().is_same_origin(&url) {
            return Ok(answer);
        }
        let challenge = challenge::read(answer.headers("www-authenticate"));
        let Some(header) = challenge
            .map(|challenge| self.renew(&challenge, generation))
            .transpose()?
            .flatten()
        else {
            return Ok(answer);
        };
        drop(answer);
        self.send_with(asked, &url, Some(&header))
    }

    fn url(&self, what: &str) -> Result<Url, RegistryError> {
        let base = &self.endpoint.base;
        let slash = if self.repository.is_empty() { "" } else { "/" };
        let mut path = format!("{}{}{slash}{what}", base.path(), self.repository);
        if let Some(namespace) = &self.endpoint.namespace {
            path.extend(["?ns=", namespace]);
        }
        Url::new(base.scheme(), &base.authority(), &path).map_err(|bad| RegistryError::BadName {
            name: self.repository.clone(),
            why: bad.to_string(),
        })
    }

    fn send_with(
        &self,
        asked: &Asked<'_>,
        url: &Url,
        authorization: Option<&Secret>,
    ) -> Result<Answer, RegistryError> {
        Ok(self.endpoint.agent.send(&Request {
            method: asked.method,
            url,
            reach: self.endpoint.reach,
            headers: asked.headers,
            authorization,
            patience: asked.patience,
            plain: Plain::Followed,
        })?)
    }

    /// Returns the proof that still holds.
    fn current(&self) -> (Option<Secret>, u32) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = state.life.is_some_and(|life| life.check().is_err());
        let header = state.header.clone().filter(|_| !is_over);
        (header, state.generation)
    }

    /// Gets a new proof, unless another thread has one since; `None` if there is none to give.
    fn renew(
        &self,
        challenge: &Challenge,
        generation: u32,
    ) -> Result<Option<Secret>, RegistryError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.generation != generation {
            return Ok(state.header.clone());
        }
        let (header, life) = match (challenge, &self.credential.proof) {
            (Challenge::Basic, Proof::Basic { user, password }) => {
                (basic_header(user, password), None)
            }
            (Challenge::Basic, Proof::Anonymous | Proof::Identity(_) | Proof::Registry(_))
            | (Challenge::Bearer { .. }, Proof::Registry(_)) => return Ok(None),
            (
                Challenge::Bearer { realm, service },
                Proof::Anonymous | Proof::Basic { .. } | Proof::Identity(_),
            ) => {
                let token = self.token(realm, service)?;
                (
                    bearer_header(&token.token),
                    Some(Deadline::after(token.life)),
                )
            }
        };
        *state = State {
            header: Some(header.clone()),
            life,
            generation: generation.wrapping_add(1),
        };
        Ok(Some(header))
    }

    fn token(&self, realm: &str, service: &str) -> Result<Token, RegistryError> {
        let base = &self.endpoint.base;
        let refused = |realm: &str, why: String| RegistryError::NoToken {
            registry: self.endpoint.registry.clone(),
            realm: realm.to_owned(),
            why,
            tried: Vec::new(),
        };
        let url = base
            .join(realm)
            .map_err(|bad| refused("its token server", bad.to_string()))?;
        let anonymous = Credential::anonymous();
        let proof = match realm::judge(&url, base, &self.access.token_servers) {
            Trust::Full => &self.credential.proof,
            Trust::AnonymousOnly => &anonymous.proof,
            Trust::None(why) => return Err(refused(&url.to_string(), why.to_owned())),
        };
        let wanted = Wanted {
            realm: &url,
            service,
            scope: &self.scope,
        };
        let asks = token::asks(wanted, proof).map_err(|bad| refused("it", bad.to_string()))?;
        let mut why = String::new();
        for ask in asks {
            let answer = self.ask(&ask, &url)?;
            let status = answer.status();
            if status == 200 {
                let bytes = answer.read_at_most(token::MAX_ANSWER_BYTES);
                let bytes = bytes.map_err(|error| refused(&url.to_string(), error.to_string()))?;
                let token = token::read(&bytes);
                return token.map_err(|why| refused(&url.to_string(), why.to_owned()));
            }
            why = format!("the answer is {status}");
            if !token::may_know_another_way(status) {
                break;
            }
        }
        if *proof == Proof::Anonymous && !self.credential.is_anonymous() {
            why.push_str(
                "; it is another host than the registry, so it was asked without credentials",
            );
        }
        Err(refused(&url.to_string(), why))
    }

    fn ask(&self, ask: &Ask, realm: &Url) -> Result<Answer, NetError> {
        let agent = &self.endpoint.agent;
        let reach = if realm.is_same_origin(&self.endpoint.base) {
            self.endpoint.reach
        } else {
            agent.reach_of_home().min(self.endpoint.reach)
        };
        agent.send(&Request {
            method: ask.form.as_ref().map_or(Method::Get, Method::Post),
            url: &ask.url,
            reach,
            headers: &[],
            authorization: ask.authorization.as_ref(),
            patience: Patience::Here,
            plain: Plain::Followed,
        })
    }

    /// Fetches a document whole, again from its beginning where the connection breaks.
    pub(crate) fn whole(
        &self,
        what: &str,
        headers: &[(&'static str, String)],
        limit: u64,
    ) -> Result<(Head, Vec<u8>), RegistryError> {
        let mut breaks = 0;
        loop {
            let answer = self.send(&Asked {
                method: Method::Get,
                what,
                headers,
                patience: Patience::Full,
            })?;
            if answer.status() != 200 {
                return Err(self.refusal(answer, what));
            }
            let head = Head {
                kind: answer.header("content-type").unwrap_or_default().to_owned(),
                digest: digest_of(&answer),
            };
            let error = match answer.read_at_most(limit) {
                Ok(bytes) => return Ok((head, bytes)),
                Err(source) => failed(self.place(what), source),
            };
            let is_temporary = matches!(&error, RegistryError::Net(error) if error.is_temporary());
            breaks += 1;
            if !is_temporary || breaks > MOST_BREAKS {
                return Err(error);
            }
            thread::sleep(WAIT);
        }
    }

    /// Turns an answer that is none into an error.
    pub(crate) fn refusal(&self, answer: Answer, what: &str) -> RegistryError {
        let registry = self.endpoint.registry.clone();
        let status = answer.status();
        if !answer.url().is_same_origin(&self.endpoint.base) {
            // another host keeps the bytes, and no credential of ours is for it
            let place = format!(
                "{}, redirected to {}",
                self.place(what),
                answer.url().origin()
            );
            return RegistryError::Status {
                place,
                status,
                message: crate::error_body::message(answer),
            };
        }
        match status {
            401 | 403 => RegistryError::Denied {
                registry,
                status,
                tried: Vec::new(),
                scope: self.scope.clone(),
            },
            429 => RegistryError::Throttled {
                when: answer.retry_after().map_or_else(String::new, |wait| {
                    format!("; it asks to wait {} s", wait.as_secs())
                }),
                registry,
                tried: Vec::new(),
            },
            _ => RegistryError::Status {
                place: self.place(what),
                status,
                message: crate::error_body::message(answer),
            },
        }
    }

    /// There is no such image, or nobody may know of it.
    pub(crate) fn no_such_image(&self, name: &ImageName) -> RegistryError {
        RegistryError::NoSuchImage {
            registry: self.endpoint.registry.clone(),
            reference: names::full(name),
            tried: Vec::new(),
        }
    }
}

/// Returns the digest that an answer claims.
pub(crate) fn digest_of(answer: &Answer) -> Option<Digest> {
    answer.header("docker-content-digest")?.parse().ok()
}

/// Errors of the network keep their own words.
fn failed(place: String, source: io::Error) -> RegistryError {
    match source.downcast::<NetError>() {
        Ok(error) => RegistryError::Net(error),
        Err(source) => RegistryError::Io { place, source },
    }
}
