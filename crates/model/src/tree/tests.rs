//! Layers laid over each other, as one table of cases.

use super::*;

const LIMITS: fn() -> Limits = Limits::default;

/// Builds a layer of lines: `path` a file, `path/` a folder, `a -> b` a symlink, `a => b` a hard
/// link, `.wh.` names as in a tar.
fn layer(lines: &[&str]) -> Tree {
    let mut tree = Tree::new();
    for (line, number) in lines.iter().zip(0..) {
        let entry = |kind| Entry {
            kind,
            size: u64::from(kind == EntryKind::File) * 7,
            content: Content {
                layer: 0,
                entry: number,
            },
            ..Entry::IMPLIED
        };
        let done = if let Some((path, target)) = line.split_once(" -> ") {
            tree.insert(
                path.as_bytes(),
                entry(EntryKind::Symlink),
                target.as_bytes(),
                &LIMITS(),
            )
        } else if let Some((path, target)) = line.split_once(" => ") {
            tree.insert(
                path.as_bytes(),
                entry(EntryKind::HardLink),
                target.as_bytes(),
                &LIMITS(),
            )
        } else if let Some(path) = line.strip_suffix(".wh..wh..opq") {
            tree.opaque(path.as_bytes(), &LIMITS())
        } else if line.contains(".wh.") {
            tree.whiteout(line.replace(".wh.", "").as_bytes(), &LIMITS())
        } else if line.ends_with('/') {
            tree.insert(line.as_bytes(), entry(EntryKind::Folder), b"", &LIMITS())
        } else {
            tree.insert(line.as_bytes(), entry(EntryKind::File), b"", &LIMITS())
        };
        done.unwrap();
    }
    tree
}

fn merge(layers: &[&[&str]]) -> Tree {
    let mut layers = layers.iter().map(|lines| layer(lines));
    let mut tree = layers.next().unwrap().into_base(&LIMITS());
    for (upper, number) in layers.zip(1..) {
        tree.apply(&upper, number, &LIMITS()).unwrap();
    }
    tree
}

/// Files as `path@layer.entry`, folders as `path/`, links as `a -> b`, all sorted.
fn listing(tree: &Tree) -> Vec<String> {
    let mut lines = Vec::new();
    tree.walk(|path, entry, target| {
        let path = String::from_utf8_lossy(path);
        let target = String::from_utf8_lossy(target);
        let Content {
            layer,
            entry: number,
        } = entry.content;
        lines.push(match entry.kind {
            EntryKind::File => format!("{path}@{layer}.{number}"),
            EntryKind::Folder => format!("{path}/"),
            EntryKind::Symlink => format!("{path} -> {target}"),
            EntryKind::HardLink => format!("{path} => {target}"),
            EntryKind::Special => format!("{path}!"),
        });
    });
    lines
}

/// Name, layers, and the listing that is due.
type Case = (
    &'static str,
    &'static [&'static [&'static str]],
    &'static [&'static str],
);

