//! What webhook configurations say of a server: its name, who signs its certificate, how
//! long it may take, and what happens while it does not answer.
//!
//! Source of truth: `admission.md` §2, `admissionregistration.k8s.io/v1`.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use manifest::Object;
use net::{Scheme, Url};
use yaml::Node;

use super::policies::Read;
use super::{Around, MAX_FILE, Report, State, asks, certificate, kubeconfig, probe};
use crate::settings::own_file;

/// Seconds that a webhook has where its configuration says nothing.
const DEFAULT_SECONDS: i64 = 10;
/// Milliseconds before the cluster's deadline at which the server answers.
const MARGIN: u128 = 500;

/// A server, as whoever asks it knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// The name that its certificate must have.
    pub(super) name: String,
    /// `host:port`, where it is reached.
    pub(super) address: String,
    /// Who may have signed its certificate, in PEM; empty if nobody is named.
    pub(super) authorities: Vec<u8>,
    /// Whether it is a service, which has its name within the cluster alone.
    pub(super) is_service: bool,
    /// Certificate and key of who asks, in PEM.
    pub(super) client: Option<(Vec<u8>, Vec<u8>)>,
}

/// Looks at every configuration, and asks each server once.
pub(super) fn check(around: &Around<'_>, policies: &[Read], report: &mut Report) {
    let mut servers: Vec<(String, &str, Server)> = Vec::new();
    for object in around.objects {
        let found = match object.written_kind() {
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
                webhooks(object, policies, report)
            }
            "Config" if object.root.get("clusters").is_some() => {
                kubeconfig::servers(object, report)
            }
            _ => Vec::new(),
        };
        for (about, server) in found {
            if !servers.iter().any(|(_, _, known)| *known == server) {
                servers.push((about, &object.file, server));
            }
        }
    }
    for (about, file, server) in &servers {
        let authorities = certificate::read(&server.authorities);
        if authorities.is_empty() {
            let text =
                "there is no CA bundle: certificates of a private authority are not believed";
            report.add(State::Doubtful, about, text);
        }
        let count = model::counted(authorities.len(), "certificate");
        let text = format!(
            "it is asked as {}, and its CA bundle has {count}",
            server.name
        );
        report.add(State::Well, about, text);
        for authority in &authorities {
            certificate::end(authority, around.now, (about, report));
        }
        secrets(server, around, report);
        own(server, file, around, report);
        if let Some(patience) = around.patience {
            probe::ask(server, (around, patience), report);
        }
    }
}

