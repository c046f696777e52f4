//! What Kubernetes reads: every expectation here was printed by apimachinery's decoder over
//! `sigs.k8s.io/yaml` 1.6, or is named as ours where we are stricter.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Reads documents without any problem.
fn check(text: &str, want: &Value) {
    let file = read(text.as_bytes(), &Limits::default());
    assert_eq!(file.problems, [], "{text:?}");
    let got: Vec<Value> = file
        .documents
        .iter()
        .map(|document| document.root.to_json())
        .collect();
    assert_eq!(&Value::from(got), want, "{text:?}");
}

/// Reads nothing but a problem; `want` is its place and the start of its reason.
fn refuse(text: &str, want: &str) {
    let file = read(text.as_bytes(), &Limits::default());
    assert_eq!(file.documents, [], "{text:?}");
    let got = file
        .problems
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(got.starts_with(want), "{text:?}: {got}");
}

#[test]
fn words_are_those_of_yaml_1_1() {
    for (text, want) in [
        ("y", json!(true)),
        ("Yes", json!(true)),
        ("ON", json!(true)),
        ("yEs", json!("yEs")),
        ("n", json!(false)),
        ("off", json!(false)),
        ("~", json!(null)),
        ("Null", json!(null)),
        ("nUll", json!("nUll")),
        ("'no'", json!("no")),
        ("\"null\"", json!("null")),
        ("12:30:45", json!("12:30:45")),
        ("2001-01-01", json!("2001-01-01")),
        ("2001-13-01", json!("2001-13-01")),
        ("a b", json!("a b")),
        ("<<", json!("<<")),
        ("=", json!("=")),
    ] {
        check(&format!("v: {text}"), &json!([{ "v": want }]));
    }
}

#[test]
fn numbers_are_those_of_go() {
    for (text, want) in [
        ("0777", json!(511)),
        ("0o17", json!(15)),
        ("0O7", json!(7)),
        ("08", json!(8)),
        ("0x1F", json!(31)),
        ("0x_1f", json!(31)),
        ("0b11", json!(3)),
        ("0b-1", json!(-1)),
        ("0b+1", json!(1)),
        ("-0b11", json!(-3)),
        ("-0b-1", json!("-0b-1")),
        ("0b", json!("0b")),
        ("0x", json!("0x")),
        ("1_000", json!(1000)),
        ("1_", json!(1)),
        ("_1", json!("_1")),
        ("+1", json!(1)),
        ("1.0", json!(1)),
        ("1.", json!(1)),
        (".5", json!(0.5)),
        ("+.5", json!(0.5)),
        (".1_0", json!(0.1)),
        ("._1", json!("._1")),
        ("..", json!("..")),
        ("1e3", json!(1000)),
        ("1e400", json!("1e400")),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551615", json!(u64::MAX)),
        (
            "18446744073709551616",
            json!(18_446_744_073_709_551_616_f64),
        ),
        (
            "+18446744073709551615",
            json!(18_446_744_073_709_551_616_f64),
        ),
        (
            "123456789012345678901234567890",
            json!(1.234_567_890_123_456_8e29),
        ),
    ] {
        check(&format!("v: {text}"), &json!([{ "v": want }]));
    }
}

#[test]
fn tags_of_scalars_count_and_unknown_ones_do_not() {
    for (text, want) in [
        ("!!str 5", json!("5")),
        ("!!str", json!("")),
        ("!!int '3'", json!(3)),
        ("!!float 3", json!(3)),
        ("!!bool 'yes'", json!(true)),
        ("!!null ''", json!(null)),
        ("!!timestamp 2001-1-1", json!("2001-1-1")),
        ("!!binary aGVsbG8=", json!("hello")),
        ("!!binary //8=", json!("\u{fffd}\u{fffd}")),
        ("! 1", json!("1")),
        ("!Ref 1", json!("1")),
        ("!!map x", json!("x")),
        ("!!set {a: 1}", json!({"a": 1})),
    ] {
        check(&format!("v: {text}"), &json!([{ "v": want }]));
    }
    refuse("v: !!int x", "1:10: cannot decode `x` as a !!int");
    refuse("v: !!float 18446744073709551615", "1:12: cannot decode");
    refuse("v: !!timestamp foo", "1:16: cannot decode");
    refuse(
        "v: !!binary x",
        "1:13: !!binary value contains invalid base64 data",
    );
}

