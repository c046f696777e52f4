//! Proves that any bytes are YAML documents with positions, or problems with positions, and that a
//! whole file can be walked, printed as JSON and read again within what the limits allow.

use yaml::{Limits, Node, Position};

/// Reads `input`, walks every document, and reads its JSON again.
///
/// # Panics
/// If positions make no sense, a limit does not hold, or the JSON of a document is another document.
pub fn check(input: &[u8]) {
    let limits = Limits {
        bytes: 64 << 10,
        documents: 32,
        depth: 24,
        nodes: 2_000,
        alias_nodes: 500,
    };
    let file = yaml::read(input, &limits);
    // as text, since a key may be no number, which is not even itself
    let again = yaml::read(input, &limits);
    assert_eq!(format!("{file:?}"), format!("{again:?}"), "the same again");
    assert!(file.documents.len() <= limits.documents);
    let mut walk = Walk {
        left: limits.nodes + limits.alias_nodes,
        limits,
    };
    for document in &file.documents {
        walk.go(&document.root, 0);
        check_json(&document.root, &limits);
        for duplicate in &document.duplicates {
            assert!(duplicate.first != duplicate.again, "{duplicate:?}");
        }
    }
    for problem in &file.problems {
        assert!(!problem.why.is_empty(), "{problem:?}");
        check_position(problem.position);
    }
    let is_one = file.documents.len() == 1 && file.problems.is_empty();
    assert_eq!(yaml::read_one(input, &limits).is_ok(), is_one);
}

struct Walk {
    left: usize,
    limits: Limits,
}

impl Walk {
    fn go(&mut self, node: &Node, depth: usize) {
        assert!(depth <= self.limits.depth, "{depth} deep");
        self.left = self.left.saturating_sub(1);
        assert!(self.left > 0, "a file has more nodes than its limits allow");
        check_position(node.position());
        assert!(node.position() <= node.end(), "{node:?}");
        for item in node.items() {
            self.go(item, depth + 1);
        }
        for entry in node.written() {
            self.go(&entry.key, depth + 1);
            self.go(&entry.value, depth + 1);
        }
        let mut names: Vec<&str> = node.entries().iter().map(|entry| &*entry.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "names are unique");
    }
}

fn check_position(position: Position) {
    assert!(position.line >= 1 && position.column >= 1, "{position:?}");
}

/// JSON is YAML: what is printed must be read as the same.
fn check_json(root: &Node, limits: &Limits) {
    let json = root.to_json();
    let text = json.to_string();
    if !json.is_object() || text.len() > limits.bytes {
        return;
    }
    let again = yaml::read_one(text.as_bytes(), limits);
    let again = again.map(|document| document.root.to_json());
    assert_eq!(again.as_ref(), Ok(&json), "{text}");
}

/// Returns manifests with anchors, merges, block texts, JSON, and what Kubernetes reads oddly.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 6] = [
        b"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {on: yes, 0x1F: 1_000}}\nspec:\n  containers:\n  - name: &n c\n    image: 'nginx:1.25'\n    args: [\"a\\tb\", *n]\n    securityContext: {runAsUser: 0o17}\n# end\n",
        b"---\na: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc:\n  <<: [*a, {z: 4}]\n---\n# empty\n---\n- |\n  text\n   more\n- >-\n  folded\n  text\n...\n",
        b"{\"a\":[1,2.5,-0,1e3,true,null,\"\\u00e9\\ud83d\\ude00\"],\"a\":{}}\n{\"b\":1}",
        b"\xef\xbb\xbfa: ~\na: .inf\nb: 2001-01-01\nc: !!str 1\nd: !!binary aGk=\n? [x]\n: y\n",
        b"\xff\xfea\0:\0 \0b\0\n\0",
        b"%YAML 1.1\n--- !x\na:\n\t- b\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
