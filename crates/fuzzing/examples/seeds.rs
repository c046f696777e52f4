//! Writes the seeds of every target to `fuzz/corpus/<target>/`, from where `cargo fuzz` takes them.

use std::fs;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    for target in fuzzing::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz/corpus")
            .join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}
