//! Agreement with the real tools, on every row of `conformance/versions.tar.gz`.

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;
    use std::collections::BTreeMap;

    use version::{RangeLanguage, Scheme, compare, matches, satisfies};

    /// Returns the tables by name (`compare/dpkg`): rows of cells.
    fn tables() -> Option<BTreeMap<String, Vec<Vec<String>>>> {
        let path = testkit::shared("conformance/versions.tar.gz")?;
        let members = testkit::members(&path).unwrap();
        let table = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let rows = text.lines().filter(|line| !line.starts_with('#'));
            rows.map(|row| row.split('\t').map(str::to_owned).collect())
                .collect()
        };
        let name = |path: String| {
            let name = path.strip_prefix("versions/").unwrap();
            name.strip_suffix(".tsv").unwrap().to_owned()
        };
        Some(
            members
                .into_iter()
                .map(|(path, bytes)| (name(path), table(bytes)))
                .collect(),
        )
    }

    #[test]
    fn every_pair_compares_as_the_tool_says() {
        let Some(tables) = tables() else { return };
        let mut wrong = Vec::new();
        for scheme in Scheme::ALL {
            let name = scheme.name();
            // what is a semantic version has the same order there
            let table_name = if name == "lenient" { "semver" } else { name };
            let Some(table) = tables.get(&format!("compare/{table_name}")) else {
                assert!(
                    ["bitnami", "nuget"].contains(&name),
                    "{name}: no tool was at hand for these two"
                );
                continue;
            };
            for row in table.iter().filter(|row| !is_malformed(row)) {
                let (a, b, want) = (&row[0], &row[1], order(&row[2]));
                let got = (compare(*scheme, a, b), compare(*scheme, b, a));
                if got != (Ok(want), Ok(want.reverse())) {
                    wrong.push(format!("{name}: {a} {b}: want {want:?}, got {got:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// Go orders a malformed release before all others, where every other tool refuses it.
    fn is_malformed(row: &[String]) -> bool {
        row.iter().any(|cell| cell == "go1.21.0rc1")
    }

    fn order(cell: &str) -> Ordering {
        cell.parse::<i8>().unwrap().cmp(&0)
    }

    #[test]
    fn what_the_tool_refuses_is_an_error() {
        let Some(tables) = tables() else { return };
        for scheme in Scheme::ALL {
            let name = scheme.name();
            for row in tables
                .get(&format!("compare-invalid/{name}"))
                .into_iter()
                .flatten()
            {
                assert!(
                    compare(*scheme, &row[0], &row[1]).is_err(),
                    "{name}: {row:?}"
                );
            }
        }
    }

    #[test]
    fn every_range_holds_what_the_tool_says() {
        let Some(tables) = tables() else { return };
        let mut wrong = Vec::new();
        for language in RangeLanguage::ALL {
            let name = language.name();
            for row in &tables[&format!("range/{name}")] {
                // A fourth column says what holds with prereleases, as advisories mean it.
                let verdict = row.get(3).unwrap_or(&row[2]);
                let want = (row[2] != "ERR").then_some(verdict == "1");
                let got = matches(*language, &row[0], &row[1]);
                if got.as_ref().ok() != want.as_ref() {
                    wrong.push(format!("{name}: {row:?}: got {got:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// What advisories write is read by the tools' own languages. A part that is empty means every
    /// version to npm, and a mistake in an advisory.
    #[test]
    fn every_requirement_holds_what_the_tool_says() {
        let Some(tables) = tables() else { return };
        let mut wrong = Vec::new();
        for (language, scheme) in [
            (RangeLanguage::Gem, Scheme::Gem),
            (RangeLanguage::Maven, Scheme::Maven),
            (RangeLanguage::Npm, Scheme::Semver),
            (RangeLanguage::Pep440, Scheme::Pep440),
        ] {
            let name = language.name();
            let is_taken = |row: &&Vec<String>| {
                let mut parts = row[0].split("||");
                row[2] != "ERR" && parts.all(|part| !part.trim().is_empty())
            };
            let rows = &tables[&format!("range/{name}")];
            assert!(rows.iter().filter(is_taken).count() > 100, "{name}");
            for row in rows.iter().filter(is_taken) {
                let want = row.get(3).unwrap_or(&row[2]) == "1";
                let got = satisfies(scheme, &row[0], &row[1]);
                if got != Ok(want) {
                    wrong.push(format!("{name}: {row:?}: got {got:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    }
}
