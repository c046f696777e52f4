//! `serve`: known images beside a plain echo in Go, an object of 15 containers, memory, the first decision.

mod running;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Registry, Reply, SavedImage, answer, push};

use super::manifests::{Bench, DEPLOYMENT, Figure};
use super::measure::{median, since, to_f64};
use super::service::figures;
use running::{Running, command, image_review};

/// Of the echo's rate at least, and of its time for 99 of 100 answers at most.
const RATIOS: (f64, f64) = (0.8, 1.5);

/// Milliseconds, server side, of one of two answers.
const DEPLOYMENT_MS: f64 = 1.0;

/// Containers of the object, each of another image.
const CONTAINERS: usize = 15;

/// Images that are known at a time, and megabytes that they may take.
const KNOWN: (usize, f64) = (10_000, 150.0);

/// Seconds from the start of the program to its first decision.
const FIRST: f64 = 0.300;

/// Images that are asked about at once.
const AT_ONCE: usize = 50;

/// The image that is asked about, and where it is.
const NAME: &str = "registry.example/shop/api:1.4";
const IMAGE: &str = "examples/storefront.tar";

const POLICY: &str = "examples/policy.yaml";
const ECHO: &str = include_str!("serving/echo.go");
const SECONDS: &str = "4s";

/// The image whose packages many images have.
const BASE: &str = "bookworm-base.tar";

/// Measures known images under `wrk` with 64 connections, in pairs with the echo.
pub(super) fn known(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let Some(echo) = build_echo(bench.folder) else {
        return Ok(Figure {
            text: "skipped: no Go".to_owned(),
            limit: String::new(),
            is_within: true,
        });
    };
    let [certificate, key] = certificate(bench)?;
    let script = bench.folder.join("review.lua");
    let review = image_review(&[NAME.to_owned()]);
    fs::write(
        &script,
        format!("wrk.method = \"POST\"\nwrk.body = [[{review}]]\n"),
    )?;
    let image = format!("{NAME}={IMAGE}");
    let mut ours = serve(bench, &["--policy", POLICY, "--image", &image]);
    ours.arg("--tls-cert").arg(&certificate);
    let ours = Running::start(ours.arg("--tls-key").arg(&key))?;
    let theirs = Running::start(command(echo).arg(certificate).arg(key))?;
    // the first ones wait for the scan
    wrk(&ours, &script, "1s")?;
    let mut figures = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..bench.rounds {
        let (rate, late) = wrk(&ours, &script, SECONDS)?;
        let (echo_rate, echo_late) = wrk(&theirs, &script, SECONDS)?;
        for (all, one) in figures.iter_mut().zip([rate, late, echo_rate, echo_late]) {
            all.push(one);
        }
    }
    let [rate, late, echo_rate, echo_late] = figures.map(|mut all| median(&mut all));
    let (rates, lates) = (rate / echo_rate, late / echo_late);
    Ok(Figure {
        text: format!(
            "{rates:.2} x, 99 % {lates:.2} x ({rate:.0}/s, 99 % in {late:.1} ms; echo {echo_rate:.0}/s, {echo_late:.1} ms)"
        ),
        limit: format!("{:.2} x, 99 % {:.2} x", RATIOS.0, RATIOS.1),
        is_within: rates >= RATIOS.0 && lates <= RATIOS.1,
    })
}

/// Measures how long an object of 15 containers takes, by the server's own clock.
pub(super) fn deployment(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    const TIMES: u32 = 500;
    let mut server = serve(bench, &["--policy", POLICY]);
    for number in 0..CONTAINERS {
        server
            .arg("--image")
            .arg(format!("{NAME}.{number}={IMAGE}"));
    }
    let server = Running::start(&mut server)?;
    let object = fifteen()?;
    let review = json!({
        "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": "u", "kind": {"group": "apps", "version": "v1", "kind": "Deployment"}, "namespace": "shop",
            "operation": "CREATE", "userInfo": {"username": "alice"}, "object": object,
        },
    });
    let review = review.to_string();
    let before = server.ask("POST", "/validate", &review)?;
    if !before.contains("seaworthy-rules") {
        return Err(format!("it is not judged: {before}").into());
    }
    let before = at_most_a_millisecond(&server)?;
    for _ in 0..TIMES {
        server.ask("POST", "/validate", &review)?;
    }
    let fast = at_most_a_millisecond(&server)? - before;
    let part = fast / f64::from(TIMES);
    Ok(Figure {
        text: format!("{:.0} % within {DEPLOYMENT_MS} ms", part * 100.0),
        limit: format!("50 % within {DEPLOYMENT_MS} ms"),
        is_within: part >= 0.5,
    })
}

