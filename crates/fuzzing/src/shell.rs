//! Proves that any text is commands of a shell, bounded by it, and that words mean themselves once they are
//! quoted.

use hygiene::shell::{Command, commands};

/// Splits `input`, and splits what came out again.
///
/// # Panics
/// If there are more words than the text can hold, or a quoted word is not the same word.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let found = commands(&text);
    let bytes: usize = found.iter().flat_map(|it| &it.words).map(String::len).sum();
    assert!(bytes <= text.len(), "more words than text");
    for command in found {
        let quoted: Vec<String> = command.words.iter().map(|word| quote(word)).collect();
        let again: Vec<Vec<String>> = commands(&quoted.join(" ")).into_iter().map(words).collect();
        assert_eq!(again, [command.words]);
    }
}

fn words(command: Command) -> Vec<String> {
    command.words
}

/// Source of truth: POSIX.1-2017, Shell Command Language, "Single-Quotes".
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Returns lines that use every part of the grammar.
pub fn seeds() -> Vec<Vec<u8>> {
    [
        "apt-get update && apt-get install -y curl; curl -s x | sh -",
        "A=1 B='x y' make # all; done",
        "if true; then x; fi || (cd /x && y) > /dev/null 2>&1 &",
        "cat <<-'END' > /x\nsudo\n\tEND\nls `date` $(curl y) \"a \\\" $b\"",
        "case $1 in\nnginx) exec nginx;;\n*) f() { x; };;\nesac",
        "case \"$1\" in a|'b c') d;; (e) $(f) ;; esac; sh -c \"$(curl x `y $((1 + 2))`)\" <(z)",
        "cat <<A | sudo bash -s\ncase x in\ny) sh <<B ;;\nz\nB\nesac\nA\n",
        "echo 'unended",
    ]
    .map(|line| line.as_bytes().to_vec())
    .to_vec()
}