const CASES: &[Case] = &[
    ("last entry wins", &[&["a", "a"]], &["a@0.1"]),
    (
        "forms of one name",
        &[&["./a", "/a", "x/../a"]],
        &["a@0.2", "x/"],
    ),
    ("never above the root", &[&["../../a"]], &["a@0.0"]),
    (
        "upper replaces",
        &[&["a", "b"], &["a"]],
        &["a@1.0", "b@0.1"],
    ),
    (
        "whiteout of a file",
        &[&["d/a", "d/b"], &["d/.wh.a"]],
        &["d/", "d/b@0.1"],
    ),
    ("whiteout of a folder", &[&["d/a/b"], &["d/.wh.a"]], &["d/"]),
    (
        "whiteout spares its own layer",
        &[&["a"], &["a", ".wh.a"]],
        &["a@1.0"],
    ),
    (
        "whiteout in the first layer",
        &[&[".wh.a", "a"]],
        &["a@0.1"],
    ),
    (
        "back after a whiteout",
        &[&["d/a"], &[".wh.d"], &["d/b"]],
        &["d/", "d/b@2.0"],
    ),
    (
        "opaque",
        &[&["d/a", "d/b/c"], &["d/x", "d/.wh..wh..opq"]],
        &["d/", "d/x@1.0"],
    ),
    (
        "opaque root",
        &[&["a", "d/b"], &[".wh..wh..opq", "c"]],
        &["c@1.1"],
    ),
    ("whiteout below a file", &[&["a"], &["a/.wh.b"]], &["a@0.0"]),
    ("file replaces folder", &[&["d/a/b"], &["d"]], &["d@1.0"]),
    (
        "folder replaces file",
        &[&["d"], &["d/", "d/a"]],
        &["d/", "d/a@1.1"],
    ),
    (
        "file, folder, file",
        &[&["c"], &["c/", "c/x"], &["c"]],
        &["c@2.0"],
    ),
    (
        "link replaces folder",
        &[&["d/a"], &["d -> e"]],
        &["d -> e"],
    ),
    (
        "folder keeps what is in it",
        &[&["d/a"], &["d/"]],
        &["d/", "d/a@0.0"],
    ),
    (
        "through a link of its layer",
        &[&["l -> u", "l/a"]],
        &["l -> u", "u/", "u/a@0.1"],
    ),
    (
        "through a link of a lower layer",
        &[&["l -> u/v", "u/v/"], &["l/a"]],
        &["l -> u/v", "u/", "u/v/", "u/v/a@1.0"],
    ),
    (
        "a folder replaces a link",
        &[&["l -> u", "u/"], &["l/", "l/a"]],
        &["l/", "l/a@1.1", "u/"],
    ),
    ("hard link", &[&["a", "b => a"]], &["a@0.0", "b@0.0"]),
    (
        "hard link before its target",
        &[&["b => a", "a"]],
        &["a@0.1", "b@0.1"],
    ),
    (
        "hard link to a lower layer",
        &[&["a"], &["b => a"]],
        &["a@0.0", "b@0.0"],
    ),
    (
        "hard link to a hard link",
        &[&["c => b", "b => a", "a"]],
        &["a@0.2", "b@0.2", "c@0.2"],
    ),
    ("hard link to nothing", &[&["b => a"]], &["b => a"]),
    ("hard link to itself", &[&["b => b"]], &["b => b"]),
];

#[test]
fn layers_merge_as_containerd_unpacks_them() {
    for (name, layers, want) in CASES {
        assert_eq!(listing(&merge(layers)), *want, "{name}");
    }
}

#[test]
fn look_ups_follow_links_inside_the_root() {
    let tree = merge(&[&[
        "etc/os-release -> ../usr/lib/os-release",
        "usr/lib/os-release",
        "abs -> /usr/lib",
        "out -> ../../../../usr",
        "loop -> loop",
    ]]);
    for (path, real) in [
        ("etc/os-release", Some("usr/lib/os-release")),
        ("/abs/os-release", Some("usr/lib/os-release")),
        ("out/lib/os-release", Some("usr/lib/os-release")),
        ("loop", None),
        ("loop/x", None),
        ("nothing", None),
    ] {
        let found = tree.real_path(path, &LIMITS());
        assert_eq!(found.as_ref().map(crate::ImagePath::as_str), real, "{path}");
    }
    let names: Vec<_> = tree
        .list("abs", &LIMITS())
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, [b"os-release".to_vec()]);
}

#[test]
fn limits_end_a_tree() {
    let limits = Limits {
        tree_entries: 3,
        ..Limits::default()
    };
    let mut tree = Tree::new();
    let mut add = |path: &str| tree.insert(path.as_bytes(), Entry::IMPLIED, b"", &limits);
    assert_eq!(add("a"), Ok(()));
    assert_eq!(add("b"), Ok(()));
    assert_eq!(add("c"), Err(TreeFull::Entries(3)));
    assert_eq!(add("a"), Ok(()));
    assert!(matches!(
        add(&"x".repeat(70_000)),
        Err(TreeFull::Entries(_) | TreeFull::Names(_))
    ));
}

