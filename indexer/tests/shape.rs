//! What a page becomes, feature by feature: a few lines of Markdown in, an outline of it out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use indexer::{Options, read_page};
use kb::guide::Section;
use kb::text::{Block, Span, plain_spans};

fn check(page: &str, expected: Expect) {
    let (guide, diagnostics) = read_page("a/page.md", page.as_bytes(), &Options::default());
    let mut out = String::new();
    for section in &guide.sections {
        draw_section(section, &mut out);
    }
    for diagnostic in diagnostics {
        let (line, column) = (diagnostic.line, diagnostic.column);
        let _ = writeln!(
            out,
            "! {line}:{column} {} {}",
            diagnostic.code, diagnostic.message
        );
    }
    expected.assert_eq(&out);
}

fn draw_section(section: &Section, out: &mut String) {
    let (first, last) = (section.lines.first, section.lines.last);
    let step = section
        .step
        .map(|step| format!(" step {step}"))
        .unwrap_or_default();
    let marks = "#".repeat(section.level.into());
    let parents = section.parents.join(" > ");
    let _ = writeln!(
        out,
        "{marks} {} ({}) {first}-{last}{step} [{parents}]",
        section.heading, section.anchor
    );
    draw(&section.blocks, 1, out);
    for command in &section.commands {
        let introduction = command.introduction.as_deref().unwrap_or_default();
        let description = command.description.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "$ {:?} {:?} {}-{} | {introduction} | {description}",
            command.text, command.place, command.lines.first, command.lines.last
        );
    }
}

fn draw(blocks: &[Block], depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for block in blocks {
        out.push_str(&indent);
        match block {
            Block::Paragraph(spans) => {
                let _ = writeln!(out, "{}", spans.iter().map(span).collect::<String>());
            }
            Block::List { first, items } => {
                let _ = writeln!(out, "list {first:?}");
                for item in items {
                    let _ = writeln!(out, "{indent}-");
                    draw(item, depth + 2, out);
                }
            }
            Block::Code {
                language,
                title,
                text,
            } => {
                let _ = writeln!(out, "code {language:?} {title:?} {text:?}");
            }
            Block::Note { title, blocks } => {
                let _ = writeln!(out, "note {title:?}");
                draw(blocks, depth + 1, out);
            }
            Block::Quote(blocks) => {
                out.push_str("quote\n");
                draw(blocks, depth + 1, out);
            }
            Block::Table { header, rows } => {
                let row = |cells: &Vec<Vec<Span>>| {
                    cells
                        .iter()
                        .map(|cell| plain_spans(cell))
                        .collect::<Vec<_>>()
                        .join(" | ")
                };
                let _ = writeln!(out, "table {}", row(header));
                for cells in rows {
                    let _ = writeln!(out, "{indent}      {}", row(cells));
                }
            }
        }
    }
}

fn span(span_: &Span) -> String {
    let all = |spans: &[Span]| spans.iter().map(span).collect::<String>();
    match span_ {
        Span::Text(text) => text.clone(),
        Span::Strong(spans) => format!("**{}**", all(spans)),
        Span::Emphasis(spans) => format!("*{}*", all(spans)),
        Span::Code(text) => format!("`{text}`"),
        Span::Link { text, url } => format!("[{}]({url})", all(text)),
        Span::Break => "/".to_owned(),
    }
}

