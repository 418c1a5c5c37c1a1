//! Any bytes are a page: reading one never panics, and what it says of itself holds.

#![no_main]

use std::sync::LazyLock;

use indexer::Options;
use kb::guide::Guide;
use libfuzzer_sys::fuzz_target;

static OPTIONS: LazyLock<Options> = LazyLock::new(Options::default);

fuzz_target!(|bytes: &[u8]| {
    let (guide, diagnostics) = indexer::check_page("dir/page.md", bytes, &OPTIONS);
    let last_line = u32::try_from(bytes.split(|byte| *byte == b'\n').count()).expect("few lines");
    holds(&guide, last_line);
    for diagnostic in &diagnostics {
        assert!(diagnostic.line <= last_line, "{diagnostic:?} beyond line {last_line}");
    }
});

/// What is true of every guide: its lines are those of the file, in order.
fn holds(guide: &Guide, last_line: u32) {
    let mut before = 0;
    for section in &guide.sections {
        assert!(!guide.title.is_empty());
        assert!((1..=6).contains(&section.level));
        assert!(section.lines.first >= 1 && section.lines.first <= section.lines.last);
        assert!(section.lines.last <= last_line, "{:?} of {last_line}", section.lines);
        assert!(section.lines.first >= before, "sections go back: {:?}", section.lines);
        before = section.lines.first;
        let texts = kb::text::plain(&section.blocks);
        assert!(!texts.contains('\u{f502}'), "a marker leaked: {texts:?}");
        for command in &section.commands {
            assert!(!command.text.trim().is_empty());
            assert!(command.lines.first >= 1 && command.lines.last <= last_line);
        }
    }
}
