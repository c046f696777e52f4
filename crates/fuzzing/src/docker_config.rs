//! Proves that files of credentials are read or refused the same way again, in one line that quotes no
//! value, and that registries are listed in order and without what belongs to no name.

use std::path::Path;

use registry::{DockerConfig, check_pull_secret};

/// Reads `input` as Docker's file and as a pull secret.
///
/// # Panics
/// If one of these does not hold.
pub fn check(input: &[u8]) {
    let read = || DockerConfig::parse(Path::new("config.json"), input);
    match (read(), read()) {
        (Ok(config), Ok(again)) => {
            let known = config.known();
            assert_eq!(known, again.known());
            assert!(known.is_sorted());
            assert!(known.iter().all(|(name, _)| !name.starts_with("https://")));
        }
        (Err(error), Err(again)) => {
            let error = error.to_string();
            assert_eq!(error, again.to_string());
            assert!(error.starts_with("config.json: it is no JSON of Docker's form, at line "));
            assert!(error.len() < 120, "{error}");
        }
        (one, other) => assert!(one.is_ok() == other.is_ok(), "{one:?} and then {other:?}"),
    }
    let text = |result: Result<usize, registry::RegistryError>| result.map_err(|e| e.to_string());
    let secret = text(check_pull_secret(input));
    assert_eq!(secret, text(check_pull_secret(input)));
}

/// Returns one of each.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        r#"{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"},"a.io/team":{"identitytoken":"t"}},"credsStore":"pass","credHelpers":{"b.io":"ecr-login"}}"#,
        "kind: Secret\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{\"*.a.io\":{\"auth\":\"dTpw\"}}}'\n",
        "kind: List\nitems:\n- {kind: Secret, type: kubernetes.io/dockercfg, data: {.dockercfg: e30=}}\n",
        "",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
