//! Kubelet's credential providers: programs that give credentials for images that fit their patterns.
//!
//! Source of truth: `CredentialProviderConfig` of `kubelet.config.k8s.io/v1` and the request and
//! response of `credentialprovider.kubelet.k8s.io/v1`. One that needs a token of a service account is
//! passed over: there is no pod to take one of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use net::{Deadline, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::go_json::nullable;
use super::matching::{Keyring, fits};
use super::program::{Run, run};
use super::{Found, unfit};
use crate::unquoted::unquoted;
use crate::{Credential, RegistryError};

/// The group of requests and responses.
const GROUP: &str = "credentialprovider.kubelet.k8s.io";

/// How long a plugin may take: kubelet's minute.
const TIME: Duration = Duration::from_mins(1);

/// The plugins of a node.
#[derive(Debug)]
pub(crate) struct Plugins {
    providers: Vec<Provider>,
    folder: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    name: String,
    match_images: Vec<String>,
    api_version: String,
    #[serde(default, deserialize_with = "nullable")]
    args: Vec<String>,
    #[serde(default, deserialize_with = "nullable")]
    env: Vec<Variable>,
    token_attributes: Option<TokenAttributes>,
}

#[derive(Debug, Deserialize)]
struct Variable {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenAttributes {
    #[serde(default, deserialize_with = "nullable")]
    require_service_account: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    api_version: String,
    kind: String,
    providers: Vec<Provider>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(default, deserialize_with = "nullable")]
    api_version: String,
    kind: String,
    #[serde(default, deserialize_with = "nullable")]
    cache_key_type: String,
    auth: Option<BTreeMap<String, Login>>,
}

#[derive(Deserialize)]
struct Login {
    #[serde(default, deserialize_with = "nullable")]
    username: String,
    #[serde(default, deserialize_with = "nullable")]
    password: String,
}

impl Config {
    /// Reads the tree of a file, part by part, so that the smallest that is of another form is told by
    /// its place. Variables hold secrets: no value is told.
    fn of(root: &yaml::Node) -> Result<Self, String> {
        for provider in root.get("providers").map_or(&[][..], yaml::Node::items) {
            for variable in provider.get("env").map_or(&[][..], yaml::Node::items) {
                part::<Variable>(variable)?;
            }
            part::<Provider>(provider)?;
        }
        part(root)
    }
}

fn part<T: DeserializeOwned>(node: &yaml::Node) -> Result<T, String> {
    serde_json::from_value(node.to_json()).map_err(|error| {
        let place = place_of(node.position());
        format!("{place}: {}", unquoted(&error.to_string()))
    })
}

fn place_of(position: yaml::Position) -> String {
    format!("line {}, column {}", position.line, position.column)
}

impl Plugins {
    /// Reads the configuration; `folder` holds the programs.
    ///
    /// # Errors
    /// It makes no sense.
    pub(crate) fn read(path: &Path, bytes: &[u8], folder: PathBuf) -> Result<Self, RegistryError> {
        let document = yaml::read_one(bytes, &yaml::Limits::default()).map_err(|problem| {
            // what the problem quotes may be a secret
            let why = format!(
                "{}, it is neither YAML nor JSON",
                place_of(problem.position)
            );
            unfit(path, why)
        })?;
        let config = Config::of(&document.root).map_err(|why| unfit(path, why))?;
        if config.kind != "CredentialProviderConfig" {
            return Err(unfit(path, "its kind is not CredentialProviderConfig"));
        }
        if !is_version_of("kubelet.config.k8s.io", &config.api_version) {
            return Err(unfit(
                path,
                "its apiVersion is not kubelet.config.k8s.io/v1",
            ));
        }
        let mut providers = config.providers.iter();
        if let Some(odd) = providers.find(|of| !is_version_of(GROUP, &of.api_version)) {
            let why = format!("the apiVersion of `{}` is not {GROUP}/v1", odd.name);
            return Err(unfit(path, why));
        }
        if let Some(bad) = config.providers.iter().find(|of| !is_name(&of.name)) {
            let why = format!("`{}` is no name of a program", bad.name);
            return Err(unfit(path, why));
        }
        Ok(Self {
            providers: config.providers,
            folder,
        })
    }