/// Measures the memory of a server that knows many images, no two alike.
pub(super) fn memory(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let packages = packages(bench)?;
    let registry = Registry::start(move |asked| match push(&numbered(&asked.path, &packages)) {
        Ok(pushed) => answer(&pushed, asked),
        Err(_) => Reply::Silence(Duration::ZERO),
    })?;
    let host = registry.host();
    let policy = bench.folder.join("many.yaml");
    fs::write(
        &policy,
        "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: many}\nspec:\n  rules:\n  \
         - {name: severe, mode: warn, vulnerabilities: {severity: medium}}\n  \
         - {name: pods, mode: warn, imageRules: {severity: high}}\n  cases: {unscanned: {scanFor: 60s}}\n",
    )?;
    let cache = bench.folder.join("many");
    let mut server = serve(bench, &["--allow-registry", &host, "--insecure", &host]);
    server.args(["--tag-ttl", "1h"]).arg("--policy").arg(policy);
    let server = Running::start(server.arg("--cache-dir").arg(&cache))?;
    let names: Vec<String> = (0..KNOWN.0)
        .map(|number| format!("{host}/img-{number}:1"))
        .collect();
    for some in names.chunks(AT_ONCE) {
        server.ask("POST", "/image-policy", &image_review(some))?;
    }
    // all of them again: nothing was pushed out
    for some in names.chunks(AT_ONCE) {
        server.ask("POST", "/image-policy", &image_review(some))?;
    }
    let megabytes = server.megabytes()?;
    let metrics = server.ask("GET", "/metrics", "")?;
    let images = value(&metrics, "seaworthy_known_images ")?;
    let asked = value(&metrics, "seaworthy_unknown_images_asked_total ")?;
    let found = server.ask(
        "POST",
        "/image-policy",
        &image_review(&[format!("{host}/img-0:1")]),
    )?;
    if !found.contains("known problems") {
        return Err(format!("nothing was found: {found}").into());
    }
    Ok(Figure {
        text: format!(
            "{megabytes:.0} MB with {images:.0} images, which were looked at {asked:.0} times"
        ),
        limit: format!("{:.0} MB, {} images", KNOWN.1, KNOWN.0),
        is_within: megabytes <= KNOWN.1
            && images >= to_f64(u64::try_from(KNOWN.0)?)
            && asked <= images,
    })
}

/// Measures the time from the start of the program to its first decision, the scan in it.
pub(super) fn first(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let image = format!("{NAME}={IMAGE}");
    let review = image_review(&[NAME.to_owned()]);
    let mut seconds = Vec::new();
    for round in 0..bench.rounds {
        let cache = bench.folder.join(format!("first-{round}"));
        let took = since(|| {
            let mut server = serve(bench, &["--policy", POLICY, "--image", &image]);
            let server = Running::start(server.arg("--cache-dir").arg(&cache))?;
            let answer = server.ask("POST", "/image-policy?timeout=30s", &review)?;
            if answer.contains("CVE-") {
                Ok(())
            } else {
                Err(Box::<dyn Error>::from(answer))
            }
        });
        let (took, answered) = took;
        answered?;
        seconds.push(took);
    }
    let seconds = median(&mut seconds);
    Ok(Figure {
        text: format!("{seconds:.3} s"),
        limit: format!("{FIRST:.3} s"),
        is_within: seconds <= FIRST,
    })
}

fn serve(bench: &Bench<'_>, words: &[&str]) -> Command {
    let mut serve = command(bench.program);
    serve.args(["serve", "--listen", "127.0.0.1:0"]).args(words);
    serve
}

