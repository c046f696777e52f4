//! A ConfigMap is for what everyone may read.

use crate::prelude::*;
use crate::secret;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "KEY-CONFIG-MAP",
        title: "secret in a ConfigMap",
        severity: Severity::High,
        concern: "ConfigMaps are read by far more roles than Secrets are, are not encrypted at \
                  rest, and stay in the repository",
        fix: "put it into a Secret that is not in the repository; change it, since it is known",
        maps_to: &["NSA/CISA Kubernetes Hardening: Network separation and hardening"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {DB_PASSWORD: hunter2}
",
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data:
  app.properties: |
    user=app
    db.password=hunter2
",
    ],
    good: &[
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {DB_HOST: db, DB_PASSWORD: \"\", TOKEN_URL: \"https://id.shop.example/token\"}
",
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data:
  app.properties: |
    # db.password=hunter2
    db.password=${DB_PASSWORD}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "ConfigMap" {
        return;
    }
    let data = below(&object.root, &["data"]).map(Node::entries);
    for entry in data.unwrap_or_default() {
        let Some(value) = entry.value.as_str() else {
            continue;
        };
        let key = quoted(&entry.name);
        let message = if let Some(what) = secret::named(&entry.name, value) {
            format!("the value of {key} is {what}")
        } else if let Some((what, name)) = secret::in_text(value).filter(|_| is_file(&entry.name)) {
            let name = name.map(quoted).unwrap_or_default();
            format!("{key} holds {what} {name}").trim_end().to_owned()
        } else {
            continue;
        };
        let at = Pointer::default().key("data").key(&entry.name);
        hits.push(Hit::new(at, message).secret());
    }
}

/// Whether the lines of this file are settings: in a program, names say less.
fn is_file(name: &str) -> bool {
    const PROGRAMS: &[&str] = &[
        "py", "js", "ts", "go", "rb", "lua", "java", "sql", "html", "md", "css",
    ];
    let (_, end) = name.rsplit_once('.').unwrap_or_default();
    !PROGRAMS.contains(&end)
}
