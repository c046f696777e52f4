//! Patterns that no name can fit, and what to write instead: a rule that never objects is worse than none.

use super::glob::glob;
use super::names::split_tag;

/// What may stand in a pattern beside what names are of.
const META: &str = "*?[]{},!^\\";

/// Bytes of the longest tag, by the distribution specification.
const LONGEST_TAG: usize = 128;

/// Ports from which on whoever is not root may listen, where registries mostly are; below are those of HTTP.
const PORTS: std::ops::RangeInclusive<u32> = 1_024..=65_535;

/// Numbers that are years: a tag of these is one.
const YEARS: std::ops::RangeInclusive<u32> = 1_990..=2_100;

/// Tells what keeps all names from fitting a pattern of images.
pub(super) fn check(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("an empty pattern fits no image; `**` fits all".to_owned());
    }
    if let Some((_, rest)) = text.split_once("://") {
        return Err(format!(
            "names of images have no `{}`: write `{rest}`",
            text.strip_suffix(rest).unwrap_or("://")
        ));
    }
    if text.contains('@') {
        return Err(format!(
            "`{text}`: no digest is a pattern: write the name alone"
        ));
    }
    let is_of = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c) || META.contains(c);
    if let Some(other) = text.chars().find(|c| !is_of(*c)) {
        return Err(format!(
            "`{}` stands in no name of an image",
            other.escape_default()
        ));
    }
    if is_slash_within(text) {
        return Err(format!(
            "`{text}`: a slash within braces or brackets divides no name: write a pattern for each"
        ));
    }
    let (name, tag) = split_tag(text);
    alone(text, name)?;
    parts(text, name)?;
    tag.map_or(Ok(()), of_tag)
}

/// Tells a registry that stands alone, which would be read as an image of Docker Hub, and `*`, which stays
/// within a part, as no name of an image does.
fn alone(text: &str, name: &str) -> Result<(), String> {
    if name.contains('/') {
        return Ok(());
    }
    let is_address = text.starts_with('[') && address(text).is_some();
    if is_address || name.contains('.') || name.eq_ignore_ascii_case("localhost") {
        let registry = if has_port(text) { text } else { name };
        return Err(format!(
            "`{text}` alone would be an image of Docker Hub: for all of a registry write `{registry}/**`"
        ));
    }
    if name == "*" {
        let tag = text.strip_prefix('*').unwrap_or_default();
        return Err(format!(
            "`{text}` fits no image, since `*` stays within a part of a name: write `**{tag}` for all, \
             `docker.io/library/*{tag}` for the official ones of Docker Hub"
        ));
    }
    Ok(())
}

/// Tells parts between slashes that no name has.
fn parts(text: &str, name: &str) -> Result<(), String> {
    if name.split('/').any(str::is_empty) {
        let whole = name.trim_matches('/');
        return Err(format!(
            "`{text}` has an empty part, as no name has: for all below it write `{whole}/**`"
        ));
    }
    if name
        .split('/')
        .any(|part| part.contains("**") && part != "**")
    {
        return Err(format!(
            "`{text}`: `**` stands alone between slashes, for any parts; within one write `*`"
        ));
    }
    let (registry, repository) = match name.split_once('/') {
        Some((first, rest)) if is_registry(first) => (Some(first), rest),
        _ => (None, name),
    };
    if let Some((_, port)) = registry.and_then(|it| it.rsplit_once(':'))
        && port
            .chars()
            .any(|c| !c.is_ascii_digit() && !META.contains(c) && c != '-')
    {
        return Err(format!("`{text}`: `{port}` is no port"));
    }
    let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/".contains(c);
    match literals(repository).find(|c| !of_name(*c)) {
        Some(big) if big.is_ascii_uppercase() => Err(format!(
            "`{text}` fits no image, since repositories have no upper-case letters: write `{}`",
            text.to_ascii_lowercase()
        )),
        Some(other) => Err(format!(
            "`{text}` fits no image: `{other}` stands in no repository"
        )),
        None => Ok(()),
    }
}

/// Tells what no tag can fit.
pub(super) fn of_tag(tag: &str) -> Result<(), String> {
    let is_of = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if tag.is_empty() {
        return Err("a tag that is empty is none: leave the `:` out".to_owned());
    }
    if let Some(bare) = tag.strip_prefix(':') {
        return Err(format!("the `:` is no part of a tag: write `{bare}`"));
    }
    if let Some(other) = literals(tag).find(|c| !is_of(*c)) {
        return Err(format!("`{}` stands in no tag", other.escape_default()));
    }
    if literals(tag).count() > LONGEST_TAG {
        return Err(format!("no tag is longer than {LONGEST_TAG} characters"));
    }
    if glob(tag, false).is_none() {
        return Err(format!("`{tag}` is no pattern"));
    }
    Ok(())
}

/// Tells what no name of a namespace can fit.
pub(super) fn of_namespace(text: &str) -> Result<(), String> {
    if glob(text, false).is_none() {
        return Err(format!("`{text}` is no pattern such as `shop-*`"));
    }
    let is_of = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match literals(text.trim()).find(|c| !is_of(*c)) {
        Some(big) if big.is_ascii_uppercase() => Err(format!(
            "`{text}` fits no namespace, which have no upper-case letters: write `{}`",
            text.to_ascii_lowercase()
        )),
        Some(other) => Err(format!(
            "`{text}` fits no namespace: `{}` stands in none",
            other.escape_default()
        )),
        None => Ok(()),
    }
}

