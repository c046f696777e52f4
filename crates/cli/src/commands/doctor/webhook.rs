//! What webhook configurations and kubeconfigs say of a server: its name, who signs its certificate, how
//! long it may take, and what happens while it does not answer.
//!
//! Source of truth: `admission.md` §2, `admissionregistration.k8s.io/v1`, `config.k8s.io/v1`.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use manifest::Object;
use net::{Scheme, Url};
use pipeline::review;
use policy::image_policy::ImagePolicy;
use yaml::Node;

use super::{Around, MAX_FILE, Report, State, certificate, probe};
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
pub(super) fn check(around: &Around<'_>, report: &mut Report) {
    let mut servers: Vec<(String, Server)> = Vec::new();
    for object in around.objects {
        let found = match object.written_kind() {
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
                webhooks(object, around, report)
            }
            "Config" if object.root.get("clusters").is_some() => clusters(object, report),
            _ => Vec::new(),
        };
        for (about, server) in found {
            if !servers.iter().any(|(_, known)| *known == server) {
                servers.push((about, server));
            }
        }
    }
    for (about, server) in &servers {
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
        if let Some(patience) = around.patience {
            probe::ask(server, (around, patience), report);
        }
    }
}

fn webhooks(object: &Object, around: &Around<'_>, report: &mut Report) -> Vec<(String, Server)> {
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
        times(webhook, around, (&about, report));
        failure(webhook, &namespace, (&about, report));
        let bundle = client.map(|it| of(it, "caBundle")).unwrap_or_default();
        let authorities = STANDARD.decode(bundle).unwrap_or_default();
        let place = match (service, client.map(|it| of(it, "url"))) {
            (Some(service), _) => {
                let name = format!("{}.{namespace}.svc", of(service, "name"));
                let port = service.get("port").and_then(Node::as_int).unwrap_or(443);
                Some((name.clone(), format!("{name}:{port}")))
            }
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
                "clientConfig names neither a service nor an https address",
            ),
        }
    }
    servers
}

/// Returns host and `host:port` of an https address.
fn place(url: &str) -> Option<(String, String)> {
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

/// Servers of a kubeconfig, with what it names: in it, or in files.
fn clusters(object: &Object, report: &mut Report) -> Vec<(String, Server)> {
    let list = object.root.get("clusters").map_or(&[][..], Node::items);
    let client = object.root.at("/users/0/user").and_then(|user| {
        let certificate = given(&object.file, user, "client-certificate");
        let key = given(&object.file, user, "client-key");
        (!certificate.is_empty()).then_some((certificate, key))
    });
    let mut servers = Vec::new();
    for cluster in list.iter().filter_map(|it| it.get("cluster")) {
        let url = cluster.get("server").and_then(Node::as_str);
        let url = url.unwrap_or_default();
        let about = format!("{} {url}", object.file);
        let Some((name, address)) = place(url) else {
            report.add(State::Broken, &about, "the server is no https address");
            continue;
        };
        let server = Server {
            name,
            address,
            authorities: given(&object.file, cluster, "certificate-authority"),
            is_service: false,
            client: client.clone(),
        };
        servers.push((about, server));
    }
    servers
}

/// Returns what a kubeconfig gives as `NAME-data`, or as the name of a file: there, or beside it, where
/// `install` wrote it.
fn given(file: &str, node: &Node, name: &str) -> Vec<u8> {
    let text = |name: &str| node.get(name).and_then(Node::as_str).unwrap_or_default();
    let within = STANDARD.decode(text(&format!("{name}-data")));
    if let Ok(within) = within
        && !within.is_empty()
    {
        return within;
    }
    own_file::read(Path::new(text(name)), MAX_FILE)
        .or_else(|_| own_file::read(&beside(file, text(name)), MAX_FILE))
        .unwrap_or_default()
}

/// Returns where a file of the control plane lies in the folder that is looked at: `tls/ca.crt`.
pub(super) fn beside(file: &str, named: &str) -> PathBuf {
    let folder = Path::new(file).parent().unwrap_or(Path::new("."));
    let tail: Vec<_> = Path::new(named).components().rev().take(2).collect();
    tail.into_iter()
        .rev()
        .fold(folder.to_owned(), |path, part| path.join(part))
}

/// Certificates of the namespace's Secrets that are for the server.
fn secrets(server: &Server, around: &Around<'_>, report: &mut Report) {
    let namespace = server.name.split('.').nth(1).unwrap_or_default();
    let is_of = |it: &&Object| it.written_kind() == "Secret" && it.namespace() == namespace;
    for secret in around.objects.iter().filter(is_of) {
        let data = secret.root.at("/data/tls.crt").and_then(Node::as_str);
        let Some(pem) = data.and_then(|it| STANDARD.decode(it).ok()) else {
            continue;
        };
        let about = format!("Secret/{}", secret.name());
        let chain = certificate::read(&pem);
        let authorities = certificate::read(&server.authorities);
        certificate::check(
            (&chain, &authorities),
            &server.name,
            around.now,
            (&about, report),
        );
    }
}

fn times(webhook: &Node, around: &Around<'_>, (about, report): (&str, &mut Report)) {
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
    for (place, policy) in policies(around) {
        match policy {
            Ok(policy) if policy.cases().scan_for.as_millis() + MARGIN > given => {
                let text = format!(
                    "a scan may take {} ms by {place}: more than timeoutSeconds leaves",
                    policy.cases().scan_for.as_millis()
                );
                report.add(State::Doubtful, about, text);
            }
            Ok(_) => {}
            Err(why) => report.add(State::Broken, &place, why),
        }
    }
}

/// Reads the policies that stand in `ConfigMaps`.
fn policies(around: &Around<'_>) -> Vec<(String, Result<ImagePolicy, String>)> {
    let maps = around
        .objects
        .iter()
        .filter(|it| it.written_kind() == "ConfigMap");
    let texts = maps.flat_map(|map| {
        let data = map.root.get("data").map_or(&[][..], Node::entries);
        data.iter().filter_map(|it| {
            Some((
                format!("ConfigMap/{} {}", map.name(), it.name),
                it.value.as_str()?,
            ))
        })
    });
    let is_policy = |text: &str| text.contains("kind: ImagePolicy");
    texts
        .filter(|(_, text)| is_policy(text))
        .map(|(place, text)| {
            let first = |problems: Vec<_>| {
                let first = problems
                    .first()
                    .map(|it: &policy::image_policy::Problem| it.to_string());
                first.unwrap_or_default()
            };
            let read = review::read_policy(&place, text).map_err(first);
            (place, read)
        })
        .collect()
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
