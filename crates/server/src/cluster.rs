//! What serves a cluster: webhooks over TLS, renewed while they run.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use policy::image_policy::ImagePolicy;
use serde_json::json;
use store::{Store, StoreError};

use crate::access::logged;
use crate::admission::{self, DataAges};
use crate::gate::{Clock, Gate};
use crate::kept::{Kept, MadeBy};
use crate::log::{self, log};
use crate::scans::{Keeping, Looker, Scans};
use crate::tls::{Tls, TlsFiles};
use crate::watched::{PolicySource, Watched};
use crate::{Address, listen};

/// How often files are looked at for changes.
const RENEWAL: Duration = Duration::from_secs(2);

/// What a server needs.
pub struct Cluster {
    /// Where to listen.
    pub address: Address,
    /// The certificate; without one it is plain HTTP, for tests and for what ends TLS before it.
    pub tls: Option<TlsFiles>,
    /// The policy.
    pub policy: ImagePolicy,
    /// What reads it again.
    pub policy_source: PolicySource,
    /// How images are looked at.
    pub looker: Arc<dyn Looker>,
    /// How long what is known is believed.
    pub keeping: Keeping,
    /// What outlives the server, if anything does; one that cannot be opened is told and not used.
    pub store: Option<Result<Store, StoreError>>,
    /// What facts are made by.
    pub made_by: MadeBy,
    /// Whether each request is logged.
    pub logs_access: bool,
    /// What tells the time.
    pub clock: Clock,
    /// Of which day the data of each publisher is.
    pub data: DataAges,
    /// Told now and then: whether the data changed, so that all has to be looked at again.
    pub has_new_data: Box<dyn Fn() -> bool + Send + Sync>,
    /// Other services beside it: kubesec's.
    pub beside: Router,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Cluster");
        shown
            .field("address", &self.address)
            .field("policy", &self.policy.label())
            .finish_non_exhaustive()
    }
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// The policy or a certificate is wrong, or the address is taken.
pub fn serve_cluster(cluster: Cluster, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let watched = Watched::new(cluster.policy, cluster.policy_source);
    let tls = cluster.tls.map(Tls::read).transpose()?.map(Arc::new);
    let problem = tls.as_ref().and_then(|tls| tls.problem((cluster.clock)()));
    if let Some(why) = problem {
        log(&json!({"kind": "renewal", "message": format!("{why}: there is no other")}));
    }
    let kept = Kept::new(cluster.store, cluster.made_by, Arc::clone(&cluster.clock));
    let scans = Scans::new(cluster.looker, cluster.keeping, kept);
    let clock = Arc::clone(&cluster.clock);
    let gate = Arc::new(Gate::new(watched, Arc::clone(&scans), cluster.clock));
    let routes =
        admission::routes(Arc::clone(&gate), cluster.data, tls.clone()).merge(cluster.beside);
    let routes = if cluster.logs_access {
        routes.layer(from_fn_with_state(clock, logged))
    } else {
        routes
    };
    let renewed_tls = tls.clone();
    let has_new_data: Arc<dyn Fn() -> bool + Send + Sync> = cluster.has_new_data.into();
    let renewing = async move {
        let mut pause = tokio::time::interval(RENEWAL);
        loop {
            pause.tick().await;
            let (gate, tls) = (Arc::clone(&gate), renewed_tls.clone());
            let has_new_data = Arc::clone(&has_new_data);
            // whatever a disk does, connections are accepted meanwhile
            let renewed =
                tokio::task::spawn_blocking(move || renew(&gate, tls.as_deref(), &*has_new_data));
            let _next_time = renewed.await;
        }
    };
    let served = listen::serve_with(cluster.address, routes, tls, renewing, ready);
    log::flush();
    served
}

fn renew(gate: &Gate, tls: Option<&Tls>, has_new_data: &dyn Fn() -> bool) {
    if has_new_data() {
        gate.scans.forget();
        log(&json!({"kind": "renewal", "message": "the data is new: images are looked at again"}));
    }
    if let Some(said) = gate.watched.renew() {
        if gate.watched.problem().is_some() {
            gate.counted.renewal_broke();
        }
        log(&json!({"kind": "renewal", "message": said}));
    }
    match tls.map(|tls| tls.renew((gate.clock)())) {
        Some(Ok(true)) => log(&json!({"kind": "renewal", "message": "the certificate is new"})),
        Some(Err(error)) => {
            gate.counted.renewal_broke();
            log(&json!({"kind": "renewal", "message": format!("the certificate stays: {error}")}));
        }
        Some(Ok(false)) | None => {}
    }
}
