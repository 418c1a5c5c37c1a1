//! `bot502 check`: each complaint with its place, and the exit code that CI goes by.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::harness::Program;
use expect_test::{Expect, expect};
use tempfile::TempDir;

/// Writes pages into a folder of its own.
pub fn folder(pages: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, text) in pages {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a page");
    }
    folder
}

/// Checks a folder from within it, so that paths are the same everywhere.
fn check(folder: &Path, code: i32, expected: Expect) {
    let outcome = Program::new(&["check", "."]).within(folder).run();
    expected.assert_eq(&outcome.stdout);
    assert_eq!(outcome.code, code, "{}", outcome.stderr);
}

#[test]
fn a_sound_folder_passes() {
    let pages = [
        ("_index.md", "# Home\n\n[Redis](redis.md#two-words)\n"),
        ("redis.md", "---\ntitle: Redis\n---\n## Two words\n"),
    ];
    check(
        folder(&pages).path(),
        0,
        expect![[r#"
        2 pages: nothing to complain of
    "#]],
    );
}

#[test]
fn a_link_that_leads_nowhere_fails_and_names_the_nearest() {
    let pages = [
        ("_index.md", "[a](/redis#two-word) and [b](/rediss.md)\n"),
        ("redis.md", "## Two words\n"),
    ];
    check(
        folder(&pages).path(),
        1,
        expect![[r#"
        error[broken-anchor]: `#two-word` is no heading of `redis.md`
         --> ./_index.md:1:1
          |
        1 | [a](/redis#two-word) and [b](/rediss.md)
          | ^ here
          |
          = help: the nearest is `#two-words`

        error[broken-link]: `/rediss.md` leads to no page of this folder
         --> ./_index.md:1:26
          |
        1 | [a](/redis#two-word) and [b](/rediss.md)
          |                          ^ here
          |
          = help: the nearest page is `/redis`

        2 pages: 2 errors
    "#]],
    );
}

#[test]
fn what_was_mended_is_a_warning_and_passes() {
    let pages = [(
        "a.md",
        "# A\n\nIt isnâ€™t there.\n\n```bash\nls -l # list`\n```\n",
    )];
    check(
        folder(&pages).path(),
        0,
        expect![[r#"
        warning[mojibake]: `â€™` is `’` read in the wrong encoding
         --> ./a.md:3:7
          |
        3 | It isnâ€™t there.
          |       ^ here
          |
          = help: write `’` and save the file as UTF-8

        warning[stray-backtick]: a back-tick that closes nothing
         --> ./a.md:6:13
          |
        6 | ls -l # list`
          |             ^ here
          |
          = help: remove it

        1 page: 2 warnings
    "#]],
    );
}

#[test]
fn shortcodes_steps_and_commands_are_judged() {
    let page = "# A\n\n{{< note >}}\nnever closed\n\n## Step 1: a\n\n## Step 3: b\n\n```bash\necho \"x\n```\n\n{{% oops\n";
    check(
        folder(&[("a.md", page)]).path(),
        1,
        expect![[r#"
        error[unclosed-shortcode]: `note` is opened here and not closed
         --> ./a.md:3:1
          |
        3 | {{< note >}}
          | ^ here
          |
          = help: close it with `{{< /note >}}`

        error[step-order]: step 3 stands where step 2 is expected
         --> ./a.md:8:1
          |
        8 | ## Step 3: b
          | ^ here
          |
          = help: number the steps of a page 1, 2, 3 in their order

        error[unparsable-command]: no shell can read this command
          --> ./a.md:11:1
           |
        11 | echo "x
           | ^ here
           |
           = help: close its quotation marks, and end no last line with `\`

        error[unclosed-shortcode]: this begins a shortcode but is none: it is not closed before the next one, or with other brackets
          --> ./a.md:14:1
           |
        14 | {{% oops
           | ^ here
           |
           = help: close it with `>}}` or `%}}` as it was opened; to show it, write `{{</* name */>}}`

        1 page: 4 errors
    "#]],
    );
}

#[test]
fn nothing_that_is_no_file_is_opened_and_the_rest_is_read() {
    let folder = folder(&[("good.md", "# Good\n")]);
    symlink("/etc/passwd", folder.path().join("link.md")).expect("a link");
    let fifo = std::process::Command::new("mkfifo")
        .arg(folder.path().join("pipe.md"))
        .status();
    assert!(fifo.expect("mkfifo runs").success());
    fs::write(folder.path().join("binary.md"), [0; 64]).expect("a file");
    check(
        folder.path(),
        1,
        expect![[r#"
        error[binary]: this is not text, so it is not read
        --> ./binary.md
         = help: a guide is Markdown in UTF-8

        error[link]: a symbolic link, which is not followed
        --> ./link.md
         = help: put the file itself here, or name its folder as a guides folder

        error[not-a-file]: not a regular file, so it is not read
        --> ./pipe.md
         = help: a guide is a plain file; remove this or rename it

        1 page: 3 errors
    "#]],
    );
}

#[test]
fn a_guide_that_answers_none_of_its_questions_fails() {
    let zebras: String = (1..6)
        .map(|n| format!("## Zebra crossing {n}\n\nOne more zebra crossing.\n\n"))
        .collect();
    let headings = |path: &str, headings: &[String]| {
        let relevant: Vec<_> = headings
            .iter()
            .map(|heading| serde_json::json!({"path": path, "heading": heading}))
            .collect();
        let row = serde_json::json!({"id": path, "query": "zebra crossing", "relevant": relevant});
        format!("{row}\n")
    };
    let all: Vec<String> = (1..6).map(|n| format!("Zebra crossing {n}")).collect();
    let questions = headings("zebra.md", &all) + &headings("other.md", &["Printers".to_owned()]);
    let pages = [
        ("zebra.md", zebras.as_str()),
        ("other.md", "# Printers\n\nHow to print.\n"),
        ("questions.jsonl", questions.as_str()),
    ];
    check(
        folder(&pages).path(),
        1,
        expect![[r#"
        error[unanswered]: answers none of its questions in `questions.jsonl` (1 in all)
        --> ./other.md
         = help: use the words in which people ask, in a heading or near it

        2 pages: 1 error
    "#]],
    );
}

#[test]
fn the_shipped_guides_and_causes_are_sound() {
    let outcome = Program::new(&["check", "--notes"]).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
}

#[test]
fn json_holds_every_complaint_with_its_place() {
    let folder = folder(&[("a.md", "# A\n\n[x](#y)\n")]);
    let outcome = Program::new(&["check", "--json", "."])
        .within(folder.path())
        .run();
    expect![[r##"{"version":1,"pages":1,"diagnostics":[{"severity":"error","code":"broken-anchor","path":"./a.md","line":3,"column":1,"quote":"[x](#y)","message":"`#y` is no heading of `a.md`","hint":"link to a heading of that page, or to the page alone"}]}
"##]].assert_eq(&outcome.stdout);
    assert_eq!(outcome.code, 1);
}

#[test]
fn a_shipped_phrasing_whose_heading_is_gone_is_a_note() {
    let page = "---\ntitle: Mounts\n---\n\n## Another heading\n\nText.\n";
    let folder = folder(&[("create-apps/image-properties/mounts.md", page)]);
    let path = folder.path().to_str().expect("a path");
    let found = Program::new(&["check", "--json", path]).run().json();
    let codes: Vec<_> = found["diagnostics"]
        .as_array()
        .expect("diagnostics")
        .iter()
        .map(|found| (&found["code"], &found["severity"]))
        .collect();
    assert!(
        codes.contains(&(&"phrasings".into(), &"note".into())),
        "{found}"
    );
}
