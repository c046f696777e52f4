//! `seaworthy db keygen`: a key to sign databases with.

use std::fs::File;
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use advisory::signature::PublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Arg, ArgMatches, Command, value_parser};
use rcgen::{KeyPair, PKCS_ED25519};

use crate::error::Failure;
use crate::exit::Exit;
use crate::output;

/// What stands before the 32 bytes of a private key that comes without its public one: the form that
/// OpenSSL reads and writes. Source of truth: RFC 8410, section 7.
const BEFORE_SEED: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// Where those bytes stand in a key that comes with its public one, which OpenSSL 3.0 does not read.
const SEED_AT: Range<usize> = 16..48;

pub(super) fn define() -> Command {
    Command::new("keygen")
        .about("Make a key to sign databases with")
        .long_about(
            "Make a key of ed25519 to sign databases with: FILE holds the private key, which nobody but its owner may \
             read, and FILE.pub the public one, which is given to who uses the databases. Files that are there are \
             never replaced.",
        )
        .after_help("Example:\n  seaworthy db keygen site.key\n\nThe same with OpenSSL:\n  openssl genpkey -algorithm ed25519 -out site.key\n  openssl pkey -in site.key -pubout -out site.key.pub")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The file of the private key"),
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let secret: &PathBuf = matches
        .get_one("file")
        .ok_or_else(|| Failure::usage("db keygen FILE"))?;
    let mut public = secret.as_os_str().to_owned();
    public.push(".pub");
    let public = PathBuf::from(public);
    let pair = KeyPair::generate_for(&PKCS_ED25519)
        .map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))?;
    let key = PublicKey::parse(&pair.public_key_pem())
        .map_err(|bad| Failure::new(Exit::Unfinished, bad.to_string()))?;
    let seed = pair.serialized_der().get(SEED_AT).unwrap_or_default();
    let text = STANDARD.encode([&BEFORE_SEED[..], seed].concat());
    let text = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    write(secret, 0o600, &text)?;
    write(&public, 0o644, &pair.public_key_pem())?;
    output::print(&format!(
        "{}: private key, keep it where databases are signed and nowhere else\n{}: public key {}, for --db-key\n",
        report::safe(&secret.display().to_string()),
        report::safe(&public.display().to_string()),
        key.fingerprint(),
    ))
}

fn write(path: &Path, mode: u32, text: &str) -> Result<(), Failure> {
    let file = File::options()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error: io::Error| {
        let failure = Failure::new(Exit::Unfinished, format!("{}: {error}", path.display()));
        failure.with("next", "name a file that is not there yet")
    })
}
