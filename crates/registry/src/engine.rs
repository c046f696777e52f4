//! An image in the store of an engine on this machine, Docker or Podman: asked for through the socket
//! of its API, as the archive that `docker save` writes.
//!
//! HTTP/1.0, so that the body is what comes until the end. Source of truth: Docker Engine API,
//! `GET /images/NAME/json` and `GET /images/get`, which Podman has, too.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use model::ImageName;
use net::Deadline;

use crate::names;

/// Bytes of the head of an answer.
const MAX_HEAD_BYTES: u64 = 64 << 10;

/// Whether the engine behind a socket has an image of this name.
///
/// # Errors
/// Nobody answers there, or what answers is no engine.
pub fn engine_has(socket: &Path, name: &ImageName, deadline: Deadline) -> io::Result<bool> {
    let (status, _) = ask(socket, &format!("/images/{}/json", full(name)), deadline)?;
    match status {
        200 => Ok(true),
        404 => Ok(false),
        other => Err(io::Error::other(format!("the engine answers {other}"))),
    }
}

/// Returns the archive of an image, as it comes.
///
/// # Errors
/// Nobody answers, or there is no such image any more.
pub fn engine_save(
    socket: &Path,
    name: &ImageName,
    deadline: Deadline,
) -> io::Result<impl Read + Send + use<>> {
    let name: String = form_urlencoded::byte_serialize(full(name).as_bytes()).collect();
    let (status, body) = ask(socket, &format!("/images/get?names={name}"), deadline)?;
    if status != 200 {
        return Err(io::Error::other(format!("the engine answers {status}")));
    }
    Ok(body)
}

/// Returns the name in full: what a short one means is not for the engine to say.
fn full(name: &ImageName) -> String {
    let repository = format!("{}/{}", names::domain(name), name.repository());
    let reference = names::reference(name);
    let mark = if name.digest().is_some() { '@' } else { ':' };
    format!("{repository}{mark}{reference}")
}

/// Asks, and returns the status and the body.
fn ask(socket: &Path, path: &str, deadline: Deadline) -> io::Result<(u16, BufReader<UnixStream>)> {
    let stream = UnixStream::connect(socket)?;
    deadline.check()?;
    stream.set_read_timeout(deadline.left())?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: engine\r\n\r\n");
    (&stream).write_all(request.as_bytes())?;
    let mut reader = BufReader::new(stream);
    let status = head(&mut reader)?;
    Ok((status, reader))
}

/// Reads the head of an answer, and returns its status.
fn head(reader: &mut impl io::BufRead) -> io::Result<u16> {
    let no_engine = || io::Error::new(io::ErrorKind::InvalidData, "what answers is no engine");
    let mut left = reader.take(MAX_HEAD_BYTES);
    let mut status = None;
    loop {
        let mut line = Vec::new();
        left.read_until(b'\n', &mut line)?;
        let line = String::from_utf8_lossy(&line).to_ascii_lowercase();
        if !line.ends_with('\n') {
            return Err(no_engine());
        }
        match line.trim_end() {
            "" => return status.ok_or_else(no_engine),
            chunked if chunked.starts_with("transfer-encoding:") => return Err(no_engine()),
            first if status.is_none() => {
                let mut words = first.split(' ');
                let is_http = words.next().is_some_and(|word| word.starts_with("http/1."));
                let number = words.next().and_then(|word| word.parse().ok());
                status = number.filter(|_| is_http);
                status.ok_or_else(no_engine)?;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_head_and_nothing_of_the_body() {
        for (text, want) in [
            (
                "HTTP/1.0 200 OK\r\nContent-Type: application/x-tar\r\n\r\nbody",
                Some((200, "body")),
            ),
            ("HTTP/1.1 404 Not Found\n\n", Some((404, ""))),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n",
                None,
            ),
            ("HTTP/1.1 200 OK\r\n", None),
            ("SSH-2.0-OpenSSH\r\n\r\n", None),
            ("\r\n", None),
            ("", None),
        ] {
            let mut reader = BufReader::new(text.as_bytes());
            let status = head(&mut reader).ok();
            let mut body = String::new();
            for line in reader.lines().take(2) {
                body.push_str(&line.unwrap());
            }
            assert_eq!(status.map(|status| (status, &*body)), want, "{text:?}");
        }
        let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(70_000));
        assert!(head(&mut BufReader::new(long.as_bytes())).is_err());
    }

    #[test]
    fn short_names_are_spelled_out() {
        for (name, want) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("a.io:5000/x:1", "a.io:5000/x:1"),
        ] {
            assert_eq!(full(&name.parse().unwrap()), want);
        }
    }
}
