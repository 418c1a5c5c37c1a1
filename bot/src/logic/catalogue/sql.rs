//! Whether a statement is one plain read. PostgreSQL's read-only session is no guard: a statement
//! can leave it. So the statement must be a single SELECT without a CTE, and may call only
//! functions that are known to change nothing, wait for nothing and lock nothing.

use sqlparser::ast::{SelectItem, SetExpr, Statement};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::place::Wrong;
use crate::logic::target::shown;

/// Characters of a statement at most; it is shown whole to who must consent.
const LONGEST: usize = 600;

/// What may stand before a parenthesis: functions that only compute or read, and the words of the
/// language itself.
const BEFORE_PARENTHESIS: &[&str] = &[
    "abs",
    "avg",
    "bool_and",
    "bool_or",
    "ceil",
    "coalesce",
    "count",
    "current_database",
    "current_schema",
    "current_setting",
    "date_trunc",
    "extract",
    "floor",
    "greatest",
    "least",
    "length",
    "lower",
    "max",
    "min",
    "nullif",
    "numeric",
    "varchar",
    "char",
    "pg_database_size",
    "pg_postmaster_start_time",
    "pg_relation_size",
    "pg_size_pretty",
    "pg_table_size",
    "pg_total_relation_size",
    "round",
    "sum",
    "upper",
    "version",
    "filter",
    "over",
    "in",
    "and",
    "or",
    "not",
    "exists",
    "any",
    "all",
    "as",
    "from",
    "where",
    "on",
    "by",
    "when",
    "then",
    "else",
    "join",
    "select",
    "between",
    "like",
    "interval",
];

/// Words that no plain read needs, wherever they stand.
const NEVER: &[&str] = &[
    "into",
    "copy",
    "do",
    "set",
    "lock",
    "call",
    "insert",
    "update",
    "delete",
    "merge",
    "truncate",
    "drop",
    "alter",
    "create",
    "grant",
    "revoke",
    "vacuum",
    "analyze",
    "explain",
    "listen",
    "notify",
    "begin",
    "commit",
    "prepare",
    "execute",
    "refresh",
    "reindex",
    "cluster",
    "declare",
    "fetch",
    "nextval",
    "pg_shadow",
    "pg_authid",
    "pg_user_mapping",
    "pg_user_mappings",
    "pg_hba_file_rules",
    "pg_largeobject",
    "dblink",
];

/// Checks one statement.
pub(super) fn check(text: &str) -> Result<(), Wrong> {
    if text.len() > LONGEST {
        return Err(Wrong::new(
            "sql-long",
            format!(
                "the statement has {} characters, more than {LONGEST}",
                text.len()
            ),
        ));
    }
    if let Some(sign) = text
        .chars()
        .find(|letter| matches!(letter, '\\' | '$' | '`') || !matches!(letter, ' '..='~'))
    {
        return Err(Wrong::new(
            "sql-sign",
            format!(
                "`{}` has no place in a plain read",
                shown(&sign.to_string())
            ),
        )
        .hint("psql runs what stands after a backslash on the machine that it runs on"));
    }
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize().map_err(|error| {
        Wrong::new(
            "sql-syntax",
            format!("the statement cannot be read: {error}"),
        )
    })?;
    check_tokens(&tokens)?;
    let statements = Parser::parse_sql(&dialect, text).map_err(|error| {
        Wrong::new(
            "sql-syntax",
            format!("the statement cannot be read: {error}"),
        )
    })?;
    match statements.as_slice() {
        [statement] => check_statement(statement),
        statements => Err(Wrong::new(
            "sql-one",
            format!(
                "there are {} statements, and one is allowed",
                statements.len()
            ),
        )),
    }
}

fn check_tokens(tokens: &[Token]) -> Result<(), Wrong> {
    let tokens: Vec<&Token> = tokens
        .iter()
        .filter(|token| !matches!(token, Token::Whitespace(space) if !is_comment(space)))
        .collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::SemiColon => {
                return Err(Wrong::new("sql-one", "`;` begins a second statement"));
            }
            Token::Whitespace(_) => {
                return Err(Wrong::new("sql-comment", "a comment can hide what runs"));
            }
            Token::Colon | Token::Placeholder(_) => {
                return Err(Wrong::new(
                    "sql-variable",
                    "the statement has a variable in it",
                ));
            }
            Token::Word(word) => {
                let name = word.value.to_ascii_lowercase();
                if NEVER.contains(&name.as_str()) {
                    return Err(Wrong::new(
                        "sql-read",
                        format!("`{}` has no place in a plain read", shown(&word.value)),
                    ));
                }
                if matches!(tokens.get(at + 1), Some(Token::LParen))
                    && !BEFORE_PARENTHESIS.contains(&name.as_str())
                {
                    return Err(Wrong::new(
                        "sql-function",
                        format!("`{}` is no function that is known only to read", shown(&word.value)),
                    )
                    .hint("functions can write, wait, lock and run programs, in a read-only session too"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_comment(space: &sqlparser::tokenizer::Whitespace) -> bool {
    use sqlparser::tokenizer::Whitespace;
    matches!(
        space,
        Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)
    )
}

fn check_statement(statement: &Statement) -> Result<(), Wrong> {
    let plain = || Wrong::new("sql-read", "the statement is not one plain SELECT");
    let Statement::Query(query) = statement else {
        return Err(plain());
    };
    let SetExpr::Select(select) = query.body.as_ref() else {
        return Err(plain());
    };
    let has_more = query.with.is_some() || !query.locks.is_empty() || select.into.is_some();
    let reads = select.projection.iter().all(|item| {
        matches!(
            item,
            SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. } | SelectItem::Wildcard(_)
        )
    });
    if has_more || !reads {
        return Err(plain().hint("no WITH, no INTO, no FOR UPDATE or FOR SHARE"));
    }
    Ok(())
}
