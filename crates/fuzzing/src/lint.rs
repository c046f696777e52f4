//! Proves that any history, accounts and names of files have one verdict of Dockle's and figures of
//! dive's that make sense.
//!
//! An input is lines of history, then behind `%%` the accounts, then behind another `%%` the names of
//! files in the tar, of which an empty one ends a layer.

use hygiene::dive::Layers;
use hygiene::dockle::{self, Entry, Files, Options, Subject, forms};
use model::{EntryKind, History, ImageConfig};

use crate::limits::small;

/// Judges `input`.
///
/// # Panics
/// If the verdict is not the same again, a code is lost or counted twice, or a figure is out of range.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut parts = text.splitn(3, "%%");
    let mut next = || parts.next().unwrap_or_default();
    let history = next().lines().map(|line| History {
        created_by: line.to_owned(),
        ..History::default()
    });
    let config = ImageConfig {
        history: history.collect(),
        ..ImageConfig::default()
    };
    let (accounts, names) = (next(), next());
    let limits = small();
    let (mut files, mut layers) = (Files::default(), Layers::default());
    for name in ["etc/passwd", "etc/group", "etc/shadow"]
        .into_iter()
        .chain(names.lines())
    {
        if name.is_empty() {
            files.end_layer();
            layers.end_layer();
            continue;
        }
        let kind = if name.ends_with('/') {
            EntryKind::Folder
        } else {
            EntryKind::File
        };
        files.add(name.as_bytes(), Entry { kind, mode: 0o4755 }, &limits);
        layers.add(name.as_bytes(), kind, 100, &limits);
        if dockle::is_account_file(name.as_bytes()) {
            files.add_content(name.as_bytes(), accounts.as_bytes().to_vec());
        }
    }
    files.end_layer();
    layers.end_layer();
    verdict(&config, &files);
    let figures = layers.figures();
    assert!((0.0..=1.0).contains(&figures.efficiency), "{figures:?}");
}

fn verdict(config: &ImageConfig, files: &Files) {
    let subject = Subject {
        config,
        shown: config,
        files,
        name: None,
    };
    let options = Options::default();
    let verdict = dockle::judge(&subject, &options);
    assert_eq!(verdict, dockle::judge(&subject, &options));
    let json = forms::to_json(&verdict).unwrap_or_default();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    let count = |level: &str| {
        report
            .pointer(&format!("/summary/{level}"))
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(99)
    };
    let all: u64 = ["fatal", "warn", "info", "skip", "pass"]
        .map(count)
        .iter()
        .sum();
    assert_eq!(all, 16, "{json}");
    assert!(forms::to_sarif(&verdict).is_ok());
}

/// Returns what builders and attackers write.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 4] = [
        b"/bin/sh -c #(nop) ADD file:0 in / \nRUN /bin/sh -c apt-get update && apt-get install -y sudo # buildkit\nENV TOKEN=\"a b\" X='c'%%root:x:0:0::/:/bin/sh\ntoor::0:0::/:/x\n%%app/.env\n\napp/.wh..env\n.wh.app\na/.wh..wh..opq\n",
        b"RUN |1 PASS=x=y /bin/sh -c apk add curl%%+\n\n#a::\n%%./a\n/b\na/b/\n\n.wh.a\n.wh.nothing\na",
        b"SECRET=\"open%%a:b:c%%.git/x\nnode_modules/.npm/y\nid_rsa\nx.jks",
        b"%%%%.wh.\n..\n//\n.wh..wh.",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
