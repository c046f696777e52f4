//! What strangers wrote never acts on a terminal: no control, no hidden mark, no forged line.

use testkit::{SavedImage, save};

use crate::program::{Run, Sandbox, list, text};

/// Text as an enemy writes it: colours, a title, a cursor moved up, a forged line, marks that turn
/// the reading round, a tab, a NUL-like end, a C1 control, commands of CI systems.
const EVIL: &[&str] = &[
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b[2A\x1b[2Kgone",
    "a\r0 findings",
    "x\u{202e}exe.txt",
    "x\u{2066}y\u{2069}",
    "zero\u{200b}width\u{feff}",
    "c1\u{9b}31m",
    "e\u{301}\u{301}\u{301}",
    "::error::pwn",
    "x ::set-output name=a::b",
    "\n::error::pwn",
    "##[error]pwn",
    "x##vso[task.setvariable variable=PATH]y",
    // broken where a line of 80 columns ends
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa::error::pwn",
];

#[test]
fn evil_names_of_packages_do_not_act() {
    for evil in EVIL {
        let installed = format!(
            "P:openssl\nV:1.1.1d-r2\nA:x86_64\no:openssl\nm:{evil}\nL:{evil}\n\n\
             P:{evil}\nV:{evil}\nA:{evil}\no:{evil}\n\n"
        );
        let image = SavedImage::new().tag("shop/api:1.4").layer(&[
            ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n"),
            ("lib/apk/db/installed", &installed),
        ]);
        assert_safe(image, evil);
    }
}

#[test]
fn evil_names_of_distributions_do_not_act() {
    for evil in EVIL {
        for release in [
            format!("ID={evil}\nVERSION_ID={evil}\nPRETTY_NAME={evil}\n"),
            format!("ID=\"alpine\"\nVERSION_ID=\"{evil}\"\n"),
        ] {
            let image = SavedImage::new().tag("shop/api:1.4").layer(&[
                ("etc/os-release", &release),
                (
                    "lib/apk/db/installed",
                    "P:openssl\nV:1.1.1d-r2\nA:x86_64\n\n",
                ),
            ]);
            assert_safe(image, evil);
        }
    }
}

#[test]
fn evil_tags_labels_and_paths_do_not_act() {
    for evil in EVIL {
        let image = SavedImage::new()
            .tag(&format!("shop/{evil}:1"))
            .tag(evil)
            .label(evil, evil)
            .label("org.opencontainers.image.base.name", evil)
            .layer(&[
                ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n"),
                (
                    &format!("usr/lib/python3/{evil}-1.dist-info/METADATA"),
                    "Name: a\n",
                ),
                (&format!("opt/{evil}.jar"), "PK"),
                (&format!("opt/{evil}/package-lock.json"), "{}"),
                (&format!("var/lib/dpkg/status.d/{evil}"), "Package"),
            ]);
        assert_safe(image, evil);
    }
}

#[test]
fn evil_words_in_errors_do_not_act() {
    let sandbox = terminal();
    for evil in EVIL {
        sandbox.write(&format!("{evil}.tar"), "no tar");
        let image = SavedImage::new().tag(evil);
        sandbox.write(
            "two.tar",
            save(&[image, SavedImage::new().tag("b").label("other", "")]).unwrap(),
        );
        sandbox.write("bad.yaml", format!("{evil}: 1\n"));
        sandbox.write("evil.yaml", format!("severity: \"{evil}\"\n"));
        for arguments in [
            vec!["image", "--input", &format!("{evil}.tar")],
            vec!["image", "--input", &format!("{evil}-missing")],
            vec!["image", "--input", "two.tar"],
            vec!["image", "--input", "two.tar", &format!("{evil}-none")],
            vec!["image", "--input", "two.tar", "--config", "bad.yaml"],
            vec!["image", "--input", "two.tar", "--config", "evil.yaml"],
            vec!["image", evil],
            vec!["image", "--input", "two.tar", "--platform", evil],
            vec![
                "image",
                "--input",
                "two.tar",
                "--skip-files",
                &format!("[{evil}"),
            ],
            vec!["image", "--input", "two.tar", "--severity", evil],
            vec!["image", "--format", evil],
            vec![&format!("--{evil}")],
            vec![evil],
        ] {
            let run = sandbox.run_with(&arguments);
            assert!(matches!(run.code, Some(2 | 3)), "{arguments:?}: {run:?}");
            assert_clean(&run, evil);
        }
    }
}

#[test]
fn odd_names_of_the_corpus_do_not_act() {
    let Some(archive) = testkit::corpus("hostile/names-odd.tar") else {
        return;
    };
    for arguments in ["", "--wide", "--strict", "--debug"] {
        let run = terminal().run(&format!(
            "image --input {} --color never {arguments}",
            archive.display()
        ));
        assert_clean(&run, arguments);
    }
}

/// A sandbox in which escapes go through, as on a terminal.
fn terminal() -> Sandbox {
    Sandbox::new().with("CLICOLOR_FORCE", "1")
}

/// Scans the image as a table in every way, and as JSON, which keeps the text as it is.
fn assert_safe(image: SavedImage, evil: &str) {
    let sandbox = terminal();
    sandbox.write("evil.tar", save(&[image]).unwrap());
    for arguments in [
        "",
        "--wide",
        "--debug --strict --exit-code 7",
        "--fail-on severity>=low",
        "-o table=report.txt",
    ] {
        let run = sandbox.run(&format!("image --input evil.tar --color never {arguments}"));
        assert_ne!(run.code, None);
        assert_clean(&run, evil);
        if arguments.starts_with("-o") {
            let report = sandbox.read("report.txt");
            assert_eq!(foul(&report), None, "{evil:?}");
            assert!(!report.lines().any(is_command), "{evil:?}: {report}");
        }
    }
    let report = sandbox.run("image --input evil.tar -f json").json();
    assert_eq!(text(&report, "/ArtifactName"), "evil.tar");
    let packages = list(&report, "/Results/0/Packages");
    assert!(
        packages.len() < 3,
        "a line break made a package: {packages:?}"
    );
}

fn assert_clean(run: &Run, evil: &str) {
    for output in [&run.stdout, &run.stderr] {
        assert_eq!(foul(output), None, "{evil:?} in {output:?}");
        let command = output.lines().find(|line| is_command(line));
        assert_eq!(command, None, "{evil:?}");
    }
}

/// Whether a CI system takes a line of its log for a command.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")
}

/// Returns the first character that acts instead of showing, but for the end of a line.
fn foul(text: &str) -> Option<char> {
    text.chars().find(|char| {
        let acts = matches!(char,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{300}'..='\u{36f}' | '\u{feff}');
        acts || (char.is_control() && *char != '\n')
    })
}
