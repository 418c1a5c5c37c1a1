//! Hostile pages and folders: each ends in guides and complaints, soon, on the smallest stack.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use indexer::{Limits, Options, check_page, read_folder};
use kb::text::Block;
use tempfile::TempDir;

/// Reads a page on a thread with a small stack, and gives the codes of its complaints.
fn codes(page: impl Into<Vec<u8>>) -> Vec<&'static str> {
    let page = page.into();
    let read = move || {
        let (guide, diagnostics) = check_page("a.md", &page, &Options::default());
        // What is done with a guide later walks its blocks as well.
        let words: usize = guide
            .sections
            .iter()
            .map(|section| kb::text::plain(&section.blocks).len())
            .sum();
        assert!(words <= 8 * page.len() + 64);
        drop(guide.clone());
        diagnostics
            .into_iter()
            .map(|diagnostic| diagnostic.code)
            .collect()
    };
    let thread = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(read)
        .expect("a thread");
    thread.join().expect("no panic")
}

const DEEP: usize = 100_000;

#[test]
fn nesting_of_any_depth_is_read() {
    let item = |i: usize| format!("{}- x\n", " ".repeat(2 * i));
    let pages = [
        ">".repeat(DEEP),
        "- ".repeat(DEEP),
        "[".repeat(DEEP),
        "![".repeat(DEEP),
        "*a **b ".repeat(DEEP / 2),
        "<div>".repeat(DEEP),
        format!("\n<ul><li>{}", "<ul><li>".repeat(DEEP)),
        format!("a {}", "<b>".repeat(DEEP)),
        "`".repeat(DEEP),
        "{{< note >}}\n".repeat(DEEP / 10),
        format!(
            "{}{}",
            "{{< note >}}\n".repeat(DEEP / 10),
            "{{< /note >}}\n".repeat(DEEP / 10)
        ),
        "{{% ".repeat(DEEP),
        "{{< \"".repeat(DEEP),
        "{{</* ".repeat(DEEP),
        "{{< /note >}}".repeat(DEEP / 10),
        "x {{< note >}}y{{< /note >}} ".repeat(DEEP / 10),
        "{{< codetabs >}}\n+++\n<--->\n".repeat(DEEP / 100),
        (0..300).map(item).collect(),
        "# a\n".repeat(DEEP / 10),
        "###### a\n# b\n".repeat(DEEP / 10),
        "|".repeat(DEEP),
        format!("|a|\n|-|\n{}", "|x|\n".repeat(DEEP / 10)),
    ];
    for page in pages {
        let start: String = page.chars().take(20).collect();
        assert!(
            codes(page).len() <= Options::default().limits.diagnostics + 2,
            "{start}"
        );
    }
}

#[test]
fn shell_listings_without_an_end_are_read() {
    for line in [
        "echo \"x\n",
        "if true\n",
        "a \\\n",
        "cat <<EOF\n",
        "f() {\n",
        "# x`\n",
        "a`\n",
    ] {
        codes(format!("```bash\n{}```\n", line.repeat(DEEP / 10)));
    }
}

#[test]
fn long_paragraphs_of_code_are_read() {
    codes("run `upsun log app` ".repeat(DEEP / 10));
    codes("run `upsun log app`. ".repeat(DEEP / 10));
}

#[test]
fn a_yaml_bomb_is_refused() {
    let mut bomb = String::from("---\na0: &a0 [x, x]\n");
    for i in 1..40 {
        bomb += &format!("a{i}: &a{i} [*a{0}, *a{0}, *a{0}]\n", i - 1);
    }
    bomb += "title: T\n---\n";
    assert_eq!(codes(bomb), ["front-matter"]);
    assert_eq!(
        codes(format!("---\ntitle: {}\n---\n", "[".repeat(DEEP))),
        ["front-matter"]
    );
}

#[test]
fn front_matter_without_an_end_is_text() {
    assert_eq!(codes("---\ntitle: T\n"), ["front-matter"]);
}

#[test]
fn odd_bytes_are_read() {
    assert_eq!(codes([0; 1000]), ["binary"]);
    assert_eq!(codes("a\0b ".to_owned() + &"text ".repeat(20)), ["nul"]);
    assert!(
        codes(b"\xff\xfe\x80 text that goes on for long enough to be text".as_slice())
            .contains(&"not-utf8")
    );
    assert!(codes("\r\r\n\u{feff}\u{f502}<!--\u{f502}0-->\n").is_empty());
    assert!(codes("").is_empty());
}

#[test]
fn no_page_can_write_a_marker_of_ours() {
    let forged = "<!--\u{f502}0-->";
    let page = format!(
        "---\ntitle: T\u{f502}\nsidebarTitle: \"\\uF502\"\ndescription: \"D {forged} \\uF502\"\n---\n\n{{{{< note >}}}}a{{{{< /note >}}}}\n\n{{{{% description %}}}}\n\n{forged}\n\nb\n"
    );
    let (guide, _) = check_page("a.md", page.as_bytes(), &Options::default());
    let text = kb::text::plain(&guide.sections[0].blocks);
    assert!(
        !text.contains('\u{f502}') && !guide.title.contains('\u{f502}'),
        "{text:?}"
    );
    let notes = guide.sections[0]
        .blocks
        .iter()
        .filter(|block| matches!(block, Block::Note { .. }));
    assert_eq!(notes.count(), 1);
}