fn webhooks(object: &Object, policies: &[Read], report: &mut Report) -> Vec<(String, Server)> {
    let list = object.root.get("webhooks").map_or(&[][..], Node::items);
    let of = |node: &Node, name: &str| {
        node.get(name)
            .and_then(Node::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut servers = Vec::new();
    for webhook in list {
        let about = format!(
            "{}/{} {}",
            object.written_kind(),
            object.name(),
            of(webhook, "name")
        );
        let client = webhook.get("clientConfig");
        let service = client.and_then(|it| it.get("service"));
        let namespace = service.map(|it| of(it, "namespace")).unwrap_or_default();
        times(webhook, policies, (&about, report));
        failure(webhook, &namespace, (&about, report));
        asks::check(webhook, (&about, report));
        let bundle = client.map(|it| of(it, "caBundle")).unwrap_or_default();
        let authorities = STANDARD.decode(bundle).unwrap_or_default();
        let place = match (service, client.map(|it| of(it, "url"))) {
            (Some(service), _) => {
                let name = format!("{}.{namespace}.svc", of(service, "name"));
                let port = service.get("port").and_then(Node::as_int).unwrap_or(443);
                Some((name.clone(), format!("{name}:{port}")))
            }
            (None, Some(url)) if url.contains(['?', '#', '@']) => None,
            (None, Some(url)) => place(&url),
            (None, None) => None,
        };
        match place {
            Some((name, address)) => {
                let is_service = service.is_some();
                let server = Server {
                    name,
                    address,
                    authorities,
                    is_service,
                    client: None,
                };
                servers.push((about, server));
            }
            None => report.add(
                State::Broken,
                &about,
                "clientConfig names neither a service nor an https address without user, `?` and `#`",
            ),
        }
    }
    servers
}

/// Returns host and `host:port` of an https address.
pub(super) fn place(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url)
        .ok()
        .filter(|url| url.scheme() == Scheme::Https)?;
    let authority = url.authority();
    let has_port = authority
        .rsplit(':')
        .next()
        .is_some_and(|it| it.parse::<u16>().is_ok());
    let address = if has_port {
        authority
    } else {
        format!("{authority}:443")
    };
    // an address of IPv6 stands in brackets in a URL, and nowhere else
    let host = url.host().trim_matches(['[', ']']);
    Some((host.to_owned(), address))
}

/// Returns where a file of the control plane may lie in the folder that is looked at: `kubeconfig.yaml` there,
/// or `tls/ca.crt`.
pub(super) fn beside(file: &str, named: &str) -> [PathBuf; 2] {
    let folder = Path::new(file).parent().unwrap_or(Path::new("."));
    let named: Vec<_> = Path::new(named).components().collect();
    [2, 1].map(|count| {
        let tail = named.iter().rev().take(count).rev();
        tail.fold(folder.to_owned(), |path, part| path.join(part))
    })
}

/// Reads the file that another one names: where it says, else beside that one.
///
/// # Errors
/// It is nowhere.
pub(super) fn read_named(file: &str, named: &str) -> io::Result<Vec<u8>> {
    let [within, beside] = beside(file, named);
    // a name that is relative is so to the file's own folder
    own_file::read(&Path::new(file).with_file_name(named), MAX_FILE)
        .or_else(|_| own_file::read(&within, MAX_FILE))
        .or_else(|_| own_file::read(&beside, MAX_FILE))
}

/// Certificates of the namespace's Secrets that are for the server; without any, those of other namespaces that
/// are for a service of its name.
fn secrets(server: &Server, around: &Around<'_>, report: &mut Report) {
    let mut parts = server.name.split('.');
    let (service, namespace) = (parts.next(), parts.next().unwrap_or_default());
    let with = |secret: &'_ Object| {
        Some((
            secret.name().to_owned(),
            part(secret, "tls.crt")?,
            part(secret, "tls.key"),
        ))
    };
    let secrets = || {
        around
            .objects
            .iter()
            .filter(|it| it.written_kind() == "Secret")
    };
    let mut own: Vec<_> = secrets()
        .filter(|it| it.namespace() == namespace)
        .filter_map(with)
        .collect();
    if own.is_empty() && server.is_service {
        let is_ours = |pem: &[u8]| {
            let names = certificate::read(pem).first().map(certificate::names);
            let mut names = names.into_iter().flatten();
            names.any(|name| name.split('.').next() == service)
        };
        own = secrets()
            .filter_map(with)
            .filter(|(_, pem, _)| is_ours(pem))
            .collect();
    }
    for (name, pem, key) in own {
        pair(
            server,
            (&pem, key.as_deref()),
            around,
            (&format!("Secret/{name}"), report),
        );
    }
}

/// Returns a part of a Secret.
fn part(secret: &Object, name: &str) -> Option<Vec<u8>> {
    let data = secret.root.get("data")?.get(name).and_then(Node::as_str);
    STANDARD.decode(data?).ok()
}

/// The certificate that lies where `install` wrote it: beside the file that names the server, or above it.
fn own(server: &Server, file: &str, around: &Around<'_>, report: &mut Report) {
    let folders = Path::new(file).ancestors().skip(1).take(2);
    let mut places = folders.map(|folder| folder.join("tls/tls.crt"));
    let read = |place: PathBuf| Some((own_file::read(&place, MAX_FILE).ok()?, place));
    let Some((pem, place)) = places.find_map(read).filter(|_| !server.is_service) else {
        return;
    };
    // whoever looks may not be allowed to read it
    let key = own_file::read(&place.with_extension("key"), MAX_FILE).ok();
    let about = place.display().to_string();
    pair(server, (&pem, key.as_deref()), around, (&about, report));
}

