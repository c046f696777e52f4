//! Bodies that no header bounds, and two who fetch the same. Servers that break are those of the program's
//! tests.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use super::*;
use crate::{Deadline, Proxies, Settings, Trust};

/// Starts a server that sends a head and then as much as anybody reads.
fn endless(head: &'static str) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = [0; 4_096];
            let _request = stream.read(&mut asked);
            let mut open = stream.write_all(head.as_bytes()).is_ok();
            while open {
                // a chunk of 16 bytes, for whom chunks are announced
                open = stream.write_all(b"10\r\n0123456789abcdef\r\n").is_ok();
            }
        }
    });
    Url::parse(&format!("http://{address}/x")).unwrap()
}

fn agent(url: &Url) -> Agent {
    let settings = Settings {
        proxies: Proxies::default(),
        system_certificates: None,
        certificates: Vec::new(),
        insecure: [url.authority()].into(),
        deadline: Deadline::after(Duration::from_mins(1)),
    };
    Agent::new(Arc::new(settings), url.clone(), Trust::default())
}

#[test]
fn a_body_without_a_length_ends_at_the_limit() {
    for head in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let url = endless(head);
        let download = Download {
            agent: &agent(&url),
            url: &url,
            limit: 1_000_000,
            patience: Patience::Full,
            told: &|_, _| {},
        };
        let path = folder.path().join("x.part");
        let mut part = Part::open(&path, Deadline::after(Duration::ZERO)).unwrap();
        let error = download.fetch(&mut part, None).unwrap_err();
        assert!(
            matches!(
                error,
                DownloadError::TooLong {
                    limit: 1_000_000,
                    ..
                }
            ),
            "{head}: {error}"
        );
        assert!(path.metadata().unwrap().len() <= 1_000_000, "{head}");
    }
}

#[test]
fn two_do_not_fetch_into_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.part");
    let open = |millis| Part::open(&path, Deadline::after(Duration::from_millis(millis)));
    let first = open(0).unwrap();
    let error = open(100).unwrap_err();
    assert!(matches!(error, DownloadError::Busy { .. }), "{error}");
    // whoever waits gets a file of its own, and not the one that is gone
    thread::scope(|threads| {
        let second = threads.spawn(|| open(30_000).unwrap());
        thread::sleep(Duration::from_millis(200));
        first.forget();
        let second = second.join().unwrap();
        assert!(second.is_empty() && path.exists());
        assert!(open(0).is_err());
        second.forget();
    });
    assert!(!path.exists());
}