/// Returns a Deployment whose pod has 15 containers.
fn fifteen() -> Result<Value, Box<dyn Error>> {
    let text = DEPLOYMENT.replace("NUMBER", "1");
    let node = manifest::read("deployment.yaml", text.as_bytes(), &yaml::Limits::default());
    let root = &node.objects.first().ok_or("no object")?.root;
    let mut object = root.to_json();
    let containers = object.pointer_mut("/spec/template/spec/containers");
    let containers = containers.and_then(Value::as_array_mut);
    let containers = containers.ok_or("no containers")?;
    let first = containers.first().ok_or("no container")?.clone();
    containers.clear();
    for number in 0..CONTAINERS {
        let mut container = first.clone();
        *container.pointer_mut("/name").ok_or("no name")? = json!(format!("c{number}"));
        *container.pointer_mut("/image").ok_or("no image")? = json!(format!("{NAME}.{number}"));
        containers.push(container);
    }
    if let Some(pod) = object
        .pointer_mut("/spec/template/spec")
        .and_then(Value::as_object_mut)
    {
        pod.remove("initContainers");
    }
    Ok(object)
}

/// Returns the packages of a real image, each as its entry in the database.
fn packages(bench: &Bench<'_>) -> Result<Vec<String>, Box<dyn Error>> {
    let output = command(bench.program)
        .args(["image", "--quiet", "--format", "json", "--list-all-pkgs"])
        .arg("--input")
        .arg(bench.images.join(BASE))
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let list = report.pointer("/Results/0/Packages");
    let list = list.and_then(Value::as_array).ok_or("no packages")?;
    let entry = |package: &Value| {
        let text = |name| package.get(name).and_then(Value::as_str);
        let (name, version) = text("ID")?.split_once('@')?;
        let source = text("SrcName")?;
        Some(format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nSource: {source}\nVersion: {version}\n\n"
        ))
    };
    let entries: Option<Vec<String>> = list.iter().map(entry).collect();
    Ok(entries.ok_or("a package without a version")?)
}

/// Returns an image like no other: packages as images have them, one of three left out.
fn numbered(path: &str, packages: &[String]) -> SavedImage {
    let number = path.split('/').find_map(|part| part.strip_prefix("img-"));
    let number: usize = number.and_then(|it| it.parse().ok()).unwrap_or_default();
    let places = packages.iter().zip(number..);
    let kept = places.filter(|(_, place)| !place.is_multiple_of(3));
    let status: String = kept.map(|(entry, _)| entry.as_str()).collect();
    SavedImage::new()
        .layer(&[
            (
                "etc/os-release",
                "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n",
            ),
            ("var/lib/dpkg/status", &status),
        ])
        .layer(&[("srv/number", &number.to_string())])
}

fn build_echo(folder: &Path) -> Option<PathBuf> {
    let source = folder.join("echo.go");
    let program = folder.join("echo");
    fs::write(&source, ECHO).ok()?;
    let built = command("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(&source)
        .output();
    built.ok()?.status.success().then_some(program)
}

/// Returns a certificate and its key, which `install` makes.
fn certificate(bench: &Bench<'_>) -> Result<[PathBuf; 2], Box<dyn Error>> {
    let folder = bench.folder.join("control-plane");
    let made = command(bench.program)
        .args(["install", "--mode", "image-policy", "--out"])
        .arg(&folder)
        .output()?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into());
    }
    Ok(["tls.crt", "tls.key"].map(|name| folder.join("tls").join(name)))
}

/// Returns requests in a second, and milliseconds within which 99 of 100 are answered.
fn wrk(server: &Running, script: &Path, seconds: &str) -> Result<(f64, f64), Box<dyn Error>> {
    let output = command("wrk")
        .args(["-t1", "-c64", "-d", seconds, "--latency", "-s"])
        .arg(script)
        .arg(format!("{}/image-policy", server.url))
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    figures(&said).ok_or_else(|| format!("wrk said `{said}`").into())
}

fn at_most_a_millisecond(server: &Running) -> Result<f64, Box<dyn Error>> {
    let metrics = server.ask("GET", "/metrics", "")?;
    let series = "seaworthy_answer_seconds_bucket{le=\"0.001\",endpoint=\"/validate\"} ";
    value(&metrics, series)
}

/// Returns the value of a series.
fn value(metrics: &str, series: &str) -> Result<f64, Box<dyn Error>> {
    let mut lines = metrics.lines();
    let value = lines.find_map(|line| line.strip_prefix(series));
    Ok(value.ok_or_else(|| format!("no {series}"))?.parse()?)
}
