//! How fast text is looked at for secrets: that of this machine's own `/usr/share`.

use std::error::Error;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::manifests::{Bench, Figure};
use super::measure::{self, Program, run};

/// Text, as most machines have it.
const SOURCE: &str = "/usr/share";
/// Megabytes in a second of one core, of the whole program.
const MB_PER_SECOND: f64 = 250.0;
/// Bytes that tell text from programs.
const HEAD: usize = 8_192;

/// Copies the text files and scans the copy for nothing but secrets. Seconds are those of the
/// processors, so that other work does not count.
pub(super) fn measure(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let folder = bench.folder.join("text");
    let bytes = copy(&folder)?;
    let (mut seconds, mut all) = (0.0, 0);
    for _ in 0..bench.rounds {
        let program = Program::new(bench.program)
            .arg("rootfs")
            .arg("--quiet")
            .arg("--scanners")
            .arg("secret")
            .arg("--format")
            .arg("github")
            .arg(&folder);
        seconds += run(&program)?.cpu_seconds;
        all += bytes;
    }
    let speed = measure::to_f64(all) / 1e6 / seconds;
    Ok(Figure {
        text: format!("{speed:.0} MB/s"),
        limit: format!("{MB_PER_SECOND:.0} MB/s"),
        is_within: speed >= MB_PER_SECOND,
    })
}

/// Copies every text file, numbered, and returns how many bytes they have.
fn copy(to: &Path) -> Result<u64, Box<dyn Error>> {
    let mut folders = vec![PathBuf::from(SOURCE)];
    let (mut bytes, mut number) = (0, 0_u32);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)?.filter_map(Result::ok) {
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && is_text(&path) {
                // in folders as a distribution's are: a few dozen files each
                let here = to.join((number / 64).to_string());
                fs::create_dir_all(&here)?;
                bytes += fs::copy(&path, here.join(number.to_string()))?;
                number += 1;
            }
        }
    }
    Ok(bytes)
}

fn is_text(path: &Path) -> bool {
    let mut head = vec![0; HEAD];
    let read = File::open(path).and_then(|mut file| file.read(&mut head));
    read.is_ok_and(|len| len > 0 && !head.get(..len).unwrap_or_default().contains(&0))
}