#[test]
fn text_before_the_first_heading_is_headed_by_the_title() {
    check(
        "---\ntitle: Ports on {{% vendor/name %}}\n---\n\nIntro.\n\n## More\n\nText.\n",
        expect![[r#"
            # Ports on Upsun () 5-5 []
              Intro.
            ## More (more) 7-9 []
              Text.
        "#]],
    );
}

#[test]
fn a_title_in_the_body_is_one_section_and_no_parent() {
    check(
        "# Ports\n\nIntro.\n\n## More\n",
        expect![[r#"
        # Ports (ports) 1-3 []
          Intro.
        ## More (more) 5-5 []
    "#]],
    );
}

#[test]
fn headings_make_a_tree_with_hugos_anchors() {
    check(
        "# A\n## What's `PORT`?\n### x\n## x\n## Ünï – cödé_1\n## Own {#mine}\n## !!!\nSetext\n======\n",
        expect![[r#"
            # A (a) 1-1 []
            ## What's PORT? (whats-port) 2-2 []
            ### x (x) 3-3 [What's PORT?]
            ## x (x-1) 4-4 []
            ## Ünï – cödé_1 (ünï--cödé_1) 5-5 []
            ## Own (mine) 6-6 []
            ## !!! (heading) 7-7 []
            # Setext (setext) 8-9 []
        "#]],
    );
}

#[test]
fn numbered_steps_are_steps() {
    check(
        "## Step 1: look\n## step 02 - dig\n## Step by step\n## Step 3\n## Steps 4: no\n",
        expect![[r#"
            ## Step 1: look (step-1-look) 1-1 step 1 []
            ## step 02 - dig (step-02---dig) 2-2 step 2 []
            ## Step by step (step-by-step) 3-3 []
            ## Step 3 (step-3) 4-4 step 3 []
            ## Steps 4: no (steps-4-no) 5-5 []
        "#]],
    );
}

#[test]
fn values_are_put_in_and_lines_stay_those_of_the_file() {
    check(
        "{{% vendor/name %}} {{< vendor/configfile \"app\" >}} {{< vendor/configfile \"env\" >}}\n\n## On {{< vendor/name >}}\n\n`{{% vendor/cli %}} log` {{< variable \"ID\" \"abc\" >}}\n",
        expect![[r##"
            # On Upsun () 1-1 []
              Upsun .upsun/config.yaml .environment
            ## On Upsun (on-upsun) 3-5 []
              `upsun log` ID
            $ "upsun log" Local 5-5 | upsun log ID | 
        "##]],
    );
}

#[test]
fn notes_keep_their_place_in_lists_and_nest() {
    check(
        "1. one\n\n   {{< note theme=\"info\" title=\"Mind\" >}}\n\n   inside\n\n   {{< /note >}}\n\n2. two\n\n{{% note %}}a {{< note >}}b{{< /note >}} c{{% /note %}}\n\n> [!TIP]\n> github\n",
        expect![[r##"
            # page () 1-14 []
              list Some(1)
              -
                  one
                  note Some("Mind")
                    inside
              -
                  two
              note None
                a
                note None
                  b
                c
              note Some("Tip")
                github
        "##]],
    );
}

#[test]
fn tabs_give_their_titles_to_code() {
    check(
        "{{< codetabs >}}\n\n+++\ntitle=CLI\n+++\n\n```bash\nupsun log\n```\n\n<--->\n\n+++\ntitle=Console\n+++\n\nClick it.\n\n<--->\n+++\ntitle=Ruby\nhighlight=ruby\n+++\n# no heading\nputs 1\n\n{{< /codetabs >}}\n",
        expect![[r##"
            # page () 1-27 []
              code Some("bash") Some("CLI") "upsun log"
              **Console**
              Click it.
              code Some("ruby") Some("Ruby") "# no heading\nputs 1"
            $ "upsun log" Local 8-8 |  | 
        "##]],
    );
}

#[test]
fn unknown_shortcodes_keep_their_content() {
    check(
        "{{< what ever=\"1\" >}}\nkept\n{{< /what >}}\n\n{{< gone >}}\n",
        expect![[r#"
            # page () 1-5 []
              kept
            ! 1:1 unknown-shortcode unknown shortcode `what`: kept its content
            ! 5:1 unknown-shortcode unknown shortcode `gone`: left it out
        "#]],
    );
}

#[test]
fn a_shown_shortcode_is_shown_in_code_too() {
    check(
        "Write {{</* note */>}} so.\n\n```\n{{%/* vendor/name */%}} {{% vendor/name %}}\n```\n",
        expect![[r##"
            # page () 1-5 []
              Write {{< note >}} so.
              code None None "{{% vendor/name %}} Upsun"
        "##]],
    );
}

#[test]
fn only_the_alternative_for_this_version_is_kept() {
    check(
        "{{% version/specific %}}\nold\n<--->\nnew\n{{% /version/specific %}}\n\n{{% version/only \"1\" %}}gone{{% /version/only %}}\n",
        expect![[r#"
            # page () 1-7 []
              new
        "#]],
    );
}

#[test]
fn configuration_snippets_are_whole() {
    check(
        "```yaml\n{{< snippet name=\"app\" config=\"app\" root=\"/\" >}}\ntype: x\nhooks:\n  build: y\n{{< /snippet >}}\n```\n",
        expect![[r##"
            # page () 1-7 []
              code Some("yaml") None "applications:\n  # The name of the app container. Must be unique within a project.\n  app:\n    # The location of the application's code.\n    source:\n      root: \"/\"\n    type: x\n    hooks:\n      build: y"
        "##]],
    );
}

#[test]
fn commands_have_an_introduction_a_description_and_a_place() {
    check(
        "# A\n\nFirst this. Look at the log:\n\n```bash\nupsun activity:log     # View the most recent log\nupsun ssh 'echo $PORT'\n# What is there\nupsun activity:list    # See a list`\n```\n\nMake sure from within the container:\n\n```bash\nping database.internal\n```\n",
        expect![[r##"
            # A (a) 1-16 []
              First this. Look at the log:
              code Some("bash") None "upsun activity:log     # View the most recent log\nupsun ssh 'echo $PORT'\n# What is there\nupsun activity:list    # See a list"
              Make sure from within the container:
              code Some("bash") None "ping database.internal"
            $ "upsun activity:log" Local 6-6 | Look at the log: | View the most recent log
            $ "upsun ssh 'echo $PORT'" Local 7-7 | Look at the log: | 
            $ "upsun activity:list" Local 9-9 | Look at the log: | See a list
            $ "ping database.internal" Container 15-15 | Make sure from within the container: | 
            ! 9:36 stray-backtick a back-tick that closes nothing
        "##]],
    );
}

#[test]
fn after_entering_the_container_one_is_in_it() {
    check(
        "# A\n\n```bash\nupsun ssh\n```\n\nThen:\n\n```bash\nls /app\nupsun log\n```\n\n# B\n\n```bash\nls\n```\n",
        expect![[r##"
            # A (a) 1-12 []
              code Some("bash") None "upsun ssh"
              Then:
              code Some("bash") None "ls /app\nupsun log"
            $ "upsun ssh" Local 4-4 |  | 
            $ "ls /app" Container 10-10 | Then: | 
            $ "upsun log" Local 11-11 | Then: | 
            # B (b) 14-18 []
              code Some("bash") None "ls"
            $ "ls" Local 17-17 |  | 
        "##]],
    );
}

#[test]
fn commands_over_several_lines_stay_together() {
    check(
        "# A\n\n```bash\ncurl \\\n  -H 'a: b' \\\n  https://x.test\nfor i in 1 2; do\n  echo $i\ndone\ncat <<EOF\n# no comment\nEOF\necho \"a\n# b\"\n```\n",
        expect![[r##"
            # A (a) 1-15 []
              code Some("bash") None "curl \\\n  -H 'a: b' \\\n  https://x.test\nfor i in 1 2; do\n  echo $i\ndone\ncat <<EOF\n# no comment\nEOF\necho \"a\n# b\""
            $ "curl \\\n  -H 'a: b' \\\n  https://x.test" Local 4-6 |  | 
            $ "for i in 1 2; do\n  echo $i\ndone" Local 7-9 |  | 
            $ "cat <<EOF\n# no comment\nEOF" Local 10-12 |  | 
            $ "echo \"a\n# b\"" Local 13-14 |  | 
        "##]],
    );
}

#[test]
fn output_and_files_are_no_commands() {
    check(
        "# A\n\nYou get output such as:\n\n```bash\nreading log\n```\n\nThe file:\n\n```bash {location=\".environment\"}\nexport A=1\n```\n\n```bash\n$ upsun log\nReading log\n```\n\n```bash\nNAME=value\nW: not a program\nupsun ssh [--app APP]\n```\n",
        expect![[r##"
            # A (a) 1-24 []
              You get output such as:
              code Some("bash") None "reading log"
              The file:
              code Some("bash") None "export A=1"
              code Some("bash") None "$ upsun log\nReading log"
              code Some("bash") None "NAME=value\nW: not a program\nupsun ssh [--app APP]"
            $ "upsun log" Local 16-16 | The file: | 
        "##]],
    );
}

#[test]
fn commands_in_sentences_are_found_where_one_is_told_to_run_them() {
    check(
        "# A\n\nSome start with `npm start`. To see it, run `curl -I x.test` first. Or `upsun log app`; never `PORT`.\n",
        expect![[r##"
            # A (a) 1-3 []
              Some start with `npm start`. To see it, run `curl -I x.test` first. Or `upsun log app`; never `PORT`.
            $ "curl -I x.test" Local 3-3 | To see it, run curl -I x.test first. | 
            $ "upsun log app" Local 3-3 | Or upsun log app; never PORT. | 
        "##]],
    );
}

#[test]
fn links_lead_to_the_site() {
    check(
        "[a](/b/c.md#d) [e](../f/_index.md) [g](#h) [i](https://j.test) [k](l.html?m=n) [o](/p/q/) <a href=\"/r.md\">s</a>\n",
        expect![[r#"
            # page () 1-1 []
              [a](https://docs.upsun.com/b/c.html#d) [e](https://docs.upsun.com/f.html) [g](https://docs.upsun.com/a/page.html#h) [i](https://j.test) [k](https://docs.upsun.com/a/l.html?m=n) [o](https://docs.upsun.com/p/q.html) [s](https://docs.upsun.com/r.html)
        "#]],
    );
}

#[test]
fn html_tables_lists_and_asides_are_text() {
    check(
        "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1<br>2</td><td>\n\n- x\n- `y`\n\n</td></tr>\n</table>\n\n<details><summary>More</summary>\n\nInside.\n\n</details>\n\n<h2 id=\"z\">Raw <b>heading</b></h2>\n\n<ul><li>one<li>two</ul> <PROJECT_ID>\n",
        expect![[r##"
            # Raw heading () 1-15 []
              table a | b
                    1
            2 | x
            y
              note Some("More")
                Inside.
            ## Raw heading (z) 17-19 []
              list None
              -
                  one
              -
                  two
              <PROJECT_ID>
            ! 19:25 html-placeholder `<PROJECT_ID>` is no HTML tag; browsers show nothing of it
        "##]],
    );
}

#[test]
fn a_table_is_rows_of_cells() {
    check(
        "| a | `b \\| c` |\n|---|---|\n| {{% vendor/name %}} | **d** |\n",
        expect![[r#"
            # page () 1-3 []
              table a | b | c
                    Upsun | d
        "#]],
    );
}

#[test]
fn text_between_rules_is_text() {
    check(
        "# A\n\n---\n\nprose: here\n\n---\n",
        expect![[r#"
        # A (a) 1-7 []
          prose: here
    "#]],
    );
}

#[test]
fn mojibake_is_mended_and_real_letters_stay() {
    check(
        "# A\n\nisnâ€™t â€œquotedâ€\u{9d} cafÃ© Â© — CAFÉ» naïve SÃO â‚¬\n",
        expect![[r#"
            # A (a) 1-3 []
              isn’t “quoted” café © — CAFÉ» naïve SÃO €
            ! 3:4 mojibake `â€™` is `’` read in the wrong encoding
            ! 3:9 mojibake `â€œ` is `“` read in the wrong encoding
            ! 3:18 mojibake `â€�` is `”` read in the wrong encoding
            ! 3:25 mojibake `Ã©` is `é` read in the wrong encoding
            ! 3:28 mojibake `Â©` is `©` read in the wrong encoding
            ! 3:49 mojibake `â‚¬` is `€` read in the wrong encoding
        "#]],
    );
}

#[test]
fn bytes_that_are_not_utf8_are_read_as_windows_1252() {
    let (guide, diagnostics) = read_page("a.md", b"# A\n\nisn\x92t\n", &Options::default());
    expect!["isn’t"].assert_eq(&kb::text::plain(&guide.sections[0].blocks));
    expect!["3:4 a byte that is not UTF-8, read as Windows-1252 `’`"].assert_eq(&format!(
        "{}:{} {}",
        diagnostics[0].line, diagnostics[0].column, diagnostics[0].message
    ));
}

#[test]
fn front_matter_that_is_no_yaml_costs_only_itself() {
    check(
        "---\ntitle: A: b: {\ndescription: says\n---\n\nText.\n",
        expect![[r#"
            # A: b: { () 6-6 []
              Text.
            ! 2:1 front-matter the front matter is not the YAML it should be: mapping values are not allowed in this context at line 1, column 9
        "#]],
    );
}
