//! `seaworthy policy`: what a policy may hold, and whether it says what it should.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::civil::Date;
use model::counted;
use policy::image_policy::{self, ImagePolicy, Verdict};
use report::safe;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;
use crate::{output, policies};

pub(crate) const ROW: Row = Row {
    name: "policy",
    define,
    run,
};

fn define() -> Command {
    Command::new("policy")
        .about("Show what a policy may hold, verify one, or test what it says")
        .subcommand_required(true)
        .subcommand(
            Command::new("schema")
                .about("Print the JSON schema of a policy, for editors and checks"),
        )
        .subcommand(
            Command::new("verify")
                .about("Read a policy and tell all that is wrong with it")
                .long_about(
                    "Read a policy and tell all that is wrong with it, with lines and columns. What is hardly meant, such as \
                     an exception that has ended, is a warning, and no failure.",
                )
                .arg(policy_file()),
        )
        .subcommand(
            Command::new("test")
                .about("Ask a policy what tables of tests ask, and tell where it says something else")
                .long_about(
                    "Ask a policy what tables of tests ask, and tell where it says something else. Nothing is scanned: \
                     the table says what would be found. Ends with 1 if a test fails.",
                )
                .after_help("Example:\n  seaworthy policy test --policy policy.yaml policy-tests.yaml")
                .arg(policy_file())
                .arg(tables()),
        )
        .subcommand(
            Command::new("explain")
                .about("Ask a policy what tables of tests ask, and tell which rules decide, and why")
                .after_help("Example:\n  seaworthy policy explain --policy policy.yaml policy-tests.yaml")
                .arg(policy_file())
                .arg(tables()),
        )
}

fn policy_file() -> Arg {
    policies::arg().required(true)
}

fn tables() -> Arg {
    Arg::new("tables")
        .value_name("TESTS")
        .required(true)
        .num_args(1..)
        .value_parser(value_parser!(PathBuf))
        .help("Files of tests, ImagePolicyTest: docs/policy.md says what they hold")
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("schema", _)) => output::write_plain(&format!("{:#}\n", image_policy::schema())),
        Some(("verify", matches)) => {
            let policy = policies::read(matches)?;
            let mut text = String::new();
            let doubts = policies::doubts(matches, environment.today());
            for doubt in &doubts {
                let _never = writeln!(text, "{}", safe(doubt));
            }
            let but = match doubts.len() {
                0 => String::new(),
                count => format!(", but see the {}", counted(count, "warning")),
            };
            let _never = writeln!(
                text,
                "{}: nothing is wrong with it{but}",
                safe(&policy.label())
            );
            output::print(&text)
        }
        Some(("test", matches)) => ask(matches, environment, false),
        Some(("explain", matches)) => ask(matches, environment, true),
        _ => Err(Failure::usage("policy schema, verify, test, or explain")),
    }
}

/// Asks what the tables ask; what each test got is told if it is wrong, or with its reasons if they are wanted.
fn ask(matches: &ArgMatches, environment: &Environment, explains: bool) -> Result<Exit, Failure> {
    let policy = policies::read(matches)?;
    let paths = matches.get_many::<PathBuf>("tables").into_iter().flatten();
    let (mut text, mut tests, mut failed) = (String::new(), 0_usize, 0_usize);
    for path in paths {
        let (asked, wrong) = table(&mut text, path, &policy, environment.today(), explains)?;
        tests = tests.saturating_add(asked);
        failed = failed.saturating_add(wrong);
    }
    let _never = writeln!(
        text,
        "policy {}  {}, {failed} failed",
        safe(&policy.label()),
        counted(tests, "test")
    );
    output::print(&text)?;
    Ok(if failed > 0 {
        Exit::Failed(1)
    } else {
        Exit::Passed
    })
}

/// Returns how many tests a table has, and how many fail.
fn table(
    text: &mut String,
    path: &Path,
    policy: &ImagePolicy,
    today: Date,
    explains: bool,
) -> Result<(usize, usize), Failure> {
    let table = policies::read_table(path)?;
    let today = table.today.unwrap_or(today);
    let mut failed = 0_usize;
    for test in &table.tests {
        let (verdict, wrong) = test.run(policy, today);
        if wrong.is_some() || explains {
            let place = path.display().to_string();
            let word = wrong.as_ref().map_or("ok  ", |_| "FAIL");
            let _never = writeln!(
                text,
                "{word}  {}  {}:{}",
                safe(&test.name),
                safe(&place),
                test.line
            );
        }
        if let Some(wrong) = &wrong {
            failed = failed.saturating_add(1);
            let _never = writeln!(text, "      {}", safe(wrong));
        }
        if explains {
            explain(text, &verdict);
        }
    }
    Ok((table.tests.len(), failed))
}

fn explain(text: &mut String, verdict: &Verdict) {
    let _never = writeln!(text, "      {}", verdict.outcome.name());
    for reason in &verdict.reasons {
        let _never = writeln!(
            text,
            "      {} {}",
            reason.mode.name(),
            safe(&reason.line())
        );
    }
    for used in &verdict.used {
        let _never = writeln!(
            text,
            "      excepted {} until {}: {} ({})",
            safe(&used.id),
            used.until,
            safe(&used.reason),
            safe(&used.owner)
        );
    }
    if let Some(why) = &verdict.broken_glass {
        let _never = writeln!(text, "      glass broken by {}", safe(why));
    }
}
