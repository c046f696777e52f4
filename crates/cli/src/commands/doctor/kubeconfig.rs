//! What a kubeconfig says of a server: where it is, who signs its certificate, and who asks.
//!
//! Source of truth: `admission.md` §1.3, `config.k8s.io/v1`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use manifest::Object;
use yaml::Node;

use super::webhook::{Server, place, read_named};
use super::{Report, State};

/// Returns the server of the context that is used, else those of all clusters.
pub(super) fn servers(object: &Object, report: &mut Report) -> Vec<(String, Server)> {
    let context = match context(object) {
        Ok(context) => Some(context),
        Err(why) => {
            let text = format!("{why}: the API server finds no configuration in it");
            report.add(State::Broken, &object.file, text);
            None
        }
    };
    let named = |name: &str| text(context?, name);
    let clusters = of_name(object, ("clusters", "cluster"), named("cluster"));
    if let (Some(name), true) = (named("cluster"), clusters.is_empty()) {
        let text = format!("its context names the cluster `{name}`, which there is not");
        report.add(State::Broken, &object.file, text);
    }
    let users = of_name(object, ("users", "user"), named("user"));
    let client = users.first().and_then(|user| {
        let certificate = given(&object.file, user, "client-certificate");
        let key = given(&object.file, user, "client-key");
        (!certificate.is_empty()).then_some((certificate, key))
    });
    let clusters = clusters.into_iter();
    clusters
        .filter_map(|cluster| server(object, cluster, client.clone(), report))
        .collect()
}

/// Returns the context that is used.
///
/// # Errors
/// There is none.
fn context(object: &Object) -> Result<&Node, String> {
    let current = text(&object.root, "current-context").filter(|name| !name.is_empty());
    let name = current.ok_or("it has no current-context")?;
    let context = of_name(object, ("contexts", "context"), Some(name)).pop();
    context.ok_or_else(|| format!("current-context is `{name}`, which there is not"))
}

/// Returns what a list has by a name; without a name all.
fn of_name<'o>(
    object: &'o Object,
    (list, field): (&str, &str),
    name: Option<&str>,
) -> Vec<&'o Node> {
    let list = object.root.get(list).map_or(&[][..], Node::items).iter();
    list.filter(|it| name.is_none() || text(it, "name") == name)
        .filter_map(|it| it.get(field))
        .collect()
}

fn server(
    object: &Object,
    cluster: &Node,
    client: Option<(Vec<u8>, Vec<u8>)>,
    report: &mut Report,
) -> Option<(String, Server)> {
    let url = text(cluster, "server").unwrap_or_default();
    let about = format!("{} {url}", object.file);
    let Some((name, address)) = place(url) else {
        report.add(State::Broken, &about, "the server is no https address");
        return None;
    };
    if url.contains(['?', '#']) {
        let text = "what stands behind `?` or `#` is not asked: the API server drops it";
        report.add(State::Doubtful, &about, text);
    }
    let server = Server {
        name,
        address,
        authorities: given(&object.file, cluster, "certificate-authority"),
        is_service: false,
        client,
    };
    Some((about, server))
}

fn text<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    node.get(name).and_then(Node::as_str)
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
    read_named(file, text(name)).unwrap_or_default()
}
