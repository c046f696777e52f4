//! The index of an rpm repository, `repomd.xml`: where its list of errata lies.
//!
//! Source of truth: createrepo's `repomd.rng`; feeds.md §1 (Amazon).

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::oval::attribute;

/// Returns where `updateinfo.xml` lies, as a path within the repository; none if the index names none, or
/// none that stays within.
pub fn updateinfo(index: &str) -> Option<String> {
    let mut reader = Reader::from_str(index);
    let mut is_wanted = false;
    loop {
        let event = reader.read_event().ok()?;
        if let Event::Start(start) | Event::Empty(start) = &event {
            match start.local_name().as_ref() {
                "data" => is_wanted = attribute(start, "type") == "updateinfo",
                "location" if is_wanted => return within(start),
                _ => {}
            }
        }
        if matches!(event, Event::Eof) {
            return None;
        }
    }
}

fn within(location: &BytesStart<'_>) -> Option<String> {
    let path = attribute(location, "href");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_name =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(is_plain);
    path.split('/').all(is_name).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_errata_is_a_path_within_the_repository() {
        for (inside, want) in [
            (
                r#"<data type="primary"><location href="repodata/primary.xml.gz"/></data><data type="updateinfo"><checksum type="sha256">0</checksum><location href="repodata/12ab-updateinfo.xml.gz"/></data>"#,
                Some("repodata/12ab-updateinfo.xml.gz"),
            ),
            (r#"<data type="updateinfo"/>"#, None),
            (
                r#"<data type="updateinfo"><location href="https://evil.example/x"/></data>"#,
                None,
            ),
            (
                r#"<data type="updateinfo"><location href="../../x"/></data>"#,
                None,
            ),
            (r#"<data type="updateinfo"><location/></data>"#, None),
            ("<data", None),
        ] {
            let index = format!("<repomd>{inside}</repomd>");
            assert_eq!(updateinfo(&index).as_deref(), want, "{inside}");
        }
    }
}
