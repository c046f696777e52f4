//! `seaworthy install`: writes the files that a cluster needs to ask `serve`, with new certificates.

mod certificates;
mod files;

use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;
use certificates::Certificates;

pub(crate) const ROW: Row = Row {
    name: "install",
    define,
    run,
};

fn define() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new("install")
        .about("Write the files that a cluster needs to ask `serve`")
        .long_about(
            "Write the files that a cluster needs to ask `serve`, with new certificates and a README that says what each \
             file is, in which order they are used, and how to recover a cluster that is locked out. Nothing is applied, and \
             files that are there are not replaced.\n\n  webhook       Deployment under restricted pod security, and webhook \
             configurations\n  image-policy  the plugin ImagePolicyWebhook, with the server beside the API server\n  static        \
             static webhook manifests of Kubernetes 1.36 and later",
        )
        .after_help(
            "Examples:\n  seaworthy install --mode webhook --server-image registry.example/seaworthy:0.1.0 --out cluster/\n  \
             seaworthy install --mode image-policy --host 127.0.0.1 --out control-plane/",
        )
        .arg(option("mode", "MODE", "What the cluster asks with").required(true).value_parser(["webhook", "image-policy", "static"]))
        .arg(option("out", "DIR", "Folder that the files are written to").required(true).value_parser(value_parser!(PathBuf)))
        .arg(option("namespace", "NAME", "Namespace of the server").default_value("seaworthy").value_parser(label))
        .arg(option("server-image", "IMAGE", "Image of the server, for --mode webhook").required_if_eq("mode", "webhook").value_parser(image))
        .arg(option("host", "HOST", "Where the API server reaches the server, for the other modes").default_value("127.0.0.1").value_parser(host))
        .arg(option("etc", "DIR", "Where the files lie on the control plane").default_value("/etc/seaworthy").value_parser(absolute))
        .arg(option("days", "N", "How long the certificates hold").default_value("365").value_parser(value_parser!(u16).range(1..=3650)))
}

/// A name of Kubernetes: letters, digits and dashes.
fn label(text: &str) -> Result<String, String> {
    let is_of = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(is_of)
        && !text.starts_with('-')
        && !text.ends_with('-');
    if is_label {
        Ok(text.to_owned())
    } else {
        Err("a name has letters, digits and dashes".to_owned())
    }
}

fn image(text: &str) -> Result<String, String> {
    let image: Result<model::ImageName, _> = text.parse();
    image
        .map(|_| text.to_owned())
        .map_err(|bad| bad.to_string())
}

/// A name or an address, which goes into files and certificates as it is.
fn host(text: &str) -> Result<String, String> {
    let is_of = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(is_of)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() <= 253 && text.split('.').all(is_label) {
        Ok(text.to_owned())
    } else {
        Err("a host is a name or an IPv4 address".to_owned())
    }
}

fn absolute(text: &str) -> Result<String, String> {
    let is_of =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_');
    let is_path = text.starts_with('/') && text.bytes().all(is_of);
    if is_path {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("a path from / on, of letters, digits and ./-_".to_owned())
    }
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let mode = text("mode");
    let namespace = text("namespace");
    let days = matches.get_one::<u16>("days").copied().unwrap_or(365);
    let host = if mode == "webhook" {
        format!("seaworthy.{namespace}.svc")
    } else {
        text("host")
    };
    let made = Certificates::make(&host, environment.today(), days);
    let made =
        made.map_err(|error| Failure::new(Exit::Unfinished, format!("certificates: {error}")))?;
    let values = files::Values {
        namespace,
        host,
        etc: text("etc"),
        image: text("server-image"),
        certificates: made,
    };
    let out = matches
        .get_one::<PathBuf>("out")
        .cloned()
        .unwrap_or_default();
    let files = files::of(&mode, &values);
    for (name, content, is_secret) in &files {
        write(&out.join(name), content, *is_secret)?;
    }
    output::print(&format!(
        "{}: {}; begin with README.md\n",
        report::safe(&out.display().to_string()),
        model::counted(files.len(), "file")
    ))
}

/// Writes a file that is not there yet; keys are for their owner alone.
fn write(path: &Path, content: &str, is_secret: bool) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        let failure = Failure::new(Exit::Unfinished, format!("{}: {error}", path.display()));
        failure.with(
            "next",
            "choose a folder that is empty (--out): nothing is replaced",
        )
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mode = if is_secret { 0o600 } else { 0o644 };
    let file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path);
    file.and_then(|mut file| std::io::Write::write_all(&mut file, content.as_bytes()))
        .map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        let long = format!("{}.a", "a".repeat(64));
        for (text, want) in [
            ("seaworthy.shop.example", true),
            ("192.0.2.1", true),
            ("localhost", true),
            ("", false),
            ("a..b", false),
            ("a.", false),
            (".a", false),
            ("-a.b", false),
            ("a-.b", false),
            ("a/b", false),
            ("a\nb", false),
            (&long, false),
        ] {
            assert_eq!(host(text).is_ok(), want, "{text:?}");
        }
    }
}