#[test]
fn survives_a_change_of_process() {
    let lower = layer(&["a", "d/b -> a"]);
    let mut copy = lower.clone();
    copy.index.clear();
    let mut tree = copy.into_base(&LIMITS());
    tree.apply(&layer(&[".wh.a", "d/c"]), 1, &LIMITS()).unwrap();
    assert_eq!(listing(&tree), ["d/", "d/b -> a", "d/c@1.1"]);
}

#[test]
fn paths_split_into_folder_and_name() {
    for (path, want) in [
        ("a/b", ("a/", "b")),
        ("a/b/", ("a/", "b")),
        ("a", ("", "a")),
        ("./", ("", "")),
        ("", ("", "")),
        ("a/.", ("", "a")),
        ("a/..", ("a/..", "")),
    ] {
        let (folder, name) = split(path.as_bytes());
        assert_eq!(
            (folder, name),
            (want.0.as_bytes(), want.1.as_bytes()),
            "{path}"
        );
    }
}

#[test]
fn links_whose_targets_are_too_long_together_lead_nowhere() {
    let long = |up: usize, to: &str| format!("{}{to}", "../".repeat(up));
    let lines = [
        format!("a -> {}", long(600, "b")),
        format!("b -> {}", long(600, "c")),
        format!("c -> {}", long(600, "d")),
        "d/file".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut tree = layer(&lines);
    assert!(tree.find("b/file", &LIMITS()).is_some());
    assert!(tree.find("a/file", &LIMITS()).is_none());
    let full = tree.insert(b"a/x", Entry::IMPLIED, b"", &LIMITS());
    assert_eq!(full, Err(TreeFull::Loop));
}

#[test]
fn what_is_selected_has_an_end_and_says_so() {
    let tree = layer(&["a/b/c/d/file", "other", "x/file"]);
    let select = |selected_bytes: usize| {
        let limits = Limits {
            selected_bytes,
            ..LIMITS()
        };
        let (found, gap) = tree.select(|name, _| name == b"file", &limits);
        let paths: Vec<String> = found.iter().map(|(path, _)| path.to_string()).collect();
        (paths.join(" "), gap.is_some())
    };
    assert_eq!(select(1_000), ("a/b/c/d/file x/file".to_owned(), false));
    assert_eq!(select(100), ("a/b/c/d/file".to_owned(), true));
    assert_eq!(select(10), (String::new(), true));
}

#[test]
fn bytes_count_once_where_their_layer_still_shows() {
    let lower = layer(&["a", "b", "c => b", "gone"]).into_base(&LIMITS());
    assert_eq!(lower.bytes_by_layer(2), [21, 0]);
    let mut merged = lower;
    merged
        .apply(&layer(&["a", ".wh.gone", ".wh.b"]), 1, &LIMITS())
        .unwrap();
    // `c` still names what `b` named
    assert_eq!(merged.bytes_by_layer(2), [7, 7]);
}

#[test]
fn what_is_written_again_differs_in_its_owner_only() {
    let file = |mode, mtime, size| {
        let mut tree = Tree::new();
        let entry = Entry {
            kind: EntryKind::File,
            mode,
            mtime,
            size,
            ..Entry::IMPLIED
        };
        tree.insert(b"srv/a", entry, b"", &LIMITS()).unwrap();
        tree
    };
    let lower = file(0o644, 5, 10_000).into_base(&LIMITS());
    for (mode, mtime, size, is_same, want) in [
        (0o755, 5, 10_000, None, 10_000),
        (0o644, 5, 10_000, None, 0),
        (0o755, 6, 10_000, None, 0),
        (0o755, 5, 10_001, None, 0),
        // who knows the content knows better
        (0o755, 5, 10_000, Some(false), 0),
        (0o644, 6, 10_000, Some(true), 10_000),
        (0o755, 5, 10_001, Some(true), 0),
    ] {
        let upper = file(mode, mtime, size);
        assert_eq!(
            lower.bytes_written_again(&upper, |_, _| is_same),
            want,
            "{mode:o} {mtime} {size} {is_same:?}"
        );
    }
}