/// Returns the registry that somebody perhaps means who wrote an image of Docker Hub and a number.
pub(super) fn perhaps_a_registry(text: &str) -> Option<String> {
    let (name, tag) = split_tag(text);
    let port: u32 = tag?.parse().ok()?;
    let is_port = matches!(port, 80 | 443) || PORTS.contains(&port) && !YEARS.contains(&port);
    (!name.contains(['/', '*']) && is_port).then(|| format!("{text}/**"))
}

/// Whether the first part of a pattern is a registry, as of a name.
fn is_registry(first: &str) -> bool {
    first.contains(['.', ':', '*', '?', '[', '{'])
        || first == "localhost"
        || first.contains(|c: char| c.is_ascii_uppercase())
}

/// Returns an address of IPv6 in brackets, with or without a port, as what it is: no set of characters.
pub(super) fn address(first: &str) -> Option<&str> {
    let (address, rest) = first.strip_prefix('[')?.split_once(']')?;
    let is_port = rest.is_empty() || rest.strip_prefix(':').is_some_and(|it| !it.is_empty());
    let is_of = |c: char| c.is_ascii_hexdigit() || c == ':';
    // a set of characters has no need of two colons
    let is_address = address.chars().all(is_of) && address.matches(':').count() >= 2;
    (is_address && is_port).then_some(address)
}

fn has_port(text: &str) -> bool {
    let digits = |port: &str| !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit());
    text.rsplit_once(':').is_some_and(|(_, port)| digits(port))
        || text.starts_with('[') && text.ends_with(']')
}

/// Returns the characters that stand for themselves: those outside of sets and choices.
fn literals(text: &str) -> impl Iterator<Item = char> {
    let mut depth = 0_usize;
    text.chars().filter(move |c| {
        match c {
            '[' | '{' => depth = depth.saturating_add(1),
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => return depth == 0 && !META.contains(*c),
        }
        false
    })
}

fn is_slash_within(text: &str) -> bool {
    let mut depth = 0_usize;
    text.chars().any(|c| {
        match c {
            '[' | '{' => depth = depth.saturating_add(1),
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 0 && c == '/'
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image_policy::names::NamePattern;

    #[test]
    fn what_no_name_can_fit_is_told_with_what_to_write() {
        for (text, want) in [
            ("evil.example", "write `evil.example/**`"),
            ("*.evil.example", "write `*.evil.example/**`"),
            ("registry.example:5000", "write `registry.example:5000/**`"),
            ("registry.example:1.2", "write `registry.example/**`"),
            ("localhost", "write `localhost/**`"),
            ("localhost:5000", "write `localhost:5000/**`"),
            ("[::1]:5000", "write `[::1]:5000/**`"),
            ("[::1]", "write `[::1]/**`"),
            ("*", "write `**` for all"),
            ("*:latest", "write `**:latest` for all"),
            ("registry.example/dev**", "within one write `*`"),
            ("registry.example/", "write `registry.example/**`"),
            ("registry.example//a", "has an empty part"),
            ("/a", "has an empty part"),
            (
                "https://registry.example/**",
                "no `https://`: write `registry.example/**`",
            ),
            ("registry.example/Shop/*", "write `registry.example/shop/*`"),
            ("Nginx", "write `nginx`"),
            ("a b", "` ` stands in no name"),
            ("a/b:", "leave the `:` out"),
            ("a/b:1+2", "`+` stands in no name"),
            ("a/b:c:d", "`:` stands in no repository"),
            ("{docker.io/a,quay.io/b}/*", "a pattern for each"),
            ("registry.example:port/*", "`port` is no port"),
            ("nginx[", "is no pattern"),
            ("", "`**` fits all"),
            (
                "nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "no digest is a pattern",
            ),
        ] {
            let why = NamePattern::read(text).map(drop).unwrap_err();
            assert!(why.contains(want), "{text}: {why}");
        }
    }

    #[test]
    fn a_number_that_may_be_a_port_is_doubtful() {
        for (text, want) in [
            ("myreg:5000", Some("myreg:5000/**")),
            ("myreg:443", Some("myreg:443/**")),
            ("redis:7", None),
            ("myapp:2024", None),
            ("shop/api:5000", None),
            ("myreg:5000/**", None),
            ("nginx", None),
        ] {
            assert_eq!(perhaps_a_registry(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn tags_and_namespaces_are_of_their_characters() {
        type Check = fn(&str) -> Result<(), String>;
        let (of_tag, of_namespace): (Check, Check) = (of_tag, of_namespace);
        for (check, text, want) in [
            (of_tag, "latest", ""),
            (of_tag, "*-SNAPSHOT", ""),
            (of_tag, ":latest", "write `latest`"),
            (of_tag, "a/b", "`/` stands in no tag"),
            (of_tag, "", "is none"),
            (of_namespace, "shop-*", ""),
            (of_namespace, "", ""),
            (of_namespace, "{a,b}-[0-9]", ""),
            (of_namespace, "Shop", "write `shop`"),
            (of_namespace, "a/b", "`/` stands in none"),
        ] {
            let said = check(text).err().unwrap_or_default();
            assert!(
                said.contains(want) && said.is_empty() == want.is_empty(),
                "{text}: {said}"
            );
        }
    }
}
