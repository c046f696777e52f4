//! Files of distributions, and what they tell.

use std::fmt::Write as _;

use model::ImagePath;

use super::*;

/// Reads files given as path and text, and shows family, version and rolling.
fn os(files: &[(&str, &str)], manner: Manner) -> String {
    let content = |entry| Content { layer: 0, entry };
    let bytes: BTreeMap<Content, &[u8]> = (0..)
        .zip(files)
        .map(|(n, (_, text))| (content(n), text.as_bytes()))
        .collect();
    let mut list: Vec<File> = (0..)
        .zip(files)
        .map(|(n, (path, _))| File {
            path: ImagePath::new(path.as_bytes()),
            content: content(n),
        })
        .collect();
    list.sort_by_key(|file| FILES.iter().position(|path| *path == file.path.as_str()));
    let (os, gaps) = read(&list, &bytes, manner);
    let mut told = match os {
        Some(os) => {
            let rolling = if os.is_rolling { " rolling" } else { "" };
            format!("{} {}{rolling} by {}", os.family, os.version, os.told_by)
        }
        None => "none".to_owned(),
    };
    for gap in gaps {
        write!(told, "; {}: {}", gap.place, gap.why).unwrap();
    }
    told
}

const BOOKWORM: &str =
    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n";

/// Files, and what they tell.
type Case = (&'static [(&'static str, &'static str)], &'static str);

