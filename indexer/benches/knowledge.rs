//! How long reading, indexing, opening and asking take, over a folder of Markdown.
//!
//! `BOT502_BENCH_GUIDES=DIR cargo bench -p indexer` measures over your own pages, and
//! `BOT502_BENCH_QUESTIONS=FILE,FILE` (JSON lines with a `query`) with your own questions. Without them,
//! 300 pages and 200 questions are made up, of about the size of a product's documentation.

use std::fmt::Write;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use divan::{Bencher, black_box};
use indexer::Options;
use kb::cause::Catalogue;
use kb::guide::Guide;
use kb::{Knowledge, Lore};

fn main() {
    divan::main();
    // Not when they are only listed, or one of them was asked for.
    if std::env::args()
        .skip(1)
        .all(|argument| argument == "--bench")
    {
        ask_all_questions();
    }
}

/// How often each question is asked.
const ROUNDS: usize = 21;

/// Asks every question again and again, and prints how long single calls took. A machine with other
/// work interrupts some of them: the median of each question tells what the question costs.
fn ask_all_questions() {
    let knowledge = &*KNOWLEDGE;
    let _ = knowledge.ask("misspeltt");
    let ask = |question: &String| {
        let start = Instant::now();
        black_box(knowledge.ask(black_box(question)));
        start.elapsed()
    };
    let firsts: Vec<Duration> = QUESTIONS.iter().map(ask).collect();
    let mut all = Vec::new();
    let mut medians = Vec::new();
    for question in &*QUESTIONS {
        let mut own: Vec<Duration> = (0..ROUNDS).map(|_| ask(question)).collect();
        own.sort_unstable();
        medians.push(own[ROUNDS / 2]);
        all.append(&mut own);
    }
    println!("one question, {} of them:", QUESTIONS.len());
    report("the first time", firsts);
    report("every other time", all);
    report("median of each", medians);
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |hundredths: usize| times[(times.len() * hundredths / 100).min(times.len() - 1)];
    println!(
        "  {what:16}  fastest {:>8.1?}  p50 {:>8.1?}  p99 {:>8.1?}  slowest {:>8.1?}",
        times[0],
        at(50),
        at(99),
        at(100),
    );
}

/// A page: its path and its text.
type Page = (String, Vec<u8>);

static PAGES: LazyLock<Vec<Page>> =
    LazyLock::new(|| match std::env::var_os("BOT502_BENCH_GUIDES") {
        Some(folder) => {
            let mut pages = Vec::new();
            read_pages(Path::new(&folder), Path::new(&folder), &mut pages);
            pages
        }
        None => (0..300).map(made_up_page).collect(),
    });

static GUIDES: LazyLock<Vec<Guide>> = LazyLock::new(|| parse(&PAGES));
static LORE: LazyLock<Lore> = LazyLock::new(|| Lore::shipped(&GUIDES));
static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::build(&GUIDES, &LORE).expect("guides are indexed in memory"));
static QUESTIONS: LazyLock<Vec<String>> = LazyLock::new(questions);

#[divan::bench(sample_count = 10)]
fn parse_pages(bencher: Bencher<'_, '_>) {
    let pages = &*PAGES;
    bencher.bench(|| parse(black_box(pages)));
}

/// Reading and indexing together, as a start without an index on disk does both.
#[divan::bench(sample_count = 10)]
fn parse_and_index_in_memory(bencher: Bencher<'_, '_>) {
    let pages = &*PAGES;
    bencher.bench(|| {
        let guides = parse(black_box(pages));
        Knowledge::build(&guides, &Lore::shipped(&guides))
    });
}

#[divan::bench(sample_count = 10)]
fn index_in_memory(bencher: Bencher<'_, '_>) {
    let (guides, lore) = (&*GUIDES, &*LORE);
    bencher.bench(|| Knowledge::build(black_box(guides), lore));
}

#[divan::bench(sample_count = 10)]
fn index_on_disk(bencher: Bencher<'_, '_>) {
    let (guides, lore) = (&*GUIDES, &*LORE);
    let folder = tempfile::tempdir().expect("a folder can be made");
    bencher.bench(|| Knowledge::build_in(folder.path(), "bench", black_box(guides), lore));
}

