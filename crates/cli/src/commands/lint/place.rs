//! Where the image is: in an archive, at Docker's daemon, or in a registry, by the options that Dockle has.

use std::path::Path;
use std::sync::Arc;

use clap::ArgMatches;
use model::ImageName;
use net::Secret;
use pipeline::{Settings, Source};

use crate::error::Failure;
use crate::image_source;
use crate::settings::Environment;

/// Returns where the image is, and which one of an archive it is.
pub(super) fn find(
    matches: &ArgMatches,
    environment: &Environment,
    settings: &Settings,
) -> Result<(Source, Option<String>), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let name = text("image");
    if let Some(input) = text("input") {
        let source = match input {
            "-" => Source::Stdin,
            path => Source::Path(path.into()),
        };
        return Ok((source, name.map(ToOwned::to_owned)));
    }
    let Some(name) = name else {
        return Err(
            Failure::usage("nothing to look at").with("next", "seaworthy lint --input FILE")
        );
    };
    if Path::new(name).exists() {
        let why = format!("`{name}` is a file: archives are given with --input");
        return Err(Failure::usage(why).with("next", format!("seaworthy lint --input {name}")));
    }
    let image: ImageName = name
        .parse()
        .map_err(|bad| Failure::usage(format!("{bad}")))?;
    let mut environment = environment.clone();
    if let Some(host) = text("host") {
        environment = environment.with_variable("DOCKER_HOST", host);
    }
    if let Some(password) = text("password") {
        environment = environment.with_password(Secret::new(password.to_owned()));
    }
    let bounds = (settings.deadline, &settings.limits);
    let mut source = image_source::find(image, matches, &environment, bounds)?;
    if let Source::Registry(place) = &mut source {
        let (image, access) = &mut **place;
        let is_insecure = matches.get_one::<bool>("insecure") == Some(&true);
        if let (true, Some(net)) = (is_insecure, Arc::get_mut(&mut access.net)) {
            net.insecure.insert(image.registry().to_owned());
        }
        if let Some(url) = text("authurl") {
            let host = url.split_once("://").map_or(url, |(_, rest)| rest);
            let host = host.split('/').next().unwrap_or_default();
            access.token_servers.insert(host.to_ascii_lowercase());
        }
    }
    Ok((source, None))
}
