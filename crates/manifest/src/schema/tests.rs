//! What is valid, and what is said about what is not.

use yaml::Limits;

use super::*;

fn check_text(schema: Schema<'_>, text: &str, want: &[&str]) {
    let document = yaml::read_one(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(check(schema, &document.root), want, "{text}");
}

#[test]
fn files_are_named_as_published() {
    for (api_version, kind, want) in [
        ("v1", "Pod", "pod-v1.json"),
        ("apps/v1", "Deployment", "deployment-apps-v1.json"),
        (
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            "clusterrole-rbac-v1.json",
        ),
    ] {
        assert_eq!(file_name(api_version, kind), want);
    }
}

#[test]
fn says_what_does_not_fit() {
    let pod = built_in("pod-v1.json").unwrap();
    let ok = "{kind: Pod, metadata: {creationTimestamp: null}, spec: {containers: [{name: a}]}}";
    check_text(pod, ok, &[]);
    check_text(
        pod,
        "{apiVersion: v2, spec: {hostNetwrk: 1, x: 2, hostPID: [], containers: [{image: 1}, 7]}}",
        &[
            "at '/apiVersion': value must be 'v1'",
            "at '/spec': additional properties 'hostNetwrk', 'x' not allowed",
            "at '/spec/containers/0': missing property 'name'",
            "at '/spec/containers/0/image': got number, want null or string",
            "at '/spec/containers/1': got number, want null or object",
            "at '/spec/hostPID': got array, want null or boolean",
        ],
    );
    check_text(
        pod,
        "spec: {containers: [{name: a, resources: {limits: {cpu: ~, memory: yes}}}], \
         activeDeadlineSeconds: 1.0, priority: 1.5}",
        &[
            "at '/spec/containers/0/resources/limits/cpu': 'oneOf' failed, subschemas 0, 1 matched",
            "at '/spec/containers/0/resources/limits/memory': 'oneOf' failed, none matched   \
             - at '/spec/containers/0/resources/limits/memory': got boolean, want null or string   \
             - at '/spec/containers/0/resources/limits/memory': got boolean, want null or number",
            "at '/spec/priority': got number, want null or integer",
        ],
    );
    assert!(built_in("podsecuritypolicy-policy-v1beta1.json").is_none());
}

#[test]
fn reads_schemas_from_files() {
    let text = r##"{
      "definitions": {"T": {"properties": {"next": {"$ref": "#/definitions/T"}, "a/b": {"enum": ["x", "y"]}}}},
      "type": "object", "required": ["p", "q"], "properties": {"t": {"$ref": "#/definitions/T"}},
      "additionalProperties": {"type": ["integer", "null"], "minimum": 3}
    }"##;
    let read = read(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(read.ignored, ["minimum"]);
    let schema = read.schema().unwrap();
    check_text(
        schema,
        "{t: {next: {next: {a/b: z}}}, m: s}",
        &[
            "at '': missing properties 'p', 'q'",
            "at '/m': got string, want null or integer",
            "at '/t/next/next/a~1b': value must be one of 'x', 'y'",
        ],
    );
    for bad in [
        "[]",
        "{type: text}",
        "{items: {$ref: other.json}}",
        "{items: {$ref: '#/definitions/none'}}",
    ] {
        assert!(
            super::read(bad.as_bytes(), &Limits::default()).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn the_table_is_what_its_source_says() {
    let Some(path) = testkit::shared("conformance/kubesec.tar.gz") else {
        return;
    };
    let data = testkit::members(&path).unwrap();
    let bytes = &data["kubesec/schema/k8s-1.37.0-strict.json"];
    let limits = Limits {
        nodes: 8_000_000,
        ..Limits::default()
    };
    assert!(pack(bytes, &limits).unwrap() == include_str!("kinds.txt"));
}