#[divan::bench]
fn open_from_disk(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    Knowledge::build_in(folder.path(), "bench", &GUIDES, &LORE).expect("the disk has room");
    bencher.bench(|| Knowledge::open(black_box(folder.path()), "bench", Catalogue::shipped()));
}

/// One sample is one question, so the slowest sample is the slowest question.
#[divan::bench(sample_count = 2000, sample_size = 1)]
fn ask_a_question(bencher: Bencher<'_, '_>) {
    let knowledge = &*KNOWLEDGE;
    let questions = &*QUESTIONS;
    // The first question that has a slip in it reads the words of all guides.
    let _ = knowledge.ask("misspeltt");
    let mut next = 0;
    bencher
        .with_inputs(|| {
            next = (next + 1) % questions.len();
            &questions[next]
        })
        .bench_local_values(|question| knowledge.ask(black_box(question)));
}

#[divan::bench(sample_count = 10)]
fn ask_with_a_megabyte_of_log(bencher: Bencher<'_, '_>) {
    let knowledge = &*KNOWLEDGE;
    let mut log = String::new();
    for number in 0..20_000 {
        let _ = writeln!(
            log,
            "2026-01-02T03:04:{:02}Z worker {number} error: refused",
            number % 60
        );
    }
    bencher.bench(|| knowledge.ask(black_box(&log)));
}

fn parse(pages: &[Page]) -> Vec<Guide> {
    let options = Options::default();
    pages
        .iter()
        .map(|(path, text)| indexer::read_page(path, text, &options).0)
        .collect()
}

fn read_pages(root: &Path, folder: &Path, pages: &mut Vec<Page>) {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_pages(root, &path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let name = path
                .strip_prefix(root)
                .expect("it is below the root")
                .display()
                .to_string();
            pages.push((name, std::fs::read(&path).expect("the page can be read")));
        }
    }
}

fn questions() -> Vec<String> {
    if let Ok(files) = std::env::var("BOT502_BENCH_QUESTIONS") {
        let rows = files.split(',').flat_map(|file| {
            let text = std::fs::read_to_string(file).expect("the questions can be read");
            kb::measure::read_rows(&text).expect("the questions are rows of an evaluation")
        });
        return rows.map(|row| row.query).collect();
    }
    let mut words = Words(7);
    (0..200).map(|n| words.sentence(4 + n % 9)).collect()
}

fn made_up_page(number: usize) -> Page {
    let mut words = Words(number as u64 + 1);
    let mut text = format!(
        "---\ntitle: {}\n---\n\n{}\n",
        words.sentence(3),
        words.paragraph()
    );
    for _ in 0..8 {
        let _ = write!(
            text,
            "\n## {}\n\n{}\n",
            words.sentence(4),
            words.paragraph()
        );
        let _ = write!(
            text,
            "\nTo see it, run:\n\n```bash\nupsun {}\n```\n",
            words.sentence(2)
        );
    }
    (format!("made-up/{number}.md"), text.into_bytes())
}

/// Words as a text has them: a few very often, most seldom; the same ones every time.
struct Words(u64);

impl Words {
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "con", "tai", "ner", "log", "port", "de", "ploy", "ment", "ser", "vice", "route",
            "app", "mount", "er", "ing", "data",
        ];
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let chance = (self.0 >> 33) as f64 / f64::from(1_u32 << 31);
        // The cube makes the first of 4,096 words some hundred times as frequent as the last.
        let rank = (chance.powi(3) * 4096.0) as usize;
        [rank % 16, rank / 16 % 16, rank / 256 % 16]
            .map(|n| SYLLABLES[n])
            .concat()
    }

    fn sentence(&mut self, length: usize) -> String {
        let words: Vec<String> = (0..length).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn paragraph(&mut self) -> String {
        let sentences: Vec<String> = (0..6).map(|_| self.sentence(12)).collect();
        sentences.join(". ") + "."
    }
}