#[test]
fn shortcodes_in_odd_places_leave_no_marker() {
    let note = "{{< note >}}in{{< /note >}}";
    for page in [
        format!("\\{note}"),
        format!("[a]({note})"),
        format!("[a](<x {note}>)"),
        format!("# a {note} {{#b}}"),
        format!("<a href=\"{note}\">b</a>"),
        format!("</pnow {note}\n\n b>"),
        format!("<p_q {note}>"),
        format!("```{note}\nc\n```"),
        format!("`{note}`"),
        format!("| {note} | `{note}` |\n|-|-|\n| {note} | b |"),
        format!("![{note}]({note})"),
        format!("{{{{< codetabs >}}}}\n+++\ntitle={note}\n+++\n{note}\n{{{{< /codetabs >}}}}"),
        format!("{{{{< note title=\"{note}\" >}}}}x{{{{< /note >}}}}"),
    ] {
        let (guide, diagnostics) = check_page("a.md", page.as_bytes(), &Options::default());
        let all = format!("{guide:?}{diagnostics:?}");
        assert!(
            !all.contains("f502") && !all.contains('\u{f502}'),
            "{page}: {all}"
        );
    }
}

fn folder(pages: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, bytes) in pages {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a page");
    }
    folder
}

fn read(folder: &TempDir, limits: Limits) -> (Vec<String>, Vec<(String, &'static str)>) {
    let options = Options {
        limits,
        ..Options::default()
    };
    let (guides, diagnostics) = read_folder(folder.path(), &options);
    let paths = guides.into_iter().map(|guide| guide.path).collect();
    (
        paths,
        diagnostics
            .into_iter()
            .map(|diagnostic| (diagnostic.path, diagnostic.code))
            .collect(),
    )
}

#[test]
fn pages_come_in_the_order_of_their_paths() {
    let folder = folder(&[
        ("b.md", b""),
        ("a/z.md", b""),
        ("a/b/c.MD", b""),
        (".git/x.md", b""),
        ("n.txt", b""),
    ]);
    assert_eq!(
        read(&folder, Limits::default()).0,
        ["a/b/c.MD", "a/z.md", "b.md"]
    );
}

#[test]
fn what_leads_out_or_is_no_file_is_refused() {
    let outside = folder(&[("secret.md", b"# secret")]);
    let folder = folder(&[("a.md", b"# a")]);
    symlink(
        outside.path().join("secret.md"),
        folder.path().join("file.md"),
    )
    .expect("a link");
    symlink(outside.path(), folder.path().join("folder")).expect("a link");
    symlink("nowhere", folder.path().join("dangling.md")).expect("a link");
    let pipe = rustix::fs::CWD;
    rustix::fs::mknodat(
        pipe,
        folder.path().join("pipe.md"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .expect("a FIFO");
    let (paths, complaints) = read(&folder, Limits::default());
    assert_eq!(paths, ["a.md"]);
    let expected = [
        ("dangling.md", "link"),
        ("file.md", "link"),
        ("folder", "link"),
        ("pipe.md", "not-a-file"),
    ];
    assert_eq!(
        complaints,
        expected.map(|(path, code)| (path.to_owned(), code))
    );
}

#[test]
fn an_include_cannot_leave_the_folder() {
    let outside = folder(&[("secret.md", b"SECRET")]);
    let name = outside
        .path()
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a name");
    let page = format!(
        "{{{{< readFile file=\"../{name}/secret.md\" >}}}} {{{{< include \"/etc/passwd\" >}}}}"
    );
    let folder = folder(&[("a.md", page.as_bytes())]);
    let (guides, _) = read_folder(folder.path(), &Options::default());
    assert_eq!(kb::text::plain(&guides[0].sections[0].blocks), "");
}

#[test]
fn an_include_that_includes_itself_ends() {
    let include = b"{{< include \"x.txt\" >}}{{< include \"x.txt\" >}}again ";
    let folder = folder(&[("a.md", b"{{< include \"x.txt\" >}}"), ("x.txt", include)]);
    let (guides, _) = read_folder(folder.path(), &Options::default());
    assert!(kb::text::plain(&guides[0].sections[0].blocks).starts_with("again"));
}

#[test]
fn sizes_counts_and_depths_have_limits() {
    let big = vec![b'a'; 2000];
    let folder = folder(&[
        ("a.md", b"a"),
        ("big.md", &big),
        ("c/d/e.md", b"e"),
        ("f.md", b"f"),
        ("g.md", b"g"),
    ]);
    let limits = Limits {
        page_bytes: 1000,
        depth: 1,
        pages: 2,
        ..Limits::default()
    };
    let (paths, complaints) = read(&folder, limits);
    assert_eq!(paths, ["a.md", "f.md"]);
    let expected = [
        ("big.md", "too-large"),
        ("c/d", "too-deep"),
        ("g.md", "too-many"),
    ];
    assert_eq!(
        complaints,
        expected.map(|(path, code)| (path.to_owned(), code))
    );
}

#[test]
fn an_unreadable_page_is_named_and_the_rest_is_read() {
    let folder = folder(&[("a.md", b"a"), ("b.md", b"b")]);
    let locked = folder.path().join("a.md");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("permissions");
    // Root may read everything; then there is nothing to refuse.
    let may_read = fs::File::open(&locked).is_ok();
    let (paths, complaints) = read(&folder, Limits::default());
    if may_read {
        assert_eq!(paths, ["a.md", "b.md"]);
    } else {
        assert_eq!(
            (paths, complaints),
            (
                vec!["b.md".to_owned()],
                vec![("a.md".to_owned(), "unreadable")]
            )
        );
    }
}
