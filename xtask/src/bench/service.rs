//! The service under `wrk` with eight connections, on this machine.

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::manifests::{Bench, DEPLOYMENT, Figure};

/// Scans in a second, and milliseconds within which 99 of 100 are answered.
const LIMITS: (f64, f64) = (8_000.0, 5.0);

const SECONDS: &str = "10s";

/// Sends the same Deployment again and again.
pub(super) fn measure(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let script = bench.folder.join("post.lua");
    let body = DEPLOYMENT.replace("NUMBER", "1");
    fs::write(
        &script,
        format!("wrk.method = \"POST\"\nwrk.body = [[\n{body}]]\n"),
    )?;
    let mut service = command(bench.program)
        .args(["http", "127.0.0.1:18080"])
        .stderr(Stdio::piped())
        .spawn()?;
    let said = ready(&mut service).and_then(|url| {
        let arguments = ["-t1", "-c8", "-d", SECONDS, "--latency", "-s"];
        let output = command("wrk")
            .args(arguments)
            .arg(&script)
            .arg(url)
            .output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    });
    service.kill()?;
    service.wait()?;
    let said = said?;
    let (scans, late) = figures(&said).ok_or_else(|| format!("wrk said `{said}`"))?;
    let text = |scans: f64, late: f64| format!("{scans:.0}/s, 99 % in {late:.1} ms");
    Ok(Figure {
        text: text(scans, late),
        limit: text(LIMITS.0, LIMITS.1),
        is_within: scans >= LIMITS.0 && late <= LIMITS.1,
    })
}

#[expect(clippy::disallowed_methods, reason = "a benchmark starts programs")]
fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// Waits for the line that says where it listens.
fn ready(service: &mut Child) -> Result<String, Box<dyn Error>> {
    let errors = service.stderr.take().ok_or("no standard error")?;
    let mut line = String::new();
    BufReader::new(errors).read_line(&mut line)?;
    let address = line.trim().rsplit(' ').next().unwrap_or_default();
    Ok(format!("http://{address}/scan"))
}

/// Reads scans in a second and milliseconds out of what `wrk --latency` says; none if any failed.
pub(super) fn figures(said: &str) -> Option<(f64, f64)> {
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        return None;
    }
    let value = |name: &str| said.lines().find_map(|line| line.trim().strip_prefix(name));
    let scans = value("Requests/sec:")?.trim().parse().ok()?;
    let late = value("99%")?.trim();
    let late = match late.strip_suffix("ms") {
        Some(number) => number.parse().ok()?,
        None => late.strip_suffix("us")?.parse::<f64>().ok()? / 1000.0,
    };
    Some((scans, late))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_wrk_says() {
        let said = "     50%  800.00us\n     99%    2.31ms\nRequests/sec:   8123.45\n";
        assert_eq!(figures(said), Some((8123.45, 2.31)));
        let said = "     99%  900.00us\nRequests/sec:   1.00\n";
        assert_eq!(figures(said), Some((1.0, 0.9)));
        assert_eq!(
            figures(&format!("{said}  Non-2xx or 3xx responses: 3\n")),
            None
        );
    }
}