    /// Asks every plugin whose patterns fit, in order. One that fails is noted, and the others are asked, as
    /// kubelet does.
    pub(crate) fn find(&self, image: &str, deadline: Deadline, found: &mut Found) {
        for provider in &self.providers {
            let needs_pod = provider.token_attributes.as_ref();
            let needs_pod = needs_pod.is_some_and(|token| token.require_service_account);
            let is_asked = provider
                .match_images
                .iter()
                .any(|pattern| fits(pattern, image));
            if is_asked && !needs_pod {
                match self.ask(provider, image, deadline) {
                    Ok(credentials) => found.credentials.extend(credentials),
                    Err(why) => {
                        let name = provider.name.clone();
                        let failed = RegistryError::Helper { name, why };
                        found.failed.push(failed.to_string());
                    }
                }
            }
        }
    }

    fn ask(
        &self,
        provider: &Provider,
        image: &str,
        deadline: Deadline,
    ) -> Result<Vec<Credential>, String> {
        let request = json!({
            "kind": "CredentialProviderRequest",
            "apiVersion": provider.api_version,
            "image": image,
        });
        let variables = provider.env.iter();
        let variables: Vec<_> = variables
            .map(|variable| (variable.name.clone(), variable.value.clone()))
            .collect();
        let ended = run(&Run {
            program: &self.folder.join(&provider.name),
            arguments: &provider.args,
            variables: &variables,
            input: request.to_string().as_bytes(),
            time: TIME,
            deadline,
        })?;
        if !ended.is_success {
            return Err(format!("it failed for {image}"));
        }
        keyring(&ended.output, provider).map(|keyring| keyring.find(image))
    }
}

/// Reads a plugin's answer.
fn keyring(output: &[u8], provider: &Provider) -> Result<Keyring, String> {
    let response: Response = serde_json::from_slice(output)
        .map_err(|_quotes_the_secret| "its answer is no JSON of a response".to_owned())?;
    if response.kind != "CredentialProviderResponse" {
        return Err("its answer is no CredentialProviderResponse".to_owned());
    }
    if response.api_version != provider.api_version {
        let asked = &provider.api_version;
        return Err(format!("its answer has another apiVersion than {asked}"));
    }
    if !matches!(&*response.cache_key_type, "Image" | "Registry" | "Global") {
        // kubelet discards such an answer, too
        return Ok(Keyring::default());
    }
    let mut keyring = Keyring::default();
    for (pattern, login) in response.auth.into_iter().flatten() {
        let place = format!("credential provider {}", provider.name);
        let password = Secret::new(login.password);
        keyring.add(
            &pattern,
            Credential::basic(&login.username, password, &place),
        );
    }
    Ok(keyring)
}

/// Whether an API is one of the versions of a group that kubelet knows; what is read here is the same in all.
fn is_version_of(group: &str, api: &str) -> bool {
    let version = api.strip_prefix(group).and_then(|it| it.strip_prefix('/'));
    matches!(version, Some("v1" | "v1beta1" | "v1alpha1"))
}