const CASES: &[Case] = &[
    (
        &[
            ("etc/os-release", BOOKWORM),
            ("etc/debian_version", "12.5\n"),
        ],
        "debian 12.5 by etc/os-release",
    ),
    (
        &[("usr/lib/os-release", BOOKWORM)],
        "debian 12 by usr/lib/os-release",
    ),
    (
        &[
            ("etc/os-release", "ID=debian\n"),
            ("etc/debian_version", "trixie/sid\n"),
        ],
        "debian trixie/sid rolling by etc/os-release",
    ),
    (
        &[
            ("etc/os-release", BOOKWORM),
            ("etc/debian_version", "kali-rolling\n"),
        ],
        "debian 12 by etc/os-release",
    ),
    (
        &[
            (
                "etc/os-release",
                "ID=kali\nID_LIKE=debian\nVERSION_ID=2024.1\n",
            ),
            ("etc/debian_version", "kali-rolling\n"),
        ],
        "kali 2024.1 by etc/os-release",
    ),
    (
        &[("etc/debian_version", "10.1\n")],
        "debian 10.1 by etc/debian_version",
    ),
    (
        &[("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n")],
        "alpine 3.18.4 by etc/os-release",
    ),
    (
        &[(
            "etc/os-release",
            "ID=alpine\nVERSION_ID=3.21.0_alpha20240923\n",
        )],
        "alpine 3.21.0_alpha20240923 rolling by etc/os-release",
    ),
    (
        &[("etc/alpine-release", "3.10.4\n")],
        "alpine 3.10.4 by etc/alpine-release",
    ),
    (
        &[(
            "etc/lsb-release",
            "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=18.04\n",
        )],
        "ubuntu 18.04 by etc/lsb-release",
    ),
    (
        &[(
            "etc/centos-release",
            "CentOS Linux release 7.6.1810 (Core)\n",
        )],
        "centos 7.6.1810 by etc/centos-release",
    ),
    (
        &[("etc/redhat-release", "CentOS release 6.9 (Final)\n")],
        "centos 6.9 by etc/redhat-release",
    ),
    (
        &[(
            "etc/os-release",
            "ID=\"centos\"\nNAME=\"CentOS Stream\"\nVERSION_ID=\"9\"\n",
        )],
        "centos-stream 9 by etc/os-release",
    ),
    (
        &[
            ("etc/os-release", "ID=\"amzn\"\nVERSION_ID=\"2\"\n"),
            ("etc/system-release", "Amazon Linux release 2 (Karoo)\n"),
        ],
        "amazon 2 (Karoo) by etc/os-release",
    ),
    (
        &[
            ("etc/os-release", "ID=\"centos\"\nVERSION_ID=\"7\"\n"),
            (
                "etc/centos-release",
                "CentOS Linux release 7.6.1810 (Core)\n",
            ),
        ],
        "centos 7.6.1810 by etc/os-release",
    ),
    (
        &[
            ("etc/os-release", "ID=\"ol\"\n"),
            ("etc/oracle-release", "Oracle Linux Server release 8.4\n"),
            (
                "etc/redhat-release",
                "Red Hat Enterprise Linux release 8.5 (Ootpa)\n",
            ),
        ],
        "oracle 8.4 by etc/os-release",
    ),
    (
        &[
            ("etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"8.4\"\n"),
            (
                "etc/redhat-release",
                "Red Hat Enterprise Linux release 8.5 (Ootpa)\n",
            ),
        ],
        "redhat 8.4 by etc/os-release",
    ),
    (
        &[
            (
                "etc/redhat-release",
                "Red Hat Enterprise Linux release 8.0 (Ootpa)\n",
            ),
            (
                "usr/lib/oracle-release",
                "Oracle Linux Server release 8.0\n",
            ),
        ],
        "oracle 8.0 by usr/lib/oracle-release",
    ),
    (
        &[(
            "usr/lib/system-release",
            "Amazon Linux release 2023.3.20240108 (Amazon Linux)\n",
        )],
        "amazon 2023.3.20240108 (Amazon Linux) by usr/lib/system-release",
    ),
    (
        &[("etc/system-release", "Amazon Linux AMI release 2018.03\n")],
        "amazon AMI release 2018.03 by etc/system-release",
    ),
    (
        &[(
            "x86_64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release",
            "ID=bottlerocket\nVERSION_ID=1.34.0\n",
        )],
        "bottlerocket 1.34.0 by x86_64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release",
    ),
    (
        &[("etc/fedora-release", "Fedora release 36 (Thirty Six)\n")],
        "fedora 36 by etc/fedora-release",
    ),
    (
        &[("etc/redhat-release", "Rocky Linux release 8.5,x (Green)\n")],
        "rocky 8.5 by etc/redhat-release",
    ),
    (
        &[("etc/os-release", "ID=\"opensuse\"\nVERSION_ID=\"42.3\"\n")],
        "opensuse-leap 42.3 by etc/os-release",
    ),
    (
        &[("etc/os-release", "ID=\"sles\"\nVERSION_ID=\"15.3\"\n")],
        "sles 15.3 by etc/os-release",
    ),
    (
        &[("etc/os-release", "ID=\"sl-micro\"\nVERSION_ID=\"6.0\"\n")],
        "slem 6.0 by etc/os-release",
    ),
    (
        &[("etc/os-release", "ID=photon\nVERSION_ID=4.0\n")],
        "photon 4.0 by etc/os-release",
    ),
    (
        &[("etc/os-release", "ID=azurelinux\nVERSION_ID=\"3.0\"\n")],
        "azurelinux 3.0 by etc/os-release",
    ),
    (
        &[("etc/os-release", "ID=mariner\nVERSION_ID=\"2.0\"\n")],
        "cbl-mariner 2.0 by etc/os-release",
    ),
    (
        &[("etc/os-release", "ID=wolfi\nVERSION_ID=20230201\n")],
        "wolfi 20230201 rolling by etc/os-release",
    ),
    (
        &[("etc/os-release", "ID='rhel'\nVERSION_ID='9.2'\n")],
        "redhat 9.2 by etc/os-release",
    ),
    (
        &[
            ("etc/os-release", "garbage"),
            ("etc/alpine-release", "3.9.1"),
        ],
        "alpine 3.9.1 by etc/alpine-release",
    ),
    (
        &[
            (
                "etc/lsb-release",
                "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n",
            ),
            ("etc/debian_version", "bookworm/sid\n"),
        ],
        "ubuntu 22.04 by etc/lsb-release",
    ),
    (
        &[
            ("etc/lsb-release", "DISTRIB_ID=Kali\nDISTRIB_RELEASE=2020\n"),
            ("etc/debian_version", "12.1\n"),
        ],
        "kali 2020 by etc/lsb-release",
    ),
    (
        &[
            ("etc/lsb-release", "DISTRIB_ID=Debian\nDISTRIB_RELEASE=12\n"),
            ("etc/debian_version", "12.1\n"),
        ],
        "debian 12.1 by etc/lsb-release",
    ),
    (
        &[
            (
                "etc/lsb-release",
                "DISTRIB_ID=Debian\nDISTRIB_RELEASE=testing\n",
            ),
            ("etc/debian_version", "trixie/sid\n"),
        ],
        "debian trixie/sid rolling by etc/lsb-release",
    ),
    (
        &[
            ("etc/lsb-release", "LSB_VERSION=1.4\n"),
            ("etc/debian_version", "12.1\n"),
        ],
        "debian 12.1 by etc/debian_version",
    ),
    (
        &[(
            "etc/apk/repositories",
            "https://a.example/alpine/v3.9/main\n",
        )],
        "alpine 3.9 by etc/apk/repositories",
    ),
    (
        &[(
            "etc/redhat-release",
            "Scientific Linux release 7.9 (Nitrogen)\n",
        )],
        "none",
    ),
    (&[("etc/os-release", "\0\0\0")], "none"),
    (&[], "none"),
];

#[test]
fn tells_distributions_by_their_files() {
    for (files, want) in CASES {
        assert_eq!(os(files, Manner::Own), *want, "{files:?}");
    }
}

