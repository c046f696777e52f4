//! What the path of a file says about the secrets in it.

/// How a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Not at all: no one writes secrets into it, and what is in it looks like many.
    Left,
    /// Without what is known by its surroundings only: others wrote it, and published it.
    Brought,
    /// With every rule.
    Own,
}

/// Names of files that list exact versions with their checksums.
const LOCKS: &[&[u8]] = &[
    b"bun.lock",
    b"Cargo.lock",
    b"composer.lock",
    b"flake.lock",
    b"Gemfile.lock",
    b"go.sum",
    b"npm-shrinkwrap.json",
    b"package-lock.json",
    b"Pipfile.lock",
    b"pnpm-lock.yaml",
    b"poetry.lock",
    b"uv.lock",
    b"yarn.lock",
];

/// Endings of fonts, pictures, sounds and films.
const PICTURES: &[&[u8]] = &[
    b"avif", b"bmp", b"eot", b"flac", b"gif", b"ico", b"jpeg", b"jpg", b"mkv", b"mp3", b"mp4",
    b"ogg", b"otf", b"pcf", b"pfb", b"png", b"svg", b"svgz", b"tif", b"tiff", b"ttc", b"ttf",
    b"wav", b"webm", b"webp", b"woff", b"woff2", b"xpm",
];

/// Folders into which package managers of languages unpack what they bring.
const BROUGHT: &[&[u8]] = &[b"dist-packages", b"node_modules", b"site-packages"];

/// Folders of samples within those.
const SAMPLES: &[&[u8]] = &[
    b"test",
    b"tests",
    b"testdata",
    b"example",
    b"examples",
    b"docs",
];

/// Folders of documentation.
const MANUALS: &[&[u8]] = &[b"usr/share/doc/", b"usr/share/info/", b"usr/share/man/"];

/// Says how a file is looked at.
pub(crate) fn kind(path: &[u8]) -> Kind {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let ending = name
        .iter()
        .rposition(|&byte| byte == b'.')
        .and_then(|at| name.get(at + 1..));
    let is_picture = ending.is_some_and(|ending| {
        PICTURES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    });
    if is_picture || LOCKS.contains(&name) || has(path, b".git/objects/") {
        Kind::Left
    } else if parts(path).any(|part| BROUGHT.contains(&part)) {
        Kind::Brought
    } else {
        Kind::Own
    }
}

/// Whether a secret here is one step less bad: documentation, and samples of what others wrote.
pub(crate) fn is_sample(path: &[u8]) -> bool {
    let is_text = path.ends_with(b".md") || MANUALS.iter().any(|folder| has(path, folder));
    is_text || (kind(path) == Kind::Brought && parts(path).any(|part| SAMPLES.contains(&part)))
}

/// Whether it is a file of settings to be copied and filled in: `.env.example`. Only tokens in it are secret.
pub(crate) fn is_template(path: &[u8]) -> bool {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let ends = [".example", ".sample", ".template", ".tmpl", ".dist"];
    let starts = [
        "example.",
        "sample.",
        "template.",
        ".env.example.",
        ".env.sample.",
    ];
    ends.iter().any(|end| name.ends_with(end.as_bytes()))
        || starts
            .iter()
            .any(|start| name.starts_with(start.as_bytes()))
}

fn parts(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/')
}

/// Whether these parts stand in a path, at its start or behind a slash.
fn has(path: &[u8], what: &[u8]) -> bool {
    let mut rest = path;
    while !rest.starts_with(what) {
        let Some(slash) = rest.iter().position(|&byte| byte == b'/') else {
            return false;
        };
        rest = rest.get(slash + 1..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_how_to_look() {
        for (path, want, sample) in [
            ("etc/app.conf", Kind::Own, false),
            ("app/package-lock.json", Kind::Left, false),
            ("app/logo.PNG", Kind::Left, false),
            ("app/.git/objects/ab/cdef", Kind::Left, false),
            ("app/.git/config", Kind::Own, false),
            ("app/node_modules/x/index.js", Kind::Brought, false),
            ("app/node_modules/x/test/key.pem", Kind::Brought, true),
            ("app/test/key.pem", Kind::Own, false),
            ("usr/share/doc/x/sample", Kind::Own, true),
            ("usr/share/info/x.info", Kind::Own, true),
            ("usr/share/man/man5/x.5", Kind::Own, true),
            ("srv/share/man/man5/x.5", Kind::Own, false),
            ("app/README.md", Kind::Own, true),
            ("app/x.git/objects/ab", Kind::Own, false),
            (".git/objects/ab", Kind::Left, false),
        ] {
            assert_eq!(kind(path.as_bytes()), want, "{path}");
            assert_eq!(is_sample(path.as_bytes()), sample, "{path}");
        }
        for (path, want) in [
            ("app/.env.example", true),
            ("app/.env.example.local", true),
            ("app/sample.env", true),
            (".env.dist", true),
            ("app/.env", false),
            ("example/.env.local", false),
        ] {
            assert_eq!(is_template(path.as_bytes()), want, "{path}");
        }
    }
}