/// A name leads to a program in the folder, and nowhere else.
fn is_name(name: &str) -> bool {
    let is_odd = |c: char| c == '/' || c.is_whitespace() || c.is_control();
    !matches!(name, "" | "." | "..") && !name.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
- name: NAME
  matchImages: ['*.example.io', 'a.io/team']
  defaultCacheDuration: 1h
  apiVersion: credentialprovider.kubelet.k8s.io/v1
  args: [get]
  env: [{name: REGION, value: here}]
";

    #[test]
    fn names_lead_into_the_folder_only() {
        let read = |name: &str| {
            let config = CONFIG.replace("NAME", name);
            Plugins::read(Path::new("c.yaml"), config.as_bytes(), PathBuf::from("bin"))
        };
        assert!(read("ecr").is_ok());
        for name in ["../evil", "a/b", "..", "'a b'"] {
            assert!(read(name).is_err(), "{name}");
        }
    }

    #[test]
    fn versions_that_kubelet_does_not_know_are_refused() {
        for (from, to, want) in [
            (
                "kubelet.config.k8s.io/v1\n",
                "kubelet.config.k8s.io/v1beta1\n",
                None,
            ),
            ("args: [get]", "args:", None),
            (
                "kubelet.config.k8s.io/v1\n",
                "kubelet.config.k8s.io/v9\n",
                Some("c.yaml: its apiVersion is not kubelet.config.k8s.io/v1"),
            ),
            (
                "credentialprovider.kubelet.k8s.io/v1",
                "v1",
                Some("c.yaml: the apiVersion of `ecr` is not credentialprovider.kubelet.k8s.io/v1"),
            ),
        ] {
            let config = CONFIG.replace("NAME", "ecr").replace(from, to);
            let read = Plugins::read(Path::new("c.yaml"), config.as_bytes(), PathBuf::from("bin"));
            assert_eq!(read.err().map(|error| error.to_string()).as_deref(), want);
        }
    }

    #[test]
    fn what_is_of_another_form_is_told_without_its_values() {
        for (from, to, want) in [
            (
                "[{name: REGION, value: here}]",
                "['AWS_SECRET_ACCESS_KEY=hunter2']",
                "c.yaml: line 9, column 9: expected struct Variable",
            ),
            (
                "[{name: REGION, value: here}]",
                "[{name: REGION, value: [hunter2]}]",
                "c.yaml: line 9, column 9: expected a string",
            ),
            (
                "[{name: REGION, value: here}]",
                "hunter2",
                "c.yaml: line 4, column 3: expected a sequence",
            ),
            (
                "[{name: REGION, value: here}]",
                "[{value: hunter2}]",
                "c.yaml: line 9, column 9: missing field `name`",
            ),
            (
                "[{name: REGION, value: here}]",
                "[hunter2",
                "c.yaml: line 9, column 8, it is neither YAML nor JSON",
            ),
            (
                "kind: C",
                "kind: [hunter2] # C",
                "c.yaml: line 1, column 1: expected a string",
            ),
        ] {
            let config = CONFIG.replace("NAME", "ecr").replace(from, to);
            let read = Plugins::read(Path::new("c.yaml"), config.as_bytes(), PathBuf::from("bin"));
            assert_eq!(read.unwrap_err().to_string(), want, "{config}");
        }
    }

    #[test]
    fn an_answer_is_a_keyring_of_its_own() {
        let config = CONFIG.replace("NAME", "ecr");
        let bin = PathBuf::from("bin");
        let plugins = Plugins::read(Path::new("c.yaml"), config.as_bytes(), bin).unwrap();
        let origins = |json: &str, image: &str| {
            let keyring = keyring(json.as_bytes(), &plugins.providers[0])?;
            let origin = |credential: Credential| credential.origin().to_owned();
            Ok::<_, String>(
                keyring
                    .find(image)
                    .into_iter()
                    .map(origin)
                    .collect::<Vec<_>>(),
            )
        };
        let good = r#"{"kind":"CredentialProviderResponse","apiVersion":"credentialprovider.kubelet.k8s.io/v1",
            "cacheKeyType":"Registry","cacheDuration":"6h","auth":{"*.example.io":{"username":"AWS","password":"hunter2"}}}"#;
        let of_plugin = vec!["user \"AWS\" from credential provider ecr".to_owned()];
        assert_eq!(origins(good, "1.example.io/x"), Ok(of_plugin));
        assert_eq!(origins(good, "b.io/x"), Ok(vec![]));
        let nulls = good.replace("\"password\":", "\"password\":null,\"other\":");
        let nulls = nulls.replace("\"6h\"", "null");
        assert_eq!(origins(&nulls, "1.example.io/x").unwrap().len(), 1);
        let discarded = good.replace("Registry\"", "Node\"");
        assert_eq!(origins(&discarded, "1.example.io/x"), Ok(vec![]));
        for bad in [
            good.replace("Response", "Request"),
            good.replace("k8s.io/v1", "k8s.io/v9"),
            good.replace("apiVersion", "hunter2"),
            "hunter2".to_owned(),
        ] {
            let error = origins(&bad, "1.example.io/x").unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
