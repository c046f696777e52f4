//! Programs that listen: started, asked over plain HTTP, ended.

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;

use archive::read_at_most;
use serde_json::{Value, json};

/// Bytes of an answer.
const MOST: u64 = 64 << 20;

/// A program that listens until it is dropped.
pub(super) struct Running {
    child: Child,
    /// What it says at first: `https://127.0.0.1:8443`.
    pub(super) url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _is_gone = self.child.kill();
        let _is_gone = self.child.wait();
    }
}

impl Running {
    /// Starts a program that writes `listening on URL` to standard error.
    pub(super) fn start(command: &mut Command) -> Result<Self, Box<dyn Error>> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut log = BufReader::new(child.stderr.take().ok_or("no standard error")?);
        let mut running = Self {
            child,
            url: String::new(),
        };
        let mut line = String::new();
        log.read_line(&mut line)?;
        // nobody reads the log, but it must not fill up
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let url = line.trim().strip_prefix("listening on ");
        url.ok_or_else(|| format!("it said `{line}`"))?
            .clone_into(&mut running.url);
        Ok(running)
    }

    /// Asks, and returns the body of the answer.
    pub(super) fn ask(
        &self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<String, Box<dyn Error>> {
        let address = self.url.rsplit('/').next().unwrap_or_default();
        let mut stream = TcpStream::connect(address)?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let answer = String::from_utf8(read_at_most(&stream, MOST)?)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(head.to_owned().into());
        }
        Ok(body.to_owned())
    }

    /// Returns the megabytes that it has in memory now.
    #[expect(clippy::disallowed_methods, reason = "a file of the running system")]
    pub(super) fn megabytes(&self) -> Result<f64, Box<dyn Error>> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix("VmRSS:"));
        let kb = line.and_then(|line| line.split_whitespace().next());
        Ok(kb.ok_or("no VmRSS")?.parse::<f64>()? / 1000.0)
    }
}

/// Returns what the API server's plugin asks about images.
pub(super) fn image_review(images: &[String]) -> String {
    let containers: Vec<Value> = images.iter().map(|image| json!({"image": image})).collect();
    let review = json!({
        "kind": "ImageReview", "apiVersion": "imagepolicy.k8s.io/v1alpha1", "metadata": {},
        "spec": {"containers": containers, "namespace": "shop"}, "status": {"allowed": false},
    });
    review.to_string()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark starts programs")]
pub(super) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}