#[test]
fn keys_are_resolved_and_printed() {
    for (key, want) in [
        ("y", "true"),
        ("'y'", "y"),
        ("off", "false"),
        ("0x1F", "31"),
        ("1.0", "1"),
        ("1.10", "1.1"),
        ("1e3", "1000"),
        ("1000000.0", "1e+06"),
        ("123456789.0", "1.2345679e+08"),
        ("0.0001", "0.0001"),
        ("1e-5", "1e-05"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("-0.0", "-0"),
        ("2001-01-01", "2001-01-01"),
        ("!!binary aGVsbG8=", "hello"),
    ] {
        check(&format!("{key}: v"), &json!([{ want: "v" }]));
    }
    refuse("? {a: b}\n: v\n", "1:3: invalid map key: a mapping");
    refuse("{{ .Values.x }}\n", "1:2: invalid map key: a mapping");
    refuse("[a]: v\n", "1:1: invalid map key: a list");
    refuse("null: v\n", "1:1: invalid map key: null");
    refuse("? [a]\n: v\n", "1:3: invalid map key: a list");
    refuse(
        "18446744073709551615: v\n",
        "1:1: invalid map key: a number",
    );
    refuse("v: [.inf]\n", "1:5: infinity");
}

#[test]
fn the_last_duplicate_wins_and_each_is_listed() {
    check("a: 1\na: 2\n", &json!([{"a": 2}]));
    check("1: a\n\"1\": b\n", &json!([{"1": "b"}]));
    check("y: a\non: b\ntrue: c\n", &json!([{"true": "c"}]));
    let file = read(b"x: {a: 1, b: 2, a: 3}\nx: 4\n", &Limits::default());
    let duplicates: Vec<String> = file.documents[0]
        .duplicates
        .iter()
        .map(|it| format!("{} {} {}", it.name, it.first, it.again))
        .collect();
    assert_eq!(duplicates, ["a 1:5 1:17", "x 1:1 2:1"]);
    assert_eq!(file.documents[0].root.written().len(), 2);
}

#[test]
fn merges_set_keys_in_the_order_in_which_they_stand() {
    check("<<: {a: 2, b: 3}\na: 1\n", &json!([{"a": 1, "b": 3}]));
    check("a: 1\n<<: {a: 2, b: 3}\n", &json!([{"a": 2, "b": 3}]));
    check("<<: [{a: 2}, {a: 3, c: 1}]\n", &json!([{"a": 2, "c": 1}]));
    check("<<: []\n", &json!([{}]));
    check("'<<': {a: 1}\n", &json!([{"<<": {"a": 1}}]));
    check("!!merge '<<': {a: 1}\n", &json!([{"a": 1}]));
    check(
        "x: &x {a: {b: 1}}\nz: {<<: *x, c: 2}\n",
        &json!([{"x": {"a": {"b": 1}}, "z": {"a": {"b": 1}, "c": 2}}]),
    );
    check(
        "x: &x {<<: {a: 1}, b: 2}\nz:\n  <<: *x\n",
        &json!([{"x": {"a": 1, "b": 2}, "z": {"a": 1, "b": 2}}]),
    );
    let why = "map merge requires map or sequence of maps";
    refuse("<<: 1\n", &format!("1:5: {why}"));
    refuse("<<: [1]\n", &format!("1:6: {why}"));
    refuse("<<: [[]]\n", &format!("1:6: {why}"));
    refuse("x: &x [{a: 1}]\nz: {<<: *x}\n", &format!("2:9: {why}"));
}

#[test]
fn aliases_share_what_the_last_anchor_names() {
    check(
        "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
        &json!([{"a": 1, "b": 1, "c": 2, "d": 2}]),
    );
    check("1.5: &k a\n*k : b\n", &json!([{"1.5": "a", "a": "b"}]));
    refuse(
        "a: &x [*x]\n",
        "1:8: the value of the anchor contains itself",
    );
    refuse("a: *x\n", "1:4: ");
    let file = read(b"a: &x 1\n---\nb: *x\n", &Limits::default());
    assert_eq!(file.problems[0].position.to_string(), "3:4");
    // Ours: Kubernetes reads `&a:` as an anchor and a colon, the parser as an anchor `a:`.
    refuse("v: &a:: b\n", "1:4: an anchor's name");
}

#[test]
fn streams_are_cut_by_lines_before_they_are_parsed() {
    check("", &json!([]));
    check("# only a comment\n---\n---\n# and another\n", &json!([]));
    check("a: 1\n---\nb: 2\n", &json!([{"a": 1}, {"b": 2}]));
    check("a: |\n  x\n---\nb: 2\n", &json!([{"a": "x\n"}, {"b": 2}]));
    check("a: |\n  text", &json!([{"a": "text\n"}]));
    check(
        "\u{feff}a: 1\r\nb: \"x\r\n  y\"\r\n--- # c\r\nc: 1",
        &json!([{"a": 1, "b": "x y"}, {"c": 1}]),
    );
    check("a:\t1\n", &json!([{"a": 1}]));
    check("null\n---\na: 1\n", &json!([null, {"a": 1}]));
    let file = read(b"a: 1\n--- b\nc: 2\n", &Limits::default());
    assert_eq!(file.documents.len(), 2);
    assert!(
        file.problems[0]
            .to_string()
            .starts_with("2:1: invalid document separator")
    );
    let file = read(b"a: 1\n---\nb: [\n---\nc: 2\n", &Limits::default());
    assert_eq!(file.documents.len(), 2);
    assert_eq!(file.problems[0].position.line, 3);
}

#[test]
fn what_kubernetes_leaves_out_is_said() {
    let file = read(b"a: 1\n...\nb: 2\n", &Limits::default());
    assert_eq!(file.documents.len(), 1);
    assert_eq!(file.problems[0].kind, model::GapKind::Unread);
    assert_eq!(file.problems[0].position.to_string(), "3:1");
    let gap = file.problems[0].to_gap("pod.yaml", "objects");
    assert_eq!(gap.place, "pod.yaml:3:1");
    check("a: 1\n...\n# the end\n", &json!([{"a": 1}]));
    refuse("%YAML 1.2\n", "");
}

#[test]
fn line_ends_of_yaml_1_1_hide_no_key() {
    for line_end in ["\u{85}", "\u{2028}", "\u{2029}", "\r"] {
        check(
            &format!("a: x{line_end}b: y\n"),
            &json!([{"a": "x", "b": true}]),
        );
    }
    let file = read("a: x\u{2028}b: é\nc: d\n".as_bytes(), &Limits::default());
    assert_eq!(
        file.documents[0].root.get("c").unwrap().position().offset,
        16
    );
}

#[test]
fn what_the_two_versions_of_yaml_read_differently_is_refused() {
    // Ours: the parser takes all of these, with another meaning.
    refuse("[a:]\n", "1:2: a space is missing");
    refuse("[!!str, {a: 1}]\n", "1:7: a space is missing");
    // As Kubernetes does.
    for text in [
        "a: b: c", "a: @b", "a: `b", "a: %b", "a: [b", "a: 'b", "\ta: [", "a: \u{7}", "a: \0",
        "a: *",
    ] {
        refuse(text, "1:");
    }
}

#[test]
fn a_tab_stands_before_no_key() {
    for (text, place) in [
        ("\ta: 1", "1:2"),
        (" \ta: 1", "1:3"),
        ("---\n\ta: 1", "2:2"),
        ("a:\n  \tb", "2:4"),
        ("a:\n  -\tb", "2:5"),
        ("- \ta: 1", "1:4"),
        ("?\ta\n: 1", "1:3"),
        ("-\t!!str a", "1:3"),
        ("-\t&a b", "1:3"),
        ("- &a b\n-\t*a", "2:3"),
        ("-\t[a]", "1:3"),
        ("-\t{a: 1}", "1:3"),
    ] {
        refuse(text, &format!("{place}: found a tab"));
    }
    for text in [
        "a\t: \t1",
        "a: \t{b: 1}",
        "a: [\tb,\n \tc]",
        "&a\ta: &b\t1",
        "a: 1 \t# c",
        "a: 'b\n\tc'",
        "a: b\n  \tc",
        "a: |\n  \tb",
    ] {
        let file = read(text.as_bytes(), &Limits::default());
        assert_eq!(file.problems, [], "{text:?}");
    }
}

#[test]
fn json_is_read_as_json() {
    check(
        "{\"a\": \"\\ud83d\\ude00\\u00e9\\/\\n\"}",
        &json!([{"a": "😀é/\n"}]),
    );
    check("{\"a\": \"\\ud83d\"}", &json!([{"a": "\u{fffd}"}]));
    check(
        " {\"a\": 1}{\"b\": [true, null, -1.5e3, []]}\n{}\n",
        &json!([{"a": 1}, {"b": [true, null, -1500, []]}, {}]),
    );
    check(
        "{\"<<\": {\"a\": 1}, \"y\": \"y\"}",
        &json!([{"<<": {"a": 1}, "y": "y"}]),
    );
    check("{\"a\": 1, \"a\": 2}", &json!([{"a": 2}]));
    check("{\"a\": 1}\n---\nb: 1\n", &json!([{"a": 1}, {"b": 1}]));
    check("{a: 1}\n---\nb: 1\n", &json!([{"a": 1}, {"b": 1}]));
    check("{\n\t\"a\": 1,\n}\n", &json!([{"a": 1}]));
    check("[1, {\"a\": 2}]", &json!([[1, {"a": 2}]]));
    check(
        &format!("{{\"{}\": 1}}", "k".repeat(5_000)),
        &json!([{"k".repeat(5_000): 1}]),
    );
    refuse("{\"a\": [1, @]}", "1:11: ");
    let file = read(b"{\"a\":1}{\"b\":1}\n---\nc: 1\n", &Limits::default());
    assert_eq!(file.documents.len(), 2);
    assert_eq!(file.problems[0].position.to_string(), "2:1");
}

#[test]
fn utf_16_is_read_and_bad_bytes_cost_their_document() {
    let text = "a: é\n---\nb: 😀\n";
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    let big = text.encode_utf16().flat_map(u16::to_be_bytes);
    let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(little).collect();
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(big).collect();
    for utf16 in [little, big] {
        assert_eq!(
            read(&utf16, &Limits::default()),
            read(text.as_bytes(), &Limits::default())
        );
        let cut = read(&utf16[..utf16.len() - 1], &Limits::default());
        assert_eq!(cut.problems.len(), 1);
    }
    let file = read(b"a: 1\n---\nb: \xff\n---\nc: 1\n", &Limits::default());
    assert_eq!(file.documents.len(), 2);
    assert_eq!(file.problems[0].to_string(), "3:4: invalid UTF-8");
}

#[test]
fn every_node_has_its_place() {
    let text = "# top\nspec: # right\n  é: [a, 'b']\n  list:\n  - x: 1\n    w: {z: 2}\n  text: |\n    t\nend: &e\n  - 3\nagain: *e\n";
    let file = read(text.as_bytes(), &Limits::default());
    let root = &file.documents[0].root;
    // Each with the text that stands there.
    for (pointer, place, end, source) in [
        ("", "2:1", "11:10", "spec:"),
        ("/spec/é", "3:6", "3:14", "[a, 'b']"),
        ("/spec/é/1", "3:10", "3:13", "'b'"),
        ("/spec/list", "5:5", "6:14", "x: 1"),
        ("/spec/list/0/w/z", "6:12", "6:13", "2}"),
        ("/spec/text", "8:5", "9:1", "t\nend"),
        ("/again", "11:8", "11:10", "*e"),
        ("/again/0", "10:5", "10:6", "3\n"),
    ] {
        let node = root.at(pointer).unwrap();
        let got = (node.position().to_string(), node.end().to_string());
        assert_eq!(got, (place.to_owned(), end.to_owned()), "{pointer}");
        let (_, rest) = text.split_at(node.position().offset);
        assert!(rest.starts_with(source), "{pointer}");
    }
    assert_eq!(
        root.entry("again").unwrap().key.position().to_string(),
        "11:1"
    );
    let comments: Vec<String> = file.documents[0]
        .comments
        .iter()
        .map(|comment| format!("{}{}", comment.position, comment.text))
        .collect();
    assert_eq!(comments, ["1:1 top", "2:7 right"]);
}

#[test]
fn pointers_reach_only_what_is_there() {
    let document = read_one(b"a/b: {~: 0}\nc: [x, z]\n", &Limits::default());
    assert!(document.is_err());
    let root = read_one(b"a/b: {\"~\": 0}\nc: [x, z]\n", &Limits::default())
        .unwrap()
        .root;
    assert_eq!(root.at("/a~1b/~0").unwrap().as_int(), Some(0));
    assert_eq!(root.at("/c/1").unwrap().as_str(), Some("z"));
    for pointer in ["/c/01", "/c/+1", "/c/2", "/c/-", "/d", "c", "/c/0/0"] {
        assert!(root.at(pointer).is_none(), "{pointer}");
    }
}

#[test]
fn a_file_of_known_shape_says_where_it_is_wrong() {
    let root = |text: &str| read_one(text.as_bytes(), &Limits::default()).unwrap().root;
    let file = root("name: x\nage: 1e3\nlist: [1]\nok: yes\n");
    assert_eq!(file.want("name").unwrap().want_str(), Ok("x"));
    assert_eq!(file.want("age").unwrap().want_int(), Ok(1000));
    assert_eq!(file.want("ok").unwrap().want_bool(), Ok(true));
    assert_eq!(
        file.want("list").unwrap().want_items().map(<[Node]>::len),
        Ok(1)
    );
    assert_eq!(file.want_only(&["name", "age", "list", "ok"]), Ok(()));
    let error = |result: Result<(), Problem>| result.unwrap_err().to_string();
    let void = |result: Result<&Node, Problem>| error(result.map(|_| ()));
    assert_eq!(void(file.want("none")), "1:1: `none` is missing");
    assert_eq!(
        void(file.get("age").unwrap().want("x")),
        "2:6: expected a mapping, found a number"
    );
    assert_eq!(
        error(file.get("age").unwrap().want_str().map(|_| ())),
        "2:6: expected a text, found a number"
    );
    assert_eq!(
        error(file.want_only(&["name", "list", "ok"])),
        "2:1: unknown key `age`; known are `name`, `list`, `ok`"
    );
    assert_eq!(
        error(root("a: 1\na: 2\n").want_only(&["a"])),
        "2:1: key `a` is there twice"
    );
    let one = |text: &str| {
        read_one(text.as_bytes(), &Limits::default())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(one(""), "1:1: the file is empty");
    assert_eq!(
        one("a: 1\n---\nb: 1\n"),
        "3:1: a second document; only one is expected"
    );
}

#[test]
fn aliases_of_a_long_text_cost_its_length() {
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(1 << 20),
        "*a, ".repeat(100)
    );
    refuse(&long, "2:101: excessive aliasing");
}

#[test]
fn limits_are_problems() {
    let bomb = |levels: usize| {
        let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        let level = |level: usize| {
            let alias = format!("*a{}, ", level - 1).repeat(10);
            format!("a{level}: &a{level} [{alias}]\n")
        };
        let lines: Vec<String> = (1..levels).map(level).collect();
        first + &lines.concat()
    };
    assert_eq!(read(bomb(4).as_bytes(), &Limits::default()).problems, []);
    refuse(&bomb(12), "6:20: excessive aliasing");
    let merge_bomb = bomb(12)
        .replace('[', "{<<: [")
        .replace(']', "]}")
        .replace("x,", "{x: 1},")
        .replace("x]", "{x: 1}]");
    refuse(&merge_bomb, "6:15: excessive aliasing");
    for open in ["[", "{a: ", "- ", "? ", "- - - ", "{\"a\":", "[{\"a\":"] {
        let file = read(open.repeat(100_000).as_bytes(), &Limits::default());
        assert_eq!(file.problems[0].kind, model::GapKind::Limited, "{open}");
    }
    let deep = |alias: &str| format!("{}{alias}{}", "[".repeat(200), "]".repeat(200));
    refuse(
        &format!("- &a {}\n- {}\n", deep("x"), deep("*a")),
        "2:203: nested deeper than 255",
    );
    let keys: Vec<String> = (0..20_000).map(|key| format!("k{key}: 1, ")).collect();
    let merges = format!(
        "{}{{{}}}{}",
        "{<<: ".repeat(100),
        keys.concat(),
        "}".repeat(100)
    );
    refuse(&format!("- {merges}"), "1:");
    let stairs: Vec<String> = (0..300).map(|depth| " ".repeat(depth) + "a:\n").collect();
    refuse(&stairs.concat(), "256:256");
    let few = Limits {
        documents: 3,
        nodes: 100,
        bytes: 10_000,
        ..Limits::default()
    };
    let file = read(b"a\n---\n".repeat(1_000).as_slice(), &few);
    assert_eq!((file.documents.len(), file.problems.len()), (3, 1));
    assert_eq!(file.problems[0].kind, model::GapKind::Limited);
    let file = read(b"[\n---\n".repeat(1_000).as_slice(), &few);
    assert_eq!((file.documents.len(), file.problems.len()), (0, 4));
    let file = read(b"{}".repeat(1_000).as_slice(), &few);
    assert_eq!((file.documents.len(), file.problems.len()), (3, 1));
    let file = read(
        format!("[{}]\n---\na: 1\n", "1,".repeat(200)).as_bytes(),
        &few,
    );
    assert_eq!((file.documents.len(), file.problems.len()), (0, 2));
    let file = read(&[b'#'; 10_001], &few);
    assert_eq!(file.problems[0].kind, model::GapKind::Limited);
    let file = read("#\n".repeat(200).as_bytes(), &few);
    assert_eq!(file.problems[0].kind, model::GapKind::Limited);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
        read(&bytes, &Limits::default());
    }

    #[test]
    fn no_mix_of_marks_makes_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "a", "1", ": ", "- ", "? ", "\n", "  ", "{", "}", "[", "]", ", ", "&x ", "*x", "<<: ", "|\n", ">\n", "'", "\"", "#",
        "!!int ", "!t ", "---\n", "...\n", "\\u00", "\\ud83d", "\t", "\r", "\u{feff}", "\u{2028}", "%YAML 1.2\n", "{\"a\":", "\0",
    ]), 0..40)) {
        let text = parts.concat();
        let file = read(text.as_bytes(), &Limits::default());
        for document in &file.documents {
            prop_assert!(document.root.position() <= document.root.end());
            document.root.to_json();
        }
        for problem in &file.problems {
            prop_assert!(problem.position.offset <= text.len());
        }
    }

    #[test]
    fn any_json_comes_back(text in "[a-z\\PC\"\\\\\n]{0,20}", int in any::<i64>(), float in -1e6_f64..1e6) {
        let value = json!({"text": text, "list": [int, {"float": float.trunc() + 0.5}, null, true, text]});
        for written in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let file = read(written.as_bytes(), &Limits::default());
            prop_assert_eq!(file.documents[0].root.to_json(), value.clone());
        }
    }
}

