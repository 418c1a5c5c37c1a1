//! Lays the operator's file and the environment over the defaults. A key or type that the defaults
//! do not have is a mistake, shown with its file, line and the nearest known key.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::Config;
use crate::failure::Failure;

const DEFAULTS: &str = include_str!("../../../config/bot.toml");

/// What a variable of the environment begins with to be a setting.
const PREFIX: &str = "BOT502__";

/// Tables in which an operator may put keys of their own.
const OPEN_TABLES: [&str; 2] = ["guides.values", "probes.detours"];

/// Gives the settings in force: defaults, then `file`, then the variables of `environment`.
///
/// # Errors
/// A [`Failure`] of the operator's when the file cannot be read, a key is unknown, or a value has
/// the wrong type; it names the file and line, or the variable.
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> anyhow::Result<Config> {
    let mut table = defaults();
    if let Some(path) = file {
        lay_file(&mut table, path)?;
    }
    for (name, value) in environment {
        if let (Some(name), Some(value)) = (name.to_str(), value.to_str()) {
            lay_variable(&mut table, name, value)?;
        }
    }
    Value::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| {
            Failure::operator(format!("read the settings: {}", error.message()))
                .hint("compare with config/bot.toml, which holds every key")
                .into()
        })
}

fn defaults() -> Table {
    DEFAULTS
        .parse()
        .expect("config/bot.toml is compiled in, and a test reads it")
}

fn lay_file(table: &mut Table, path: &Path) -> Result<(), Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::operator(format!("read the configuration `{name}`: {error}")))?;
    let parsed = DeTable::parse(&text).map_err(|error| {
        draw(
            &name,
            &text,
            error.span().unwrap_or(0..0),
            error.message(),
            None,
        )
    })?;
    check_table(&defaults(), parsed.get_ref(), "", &|span, message, hint| {
        draw(&name, &text, span, message, hint)
    })?;
    let given: Table = text.parse().map_err(|error: toml::de::Error| {
        draw(
            &name,
            &text,
            error.span().unwrap_or(0..0),
            error.message(),
            None,
        )
    })?;
    merge(table, given);
    Ok(())
}

/// Makes the failure for a place in the file.
type Complain<'a> = &'a dyn Fn(std::ops::Range<usize>, &str, Option<String>) -> Failure;

/// Holds what was given against the defaults: each key must be there, with a value of its type.
fn check_table(
    known: &Table,
    given: &DeTable<'_>,
    at: &str,
    complain: Complain<'_>,
) -> Result<(), Failure> {
    for (key, value) in given.iter() {
        let path = join(at, key.get_ref());
        match known.get(key.get_ref().as_ref()) {
            None if OPEN_TABLES.contains(&at) => {}
            None => {
                let hint = nearest(known, key.get_ref())
                    .map(|near| format!("did you mean `{}`?", join(at, near)));
                return Err(complain(key.span(), &format!("unknown key `{path}`"), hint));
            }
            Some(default) => check_value(default, value, &path, complain)?,
        }
    }
    Ok(())
}

fn check_value(
    default: &Value,
    given: &Spanned<DeValue<'_>>,
    path: &str,
    complain: Complain<'_>,
) -> Result<(), Failure> {
    match (default, given.get_ref()) {
        (Value::Table(known), DeValue::Table(table)) => check_table(known, table, path, complain),
        (default, value) if default.type_str() == value.type_str() => Ok(()),
        (default, value) => {
            let message = format!(
                "`{path}` takes {}, not {}",
                article(default.type_str()),
                article(value.type_str())
            );
            Err(complain(
                given.span(),
                &message,
                Some(format!("for example: {} = {default}", last(path))),
            ))
        }
    }
}

fn lay_variable(table: &mut Table, name: &str, value: &str) -> Result<(), Failure> {
    let Some(path) = name.strip_prefix(PREFIX) else {
        return Ok(());
    };
    let path = path.to_ascii_lowercase();
    let keys: Vec<&str> = path.split("__").collect();
    let Some((last, tables)) = keys.split_last() else {
        return Ok(());
    };
    let mut here = table;
    for key in tables {
        here = match descend(here, key) {
            Ok(inner) => inner,
            Err(hint) => return Err(unknown_variable(name, hint)),
        };
    }
    let Some(default) = here.get(*last) else {
        return Err(unknown_variable(
            name,
            nearest(here, last).map(str::to_owned),
        ));
    };
    let parsed = parse_variable(default, value).ok_or_else(|| {
        Failure::operator(format!(
            "`{name}` takes {}, not `{value}`",
            article(default.type_str())
        ))
        .hint(format!("for example: {name}='{default}'"))
    })?;
    here.insert((*last).to_owned(), parsed);
    Ok(())
}

fn descend<'a>(table: &'a mut Table, key: &str) -> Result<&'a mut Table, Option<String>> {
    let near = nearest(table, key).map(str::to_owned);
    table.get_mut(key).and_then(Value::as_table_mut).ok_or(near)
}

