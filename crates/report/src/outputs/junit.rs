//! `JUnit` XML, which CI servers show as tests: each finding is one that failed.
//!
//! Source of truth: the schema that Jenkins and GitLab read. A gap is a test that was skipped, so that
//! an empty list with gaps does not look like success.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::Output;
use crate::problem::{Problem, gaps, problems, sentence};
use crate::text::safe;
use crate::{Answer, Answers, origin};

pub(super) static OUTPUT: Output = Output {
    name: "junit",
    write,
};

fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer
        .create_element("testsuites")
        .write_inner_content(|writer| {
            for (answer, _) in answers.each {
                suite(writer, answer)?;
            }
            Ok(())
        })?;
    writeln!(out)
}

fn suite<W: io::Write>(writer: &mut Writer<W>, answer: &Answer<'_>) -> io::Result<()> {
    let problems = problems(answer);
    let skipped: Vec<String> = gaps(answer).iter().map(sentence).collect();
    let failures = problems.iter().filter(|it| it.waived.is_none()).count();
    let waived = problems.len() - failures;
    let tests = problems.len() + skipped.len();
    writer
        .create_element("testsuite")
        .with_attribute(("name", "seaworthy"))
        .with_attribute(("tests", &*tests.to_string()))
        .with_attribute(("failures", &*failures.to_string()))
        .with_attribute(("skipped", &*(waived + skipped.len()).to_string()))
        .write_inner_content(|writer| {
            if let Some(origin) = origin::of_answer(answer) {
                property(writer, "database", &origin)?;
            }
            for problem in &problems {
                case(writer, problem)?;
            }
            for text in &skipped {
                let text = safe(text);
                skip(writer, ("not looked at", &text), &text)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn property<W: io::Write>(writer: &mut Writer<W>, name: &str, value: &str) -> io::Result<()> {
    writer
        .create_element("properties")
        .write_inner_content(|writer| {
            writer
                .create_element("property")
                .with_attribute(("name", name))
                .with_attribute(("value", &*safe(value)))
                .write_empty()?;
            Ok(())
        })?;
    Ok(())
}

fn case<W: io::Write>(writer: &mut Writer<W>, problem: &Problem<'_>) -> io::Result<()> {
    let name = format!("{} {}", problem.id, problem.subject);
    let name = safe(&name);
    let file = safe(problem.file);
    if let Some(waiver) = problem.waived {
        return skip(writer, (&file, &name), &safe(&waiver.reason));
    }
    let (line, column) = problem.place;
    let text = format!(
        "{}:{line}:{column}: {}\nfix: {}",
        file,
        safe(&problem.message),
        safe(&problem.fix)
    );
    writer
        .create_element("testcase")
        .with_attribute(("classname", &*file))
        .with_attribute(("name", &*name))
        .write_inner_content(|writer| {
            writer
                .create_element("failure")
                .with_attribute(("type", &*problem.severity.to_string()))
                .with_attribute(("message", &*safe(&problem.message)))
                .write_text_content(BytesText::new(&text))?;
            Ok(())
        })?;
    Ok(())
}

fn skip<W: io::Write>(
    writer: &mut Writer<W>,
    (class, name): (&str, &str),
    why: &str,
) -> io::Result<()> {
    writer
        .create_element("testcase")
        .with_attribute(("classname", class))
        .with_attribute(("name", name))
        .write_inner_content(|writer| {
            writer
                .create_element("skipped")
                .with_attribute(("message", why))
                .write_empty()?;
            Ok(())
        })?;
    Ok(())
}