#[test]
fn trivy_takes_derivatives_for_their_parent() {
    let kali = "ID=kali\nID_LIKE=debian\nVERSION_ID=2024.1\n";
    for (files, want) in [
        (
            &[("etc/os-release", kali), ("etc/debian_version", "12.1\n")][..],
            "debian 12.1 by etc/debian_version",
        ),
        (&[("etc/os-release", BOOKWORM)], "none"),
        (
            &[
                ("etc/lsb-release", "DISTRIB_ID=Kali\nDISTRIB_RELEASE=2020\n"),
                ("etc/debian_version", "kali-rolling\n"),
            ],
            "debian kali-rolling by etc/debian_version",
        ),
        (
            &[
                (
                    "etc/lsb-release",
                    "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n",
                ),
                ("etc/debian_version", "bookworm/sid\n"),
            ],
            "ubuntu 22.04 by etc/lsb-release",
        ),
        (
            &[("etc/os-release", "ID=wolfi\nVERSION_ID=20230201\n")],
            "wolfi 20230201 rolling by etc/os-release",
        ),
        (
            &[("etc/os-release", "ID=coreos\nVERSION_ID=1\n")],
            "coreos 1 by etc/os-release",
        ),
        (
            &[("etc/os-release", "ID=activestate\nVERSION_ID=1\n")],
            "activestate 1 by etc/os-release",
        ),
        (&[("etc/os-release", "ID=rocky\n")], "none"),
        (
            &[
                ("etc/os-release", "ID=rocky\n"),
                ("etc/rocky-release", "Rocky Linux release 9.3 (x)\n"),
            ],
            "rocky 9.3 by etc/rocky-release",
        ),
        (
            &[(
                "etc/redhat-release",
                "Scientific Linux release 7.9 (Nitrogen)\n",
            )],
            "redhat 7.9 by etc/redhat-release",
        ),
        (
            &[("etc/redhat-release", "Scientific Linux release x\n")],
            "none",
        ),
    ] {
        assert_eq!(os(files, Manner::Trivy), want, "{files:?}");
    }
}

#[test]
fn trivy_takes_what_the_lower_layer_tells() {
    let file = |layer, path: &str| File {
        path: ImagePath::new(path.as_bytes()),
        content: Content { layer, entry: 0 },
    };
    let contents: BTreeMap<Content, &[u8]> = [
        (0, &b"3.10.4"[..]),
        (1, b"3.11.5"),
        (2, b"Red Hat Enterprise Linux release 8.0 (Ootpa)"),
        (3, b"Oracle Linux Server release 8.1"),
        (4, b"https://a.example/alpine/v3.12/main"),
    ]
    .map(|(layer, text)| (Content { layer, entry: 0 }, text))
    .into();
    let alpine = |layer| file(layer, "etc/alpine-release");
    let repositories = file(4, apk_repositories::FILE);
    for (files, want) in [
        (vec![alpine(0), alpine(1)], "alpine 3.10.4 "),
        (
            vec![alpine(0), alpine(1), repositories],
            "alpine 3.10.4 3.12",
        ),
        (
            vec![file(2, "etc/redhat-release"), file(3, "etc/oracle-release")],
            "oracle 8.1 ",
        ),
    ] {
        let (os, _) = read(&files, &contents, Manner::Trivy);
        let os = os.unwrap();
        assert_eq!(
            format!("{} {} {}", os.family, os.version, os.repository),
            want
        );
    }
}

#[test]
fn ubuntu_pro_tells_that_packages_are_of_extended_maintenance() {
    let lsb = (
        "etc/lsb-release",
        "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=18.04\n",
    );
    let debian = ("etc/debian_version", "12.5\n");
    let on = r#"{"services":[{"name":"esm-infra","status":"enabled"}]}"#;
    let off = r#"{"services":[{"name":"esm-infra","status":"disabled"}]}"#;
    for (release, status, want) in [
        (lsb, on, "ubuntu 18.04 18.04-ESM"),
        (lsb, off, "ubuntu 18.04 "),
        (debian, on, "debian 12.5 "),
    ] {
        for manner in [Manner::Own, Manner::Trivy] {
            let texts = [release.1, status];
            let path = |path: &str| ImagePath::new(path.as_bytes());
            let content = |entry| Content { layer: 0, entry };
            let files = [
                File {
                    path: path(release.0),
                    content: content(0),
                },
                File {
                    path: path(ubuntu_pro::FILE),
                    content: content(1),
                },
            ];
            let contents = (0..).map(content).zip(texts.map(str::as_bytes)).collect();
            let os = read(&files, &contents, manner).0.unwrap();
            let told = format!("{} {} {}", os.family, os.version, os.repository);
            assert_eq!(told, want, "{manner:?}");
        }
    }
}

#[test]
fn a_file_that_is_too_large_is_told_and_no_half_line_is_read() {
    let long = format!("#{}\nID=debian\nVERSION_ID=12\n", "x".repeat(MOST_BYTES));
    let cut = format!(
        "ID=debian\nA={}\nVERSION_ID=12",
        "x".repeat(MOST_BYTES - 25)
    );
    let why = |len| {
        format!("etc/os-release: it is too large: of its {len} bytes only 65536 were looked at")
    };
    for (text, want) in [(long, "none"), (cut, "debian  rolling by etc/os-release")] {
        let told = os(&[("etc/os-release", &text)], Manner::Own);
        assert_eq!(told, format!("{want}; {}", why(text.len())));
    }
}
