//! Proves that any body gets an answer from kubesec's verdict, the same again, as JSON that is read as
//! the reports it is made of; and that whoever judges all documents judges no fewer.

use manifest::kubesec::{self, BadInput, Documents, Report, Schemas, Settings, Source};

use crate::manifest::small;

/// Judges `input` as the service does a body.
///
/// # Panics
/// If the answer differs the second time, is no JSON, holds what acts on a terminal, or a score is not
/// the sum of its rules.
pub fn check(input: &[u8]) {
    let schemas = Schemas::new(None, Source::BuiltIn);
    let rules = kubesec::selected(&[]).unwrap_or_default();
    let settings = |documents| Settings {
        file_name: "API",
        rules: &rules,
        schemas: &schemas,
        documents,
        limits: small(),
    };
    let answer = |documents| match kubesec::scan(input, &settings(documents)) {
        Ok(scan) => (scan.reports, String::new()),
        Err(bad) => (Vec::new(), refused(&bad)),
    };
    let (reports, why) = answer(Documents::AsKubesec);
    let json = kubesec::to_json(&reports);
    let (reports_again, why_again) = answer(Documents::AsKubesec);
    assert_eq!(
        (&json, &why),
        (&kubesec::to_json(&reports_again), &why_again)
    );
    check_json(&json, reports.len());
    reports.iter().for_each(check_report);
    let (all, _) = answer(Documents::All);
    all.iter().for_each(check_report);
    kubesec::table(&all);
}

fn refused(bad: &BadInput) -> String {
    let why = bad.to_string();
    assert!(!why.is_empty());
    why
}

fn check_json(json: &str, count: usize) {
    let acts = |c: char| c.is_control() && c != '\n';
    assert!(!json.contains(acts), "{json:?}");
    let read = yaml::read_one(
        format!("{{\"reports\":{json}}}").as_bytes(),
        &yaml::Limits::default(),
    );
    let reports = read
        .as_ref()
        .map(|read| read.root.get("reports").map(|list| list.items().len()));
    assert_eq!(reports, Ok(Some(count)), "{json}");
}

fn check_report(report: &Report) {
    let scoring = &report.scoring;
    let hits = scoring.critical.iter().chain(&scoring.passed);
    let sum: i64 = hits.map(|rule| rule.points).sum();
    assert_eq!(report.score, sum, "{report:?}");
    assert!(report.valid || report.rules.is_empty(), "{report:?}");
    assert!(
        !report.message.is_empty() && !report.object.is_empty(),
        "{report:?}"
    );
}

/// Returns bodies that the service is sent: objects, forms, lists, several documents, and none.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 6] = [
        b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n  containers:\n  - {name: a, securityContext: {privileged: true, runAsUser: 10001, capabilities: {drop: [ALL], add: [SYS_ADMIN]}}, resources: {limits: {cpu: 1}}}\n  volumes: [{name: v, hostPath: {path: /var/run/docker.sock}}]\n",
        b"apiVersion: v1\nkind: Pod\n---\napiVersion: apps/v1\nkind: StatefulSet\nspec: {volumeClaimTemplates: [{spec: {accessModes: [ReadWriteOnce]}}]}\n--- # lost\nkind: Pod\n---\n",
        b"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"\\u001b<\"}}",
        b"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {containers: 1}}, null]\n",
        b"file=apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nsubjects: [{name: system:anonymous}]\n",
        b"# nothing\n---\n\n---\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
