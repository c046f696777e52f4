//! Go's own functions that print, bounded: a text that is doubled forty times fits no memory.

use gotmpl::{Result, Template, TemplateError, Value};

use super::{Row, text, texts};

/// Arguments of `printf`.
const MOST_ARGUMENTS: usize = 100;

pub(super) static ROWS: &[Row] = &[
    ("print", |args| {
        let mut out = String::new();
        let mut before: Option<&Value> = None;
        for (value, text) in args.iter().zip(texts(args)?) {
            // Go puts a space between two that are no texts
            let is_text = |value: &Value| matches!(value, Value::String(_));
            if before.is_some_and(|before| !is_text(before) && !is_text(value)) {
                out.push(' ');
            }
            let is_nothing = matches!(value, Value::Nil);
            out.push_str(if is_nothing { "<nil>" } else { &text });
            before = Some(value);
        }
        Ok(Value::from(out))
    }),
    ("println", |args| {
        Ok(Value::from(texts(args)?.join(" ") + "\n"))
    }),
    ("printf", printf),
    ("html", |args| {
        Ok(Value::from(gotmpl::html_escape(&texts(args)?.concat())))
    }),
    ("js", |args| {
        Ok(Value::from(gotmpl::js_escape(&texts(args)?.concat())))
    }),
    ("urlquery", |args| {
        Ok(Value::from(gotmpl::url_encode(&texts(args)?.concat())))
    }),
];

/// Go's `printf`, once it is known that its arguments are not too long: the library's own is called by a
/// template.
fn printf(args: &[Value]) -> Result<Value> {
    texts(args)?;
    let verbs = text(args, 0)?.matches('%').count();
    if args.len() > MOST_ARGUMENTS || verbs > MOST_ARGUMENTS {
        let why = format!("printf: more than {MOST_ARGUMENTS} arguments");
        return Err(TemplateError::Exec(why));
    }
    let named: Vec<String> = (0..args.len())
        .map(|at| format!("(index . {at})"))
        .collect();
    let call = format!("{{{{ printf {} }}}}", named.join(" "));
    let call = Template::new("printf").parse(&call)?;
    let printed = call.execute_to_string(&Value::List(args.to_vec().into()))?;
    Ok(Value::from(printed))
}
