//! Pulling from Debian's `docker-registry` on loopback, against the scan of the same archive.

use std::error::Error;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::manifests::{Bench, Figure};
use super::measure::{Program, median, run};

/// The image: five layers, 133 MB as gzip.
const IMAGE: &str = "bookworm-app-oci.tar";
/// Wall time as a multiple of the archive's.
const RATIO: f64 = 1.15;
/// Seconds with every layer in the cache.
const AGAIN: f64 = 0.060;

/// A registry that runs until it is dropped.
struct Registry {
    child: Child,
    name: String,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _is_gone = self.child.kill();
        let _is_gone = self.child.wait();
    }
}

/// Measures a pull with an empty cache, in pairs with the scan of the archive.
pub(super) fn measure(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let registry = start(bench)?;
    let archive = bench.images.join(IMAGE);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        for (seconds, is_pull) in [(&mut ours, true), (&mut theirs, false)] {
            let cache = bench.folder.join(format!("pull-{round}"));
            let program = image(bench.program, &cache);
            let program = if is_pull {
                program.arg(&registry.name)
            } else {
                program.arg("--input").arg(&archive)
            };
            seconds.push(run(&program)?.seconds);
            fs::remove_dir_all(&cache).ok();
        }
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let ratio = ours / theirs;
    Ok(Figure {
        text: format!("{ratio:.2} x ({ours:.3} s, archive {theirs:.3} s)"),
        limit: format!("{RATIO:.2} x"),
        is_within: ratio <= RATIO,
    })
}

/// Measures a pull whose layers are all in the cache.
pub(super) fn again(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let registry = start(bench)?;
    let cache = bench.folder.join("pull-again");
    let program = image(bench.program, &cache).arg(&registry.name);
    run(&program)?;
    let mut seconds = Vec::new();
    for _ in 0..bench.rounds {
        seconds.push(run(&program)?.seconds);
    }
    let seconds = median(&mut seconds);
    Ok(Figure {
        text: format!("{seconds:.3} s"),
        limit: format!("{AGAIN:.3} s"),
        is_within: seconds <= AGAIN,
    })
}

fn image(program: &Path, cache: &Path) -> Program {
    Program::new(program)
        .arg("image")
        .arg("--quiet")
        .arg("--scanners")
        .arg("vuln")
        .arg("--cache-dir")
        .arg(cache)
}

/// Starts a registry and pushes the image there.
#[expect(clippy::disallowed_methods, reason = "a benchmark starts programs")]
fn start(bench: &Bench<'_>) -> Result<Registry, Box<dyn Error>> {
    let free = TcpListener::bind("127.0.0.1:0")?;
    let host = free.local_addr()?.to_string();
    drop(free);
    let data = bench.folder.join("registry");
    let config = bench.folder.join("registry.yml");
    let text = format!(
        "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\n\
         http: {{addr: '{host}'}}\n",
        data.display()
    );
    fs::write(&config, text)?;
    let child = Command::new("docker-registry")
        .arg("serve")
        .arg(&config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("docker-registry: {error}"))?;
    let name = format!("{host}/bookworm-app:1");
    let registry = Registry { child, name };
    let is_up = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(50));
        TcpStream::connect(&host).is_ok()
    });
    if !is_up {
        return Err(format!("docker-registry does not answer at {host}").into());
    }
    let source = format!("oci-archive:{}", bench.images.join(IMAGE).display());
    let pushed = Command::new("skopeo")
        .args([
            "--insecure-policy",
            "copy",
            "-q",
            "--preserve-digests",
            "--dest-tls-verify=false",
        ])
        .arg(source)
        .arg(format!("docker://{}", registry.name))
        .output()
        .map_err(|error| format!("skopeo: {error}"))?;
    if !pushed.status.success() {
        let why = String::from_utf8_lossy(&pushed.stderr).into_owned();
        return Err(format!("skopeo: {why}").into());
    }
    Ok(registry)
}
