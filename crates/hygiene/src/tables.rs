//! Tables of data: text files, one row a line, columns between tabs, remarks behind `#`.

/// Returns the rows of a table, each with its columns.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let is_row = |line: &&str| !line.trim().is_empty() && !line.starts_with("# ");
    text.lines()
        .filter(is_row)
        .map(|line| line.split('\t').map(str::trim).collect())
}

/// Returns the words of a column; `-` stands for none.
pub(crate) fn words(column: &'static str) -> Vec<&'static str> {
    let words = column.split_whitespace();
    words.filter(|word| *word != "-").collect()
}

/// Whether a name fits a pattern in which `#` stands for digits and dots, one at least, or `*` for anything.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    if let Some((head, tail)) = pattern.split_once('*') {
        let rest = name.strip_prefix(head);
        return rest.is_some_and(|rest| rest.ends_with(tail));
    }
    let Some((head, tail)) = pattern.split_once('#') else {
        return pattern == name;
    };
    let digits = |text: &str| {
        let is_digit = |c: char| c.is_ascii_digit() || c == '.';
        !text.is_empty() && text.chars().all(is_digit)
    };
    let rest = name.strip_prefix(head);
    rest.and_then(|rest| rest.strip_suffix(tail))
        .is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_meant_by_their_sign() {
        for (pattern, name, want) in [
            ("nginx", "nginx", true),
            ("*exporter", "redis_exporter", true),
            ("*exporter", "exporter", true),
            ("*exporter", "exporters", false),
            ("a-*-a", "a-a", false),
            ("nginx", "nginx2", false),
            ("postgresql-#", "postgresql-15", true),
            ("postgresql-#", "postgresql-client-15", false),
            ("php#-fpm", "php8.2-fpm", true),
            ("php#-fpm", "php-fpm", false),
        ] {
            assert_eq!(fits(pattern, name), want, "{pattern} {name}");
        }
    }

    #[test]
    fn rows_have_their_columns() {
        for (text, columns) in [
            (include_str!("../data/services.tsv"), 8),
            (include_str!("../data/tools.tsv"), 2),
            (include_str!("../data/paths.tsv"), 3),
            (include_str!("../data/runtimes.tsv"), 5),
            (include_str!("../data/wrappers.tsv"), 6),
            (include_str!("../data/idle.tsv"), 3),
        ] {
            assert!(rows(text).count() > 5);
            for row in rows(text) {
                assert_eq!(row.len(), columns, "{row:?}");
                assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
            }
        }
    }
}
