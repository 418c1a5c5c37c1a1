//! Reads what the catalogue's scripts and the native checks print: `key=value` and `name: value`
//! lines, tables, CSV. What a line means is left to the rules.

use super::shape::Evidence;

/// The lines of an output, numbered from 1.
pub fn numbered(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1..).zip(text.lines())
}

/// Finds the first line that passes.
pub fn find(text: &str, passes: impl Fn(&str) -> bool) -> Option<(Evidence, &str)> {
    numbered(text)
        .find(|(_, line)| passes(line))
        .map(|(number, line)| (evidence(number, line), line))
}

/// Gives the value after `key` and `separator` on the first line that begins with them.
pub fn value<'t>(text: &'t str, key: &str, separator: &str) -> Option<(Evidence, &'t str)> {
    let (evidence, line) = find(text, |line| {
        line.strip_prefix(key)
            .is_some_and(|rest| rest.starts_with(separator))
    })?;
    Some((evidence, line[key.len() + separator.len()..].trim()))
}

/// Gives the last such line's value: of a chain of redirects the one that ended it.
pub fn last_value<'t>(text: &'t str, key: &str, separator: &str) -> Option<(Evidence, &'t str)> {
    let lines: Vec<(u64, &str)> = numbered(text).collect();
    lines.into_iter().rev().find_map(|(number, line)| {
        let rest = line.strip_prefix(key)?.strip_prefix(separator)?;
        Some((evidence(number, line), rest.trim()))
    })
}

/// Makes a line evidence.
pub fn evidence(number: u64, line: &str) -> Evidence {
    Evidence {
        line: number,
        text: line.to_owned(),
    }
}

/// A number with an optional sign after it, as `87.9%` or `12`.
pub fn number(text: &str) -> Option<f64> {
    text.trim().trim_end_matches('%').parse().ok()
}

/// A row of CSV: the number of its first line, and its cells.
pub type Row = (u64, Vec<String>);

/// Reads CSV as the CLI writes it: cells in double quotes may hold commas, doubled quotes and line
/// breaks. What does not end is given as far as it goes.
pub fn csv(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let (mut line, mut row_line, mut quoted) = (1, 1, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' => {
                line += 1;
                if quoted {
                    cell.push('\n');
                    continue;
                }
                row.push(std::mem::take(&mut cell));
                rows.push((row_line, std::mem::take(&mut row)));
                row_line = line;
            }
            '\r' => {}
            letter => cell.push(letter),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((row_line, row));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_read_with_its_quotes() {
        let rows = csv("Name,Text\na,\"one, \"\"two\"\"\nthree\"\nb,\n");
        let cells = |row: &Row| row.1.join("|");
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(cells(&rows[1]), "a|one, \"two\"\nthree");
        assert_eq!(cells(&rows[2]), "b|");
    }

    #[test]
    fn values_are_found_by_their_whole_key() {
        let text = "PORTS=1\nPORT= 8888 \nPORT=2\n";
        assert_eq!(
            value(text, "PORT", "=").map(|(line, value)| (line.line, value)),
            Some((2, "8888"))
        );
        assert_eq!(
            last_value(text, "PORT", "=").map(|found| found.1),
            Some("2")
        );
        assert_eq!(value(text, "SOCKET", "="), None);
    }
}
