//! Replays every seed and every input that once broke something.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use fuzzing::TARGETS;

    fn fuzz(path: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz")
            .join(path)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    #[test]
    fn every_seed_holds() {
        for target in TARGETS {
            let seeds = (target.seeds)();
            assert!(!seeds.is_empty(), "{}", target.name);
            for seed in seeds {
                (target.check)(&seed);
            }
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "files of this repository")]
    fn what_was_found_once_stays_mended() {
        let known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        assert_eq!(names(&fuzz("regressions")), known);
        for target in TARGETS {
            let folder = fuzz("regressions").join(target.name);
            let inputs = names(&folder);
            assert!(!inputs.is_empty(), "{}", target.name);
            for input in inputs {
                let bytes = fs::read(folder.join(&input)).unwrap();
                assert!(bytes.len() <= 100 << 10, "{input} is too large to keep");
                (target.check)(&bytes);
            }
        }
    }

    #[test]
    fn every_target_has_its_file_and_the_other_way_round() {
        let known: Vec<_> = TARGETS.iter().map(|it| format!("{}.rs", it.name)).collect();
        assert_eq!(names(&fuzz("targets")), known);
    }
}