/// A key is a name, or what is written: a version must not be a number.
#[test]
fn names_of_json_are_as_printed_or_as_written() {
    for (text, printed, written) in [
        (
            "1.10: {0777: a}",
            r#"{"1.1":{"511":"a"}}"#,
            r#"{"1.10":{"0777":"a"}}"#,
        ),
        (
            "{1.1: a, 1.10: b}",
            r#"{"1.1":"b"}"#,
            r#"{"1.1":"a","1.10":"b"}"#,
        ),
        (
            "{'1.10': a, 1.10: b, 1.1: c}",
            r#"{"1.1":"c","1.10":"a"}"#,
            r#"{"1.1":"c","1.10":"b"}"#,
        ),
        (
            "[{on: a, yes: b}]",
            r#"[{"true":"b"}]"#,
            r#"[{"on":"a","yes":"b"}]"#,
        ),
        (
            "{x: &x {1.10: a, 1.1: b, c: d}, z: {<<: *x, c: e}}",
            r#"{"x":{"1.1":"b","c":"d"},"z":{"1.1":"b","c":"e"}}"#,
            r#"{"x":{"1.1":"b","1.10":"a","c":"d"},"z":{"1.1":"b","c":"e"}}"#,
        ),
    ] {
        let document = read_one(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(document.root.to_json().to_string(), printed, "{text}");
        assert_eq!(
            document.root.to_json_as_written().to_string(),
            written,
            "{text}"
        );
    }
}

/// Each value is walked once, however deep the names stand twice.
#[test]
fn names_that_stand_twice_cost_no_more_at_each_depth() {
    let text = format!("{}a{}", "{1.1: a, 1.10: ".repeat(100), "}".repeat(100));
    let document = read_one(text.as_bytes(), &Limits::default()).unwrap();
    let json = document.root.to_json_as_written().to_string();
    assert_eq!(json.matches("1.10").count(), 100);
}
