//! `AdmissionReview`, what the API server asks validating and mutating webhooks, and what it reads.
//!
//! Source of truth: `admission.k8s.io/v1`, admission.md §2.1.

use policy::image_policy::Outcome;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::gate::Decision;
use crate::json::{self, nullable};

const GROUP: &str = "admission.k8s.io";
/// The version that is served, and the one before, which has the same fields.
const VERSIONS: [&str; 2] = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"];
const KIND: &str = "AdmissionReview";

/// What is asked.
#[derive(Debug)]
pub struct AdmissionReview {
    /// In which version it was asked, and is answered.
    version: &'static str,
    pub(crate) request: Request,
}

/// The request in it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, expecting = "an object")]
pub(crate) struct Request {
    #[serde(deserialize_with = "nullable")]
    pub(crate) uid: String,
    #[serde(deserialize_with = "nullable")]
    pub(crate) kind: Kind,
    #[serde(deserialize_with = "nullable")]
    pub(crate) sub_resource: String,
    pub(crate) namespace: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) operation: String,
    #[serde(deserialize_with = "nullable")]
    pub(crate) user_info: UserInfo,
    pub(crate) object: Option<Box<RawValue>>,
    pub(crate) old_object: Option<Box<RawValue>>,
    pub(crate) dry_run: Option<bool>,
}

/// What kind of object it is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Kind {
    #[serde(deserialize_with = "nullable")]
    pub(crate) kind: String,
}

/// Who asks the API server.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct UserInfo {
    #[serde(deserialize_with = "nullable")]
    pub(crate) username: String,
    pub(crate) groups: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
struct Wire {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    request: Option<Request>,
}

impl AdmissionReview {
    /// Reads a request.
    ///
    /// # Errors
    /// Why it is none: what is answered to it, the API server takes for a failure.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let wire: Wire =
            json::read(body).map_err(|error| format!("it is no JSON of a review: {error}"))?;
        let version = VERSIONS
            .into_iter()
            .find(|version| *version == wire.api_version);
        let version = version.filter(|_| wire.kind == KIND).ok_or_else(|| {
            let got: String = format!("{} {}", wire.api_version, wire.kind)
                .trim()
                .chars()
                .take(100)
                .collect();
            format!("it is `{got}`, and no {GROUP}/v1 {KIND}")
        })?;
        let request = wire.request.filter(|request| !request.uid.is_empty());
        Ok(Self {
            version,
            request: request.ok_or("it has no request with a uid")?,
        })
    }

    /// Returns the answer that lets it pass with nothing to say.
    pub fn pass(&self) -> Value {
        self.answer(json!({"allowed": true}))
    }

    /// Returns the answer that a verdict is.
    pub(crate) fn verdict(&self, decision: &Decision) -> Value {
        let verdict = &decision.verdict;
        let is_allowed = verdict.outcome != Outcome::Deny;
        let mut response = json!({
            "allowed": is_allowed,
            "auditAnnotations": decision.audit,
            "warnings": verdict.warnings(),
        });
        if let (false, Value::Object(response)) = (is_allowed, &mut response) {
            // the code and the reason make kubectl print `Error from server (Forbidden)`
            let status = json!({"code": 403, "reason": "Forbidden", "message": decision.line});
            response.insert("status".to_owned(), status);
        }
        self.answer(response)
    }

    /// Returns the answer that lets it pass with a patch, RFC 6902.
    pub(crate) fn patch(&self, patch: &[Value], encode: impl Fn(&[u8]) -> String) -> Value {
        let patch = Value::from(patch.to_vec()).to_string();
        self.answer(
            json!({"allowed": true, "patchType": "JSONPatch", "patch": encode(patch.as_bytes())}),
        )
    }

    fn answer(&self, mut response: Value) -> Value {
        if let Value::Object(response) = &mut response {
            response.insert("uid".to_owned(), Value::from(self.request.uid.as_str()));
        }
        json!({"apiVersion": self.version, "kind": KIND, "response": response})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorded::recorded;

    #[test]
    fn recorded_reviews_are_read_and_answered_with_their_uid() {
        let Some(path) = testkit::shared("conformance/admission.tar.gz") else {
            return;
        };
        let bodies = recorded(&path, "admissionreview/bodies/");
        assert!(bodies.len() > 3, "{}", bodies.len());
        for (name, body, value) in bodies {
            let review = AdmissionReview::read(&body).unwrap();
            let answer = review.pass();
            assert_eq!(answer["response"]["uid"], value["request"]["uid"], "{name}");
            assert_eq!(answer["apiVersion"], value["apiVersion"], "{name}");
            assert_eq!(
                review.request.operation, value["request"]["operation"],
                "{name}"
            );
            assert_eq!(
                review.request.object.is_some(),
                !value["request"]["object"].is_null(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_null_is_empty() {
        let text = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":null,
            "subResource":null,"namespace":null,"operation":null,"userInfo":null,"object":null,"dryRun":null}}"#;
        let request = AdmissionReview::read(text.as_bytes()).unwrap().request;
        assert_eq!(
            (&*request.sub_resource, &*request.user_info.username),
            ("", "")
        );
        let text = text.replace(
            "\"userInfo\":null",
            r#""userInfo":{"username":null,"groups":null}"#,
        );
        let request = AdmissionReview::read(text.as_bytes()).unwrap().request;
        assert_eq!(request.user_info.username, "");
    }

    #[test]
    fn what_is_no_review_is_told() {
        for (body, why) in [
            ("{}", "it is ``, and no admission.k8s.io/v1 AdmissionReview"),
            (
                r#"{"apiVersion":"admission.k8s.io/v2","kind":"AdmissionReview"}"#,
                "it is `admission.k8s.io/v2 AdmissionReview`, and no admission.k8s.io/v1 AdmissionReview",
            ),
            (
                r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}"#,
                "it has no request with a uid",
            ),
            (
                "null",
                "it is no JSON of a review: invalid type: null, expected an object at line 1 column 4",
            ),
            (
                r#"["admission.k8s.io/v1","AdmissionReview",{"uid":"u","operation":"DELETE"}]"#,
                "it is no JSON of a review: invalid type: sequence, expected an object at line 1 column 0",
            ),
            (
                r#"{"request":{"userInfo":5}}"#,
                "it is no JSON of a review: invalid type: integer `5`, expected an object at line 1 column 24",
            ),
        ] {
            assert_eq!(
                AdmissionReview::read(body.as_bytes()).unwrap_err(),
                why,
                "{body}"
            );
        }
    }
}