/// A server's certificate, and its key if it is there.
fn pair(
    server: &Server,
    (pem, key): (&[u8], Option<&[u8]>),
    around: &Around<'_>,
    (about, report): (&str, &mut Report),
) {
    let chain = certificate::read(pem);
    let authorities = certificate::read(&server.authorities);
    certificate::check(
        (&chain, &authorities),
        &server.name,
        around.now,
        (about, report),
    );
    if let Some(key) = key {
        certificate::key(chain, key, (about, report));
    }
}

fn times(webhook: &Node, policies: &[Read], (about, report): (&str, &mut Report)) {
    let seconds = webhook
        .get("timeoutSeconds")
        .and_then(Node::as_int)
        .unwrap_or(DEFAULT_SECONDS);
    if !(1..=30).contains(&seconds) {
        let text = format!("timeoutSeconds is {seconds}: the API server takes 1 to 30");
        return report.add(State::Broken, about, text);
    }
    report.add(State::Well, about, format!("it may take {seconds} s"));
    let given = u128::try_from(seconds).unwrap_or_default() * 1000;
    for (place, policy) in policies {
        let scan = policy.cases().scan_for.unwrap_or_default().as_millis();
        if scan + MARGIN > given {
            let text =
                format!("a scan may take {scan} ms by {place}: more than timeoutSeconds leaves");
            report.add(State::Doubtful, about, text);
        }
    }
}

fn failure(webhook: &Node, namespace: &str, (about, report): (&str, &mut Report)) {
    let policy = webhook
        .get("failurePolicy")
        .and_then(Node::as_str)
        .unwrap_or("Fail");
    if policy == "Ignore" {
        return report.add(
            State::Well,
            about,
            "failurePolicy is Ignore: while nobody answers, all is let in",
        );
    }
    let left_out = ["kube-system", namespace]
        .into_iter()
        .filter(|it| !it.is_empty());
    let asked: Vec<&str> = left_out.filter(|it| !is_excluded(webhook, it)).collect();
    if asked.is_empty() {
        report.add(State::Well, about, "failurePolicy is Fail: while nobody answers, nothing is let in but what its selectors leave out");
    } else {
        let text = format!(
            "failurePolicy is Fail and {} may be asked about: a cluster in which the server is down cannot start it again; see the README of `seaworthy install`",
            asked.join(", ")
        );
        report.add(State::Broken, about, text);
    }
}

/// Whether a webhook's selector leaves a namespace out by its name, which nobody can forge.
fn is_excluded(webhook: &Node, namespace: &str) -> bool {
    let list = webhook
        .at("/namespaceSelector/matchExpressions")
        .map_or(&[][..], Node::items);
    list.iter().any(|it| {
        let is = |name: &str, value: &str| it.get(name).and_then(Node::as_str) == Some(value);
        let mut values = it.get("values").map_or(&[][..], Node::items).iter();
        is("key", "kubernetes.io/metadata.name")
            && is("operator", "NotIn")
            && values.any(|it| it.as_str() == Some(namespace))
    })
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn servers_are_where_their_urls_say() {
        for (url, want) in [
            (
                "https://localhost:8443/validate",
                Some(("localhost", "localhost:8443")),
            ),
            (
                "https://a.example/x?timeout=9s",
                Some(("a.example", "a.example:443")),
            ),
            (
                "https://[2001:db8::1]:8443/",
                Some(("2001:db8::1", "[2001:db8::1]:8443")),
            ),
            ("https://[::1]/", Some(("::1", "[::1]:443"))),
            ("http://localhost:8080/", None),
            ("localhost", None),
        ] {
            let place = place(url);
            let got = place
                .as_ref()
                .map(|(name, at)| (name.as_str(), at.as_str()));
            assert_eq!(got, want, "{url}");
        }
    }
}
