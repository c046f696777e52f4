//! Reports through the user's Go template, with kubesec's fields and helpers.

use std::sync::Arc;

use gotmpl::{MissingKey, Template, Value};

use super::report::Report;
use super::rules::Rule;

/// Fills in a template; `now` is what `getCurrentTime` returns.
///
/// Where kubesec's `Rules` are in random order, ours are in that of the table.
///
/// # Errors
/// The template is bad, or asks for something that is not there.
pub fn fill(template: &str, reports: &[Report], now: &str) -> Result<String, String> {
    let now = Value::from(now);
    let data = Value::List(reports.iter().map(report).collect());
    Template::new("report")
        .missing_key(MissingKey::Error)
        .func("endWithPeriod", |args| {
            let text = text(args)?;
            let period = if text.ends_with('.') { "" } else { "." };
            Ok(Value::from(format!("{text}{period}")))
        })
        .func("toLower", |args| {
            Ok(Value::from(text(args)?.to_lowercase()))
        })
        .func("escapeString", |args| {
            Ok(Value::from(gotmpl::html_escape(&text(args)?)))
        })
        .func("getCurrentTime", move |_| Ok(now.clone()))
        .func("joinSlices", |args| {
            let list = |arg: &Value| {
                if let Value::List(list) = arg {
                    list.to_vec()
                } else {
                    Vec::new()
                }
            };
            let lists = args.iter().map(list);
            Ok(Value::List(lists.flatten().collect()))
        })
        .parse(template)
        .and_then(|template| template.execute_to_string(&data))
        .map_err(|error| error.to_string())
}

fn text(args: &[Value]) -> gotmpl::Result<Arc<str>> {
    let text = args.first().and_then(Value::as_str);
    text.map(Arc::from)
        .ok_or_else(|| gotmpl::TemplateError::Exec("a text is wanted".to_owned()))
}

fn report(report: &Report) -> Value {
    let scoring = &report.scoring;
    Value::from_entries([
        ("Object".to_owned(), Value::from(&*report.object)),
        ("Valid".to_owned(), Value::Bool(report.valid)),
        ("FileName".to_owned(), Value::from(&*report.file_name)),
        ("Message".to_owned(), Value::from(&*report.message)),
        ("Score".to_owned(), Value::Int(report.score)),
        ("Rules".to_owned(), rules(&report.rules)),
        (
            "Scoring".to_owned(),
            Value::from_entries([
                ("Critical".to_owned(), rules(&scoring.critical)),
                ("Passed".to_owned(), rules(&scoring.passed)),
                ("Advise".to_owned(), rules(&scoring.advise)),
            ]),
        ),
    ])
}

fn rules(rules: &[&'static Rule]) -> Value {
    let one = |rule: &&'static Rule| {
        Value::from_entries([
            ("ID".to_owned(), Value::from(rule.id)),
            ("Selector".to_owned(), Value::from(rule.selector)),
            ("Reason".to_owned(), Value::from(rule.reason)),
            ("Points".to_owned(), Value::Int(rule.points)),
        ])
    };
    Value::List(rules.iter().map(one).collect())
}