fn unknown_variable(name: &str, near: Option<String>) -> Failure {
    let failure = Failure::operator(format!("`{name}` is no setting"));
    match near {
        Some(near) => failure.hint(format!(
            "the nearest key is `{near}`; `__` stands between table and key"
        )),
        None => failure.hint("config/bot.toml holds every key"),
    }
}

/// Reads a variable's value: text as it stands, everything else as TOML.
fn parse_variable(default: &Value, value: &str) -> Option<Value> {
    if default.is_str() {
        return Some(Value::String(value.to_owned()));
    }
    let parsed = format!("value = {value}")
        .parse::<Table>()
        .ok()?
        .remove("value")?;
    (parsed.type_str() == default.type_str()).then_some(parsed)
}

fn merge(table: &mut Table, given: Table) {
    for (key, value) in given {
        match (table.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(given)) => merge(inner, given),
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}

fn draw(
    name: &str,
    text: &str,
    span: std::ops::Range<usize>,
    message: &str,
    hint: Option<String>,
) -> Failure {
    let snippet = Snippet::source(text)
        .path(name)
        .annotation(AnnotationKind::Primary.span(span).label("here"));
    let report = [Level::ERROR.primary_title(message).element(snippet)];
    let mut drawn = String::from("read the configuration\n");
    // Writing to a String cannot fail.
    let _ = write!(drawn, "{}", Renderer::plain().render(&report));
    let failure = Failure::operator(drawn);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure.hint("config/bot.toml holds every key with its type"),
    }
}

fn nearest<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    crate::logic::nearest::nearest(key, table.keys().map(String::as_str))
}

fn join(at: &str, key: &str) -> String {
    if at.is_empty() {
        key.to_owned()
    } else {
        format!("{at}.{key}")
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(file: &str, variables: &[(&str, &str)], expected: Expect) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("bot.toml");
        std::fs::write(&path, file).expect("a written file");
        let variables = variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let outcome = match load(Some(&path), variables) {
            Ok(config) => format!(
                "{:?}",
                (
                    config.guides.base_url,
                    config.guides.folders,
                    config.guides.embedded
                )
            ),
            Err(error) => {
                let hint = error
                    .downcast_ref::<Failure>()
                    .and_then(|failure| failure.hint.clone());
                format!("{error}\nhint: {}", hint.unwrap_or_default())
                    .replace(&path.display().to_string(), "bot.toml")
            }
        };
        expected.assert_eq(&outcome);
    }

    #[test]
    fn the_defaults_are_whole() {
        check(
            "",
            &[],
            expect![[r#"("https://docs.upsun.com", [], true)"#]],
        );
    }

    #[test]
    fn a_file_changes_only_what_it_names_and_the_environment_wins() {
        check(
            "[guides]\nfolders = [\"/srv/docs\"]\nbase_url = \"https://a.test\"\n",
            &[
                ("BOT502__GUIDES__BASE_URL", "https://b.test"),
                ("BOT502__GUIDES__EMBEDDED", "false"),
                ("PATH", "/bin"),
            ],
            expect![[r#"("https://b.test", ["/srv/docs"], false)"#]],
        );
    }

    #[test]
    fn an_unknown_key_is_shown_with_its_line_and_the_nearest_known_one() {
        check(
            "[guides]\nfolder = []\n",
            &[],
            expect![[r#"
            read the configuration
            error: unknown key `guides.folder`
             --> bot.toml:2:1
              |
            2 | folder = []
              | ^^^^^^ here
            hint: did you mean `guides.folders`?"#]],
        );
    }

    #[test]
    fn a_wrong_type_is_shown_with_its_line_and_an_example() {
        check(
            "[guides]\nembedded = \"yes\"\n",
            &[],
            expect![[r#"
            read the configuration
            error: `guides.embedded` takes a boolean, not a string
             --> bot.toml:2:12
              |
            2 | embedded = "yes"
              |            ^^^^^ here
            hint: for example: embedded = true"#]],
        );
    }

    #[test]
    fn broken_toml_is_shown_with_its_line() {
        check(
            "[guides\n",
            &[],
            expect![[r#"
            read the configuration
            error: unclosed table, expected `]`
             --> bot.toml:1:8
              |
            1 | [guides
              |        ^ here
            hint: config/bot.toml holds every key with its type"#]],
        );
    }

    #[test]
    fn a_variable_that_is_no_setting_names_the_nearest() {
        check(
            "",
            &[("BOT502__GUIDES__BASEURL", "x")],
            expect![[r#"
            `BOT502__GUIDES__BASEURL` is no setting
            hint: the nearest key is `base_url`; `__` stands between table and key"#]],
        );
    }

    #[test]
    fn operators_may_add_values_of_their_own() {
        check(
            "[guides.values]\n\"vendor/mascot\" = \"Fox\"\n",
            &[],
            expect![[r#"("https://docs.upsun.com", [], true)"#]],
        );
    }
}
