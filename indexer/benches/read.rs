//! How long reading takes: one page of everything, and a folder of 290 such pages (2.1 MB, the size
//! of Upsun's public documentation). `BOT502_BENCH_DOCS=DIR` measures a real folder as well.

use std::path::{Path, PathBuf};

use divan::Bencher;
use divan::counter::BytesCount;
use indexer::{Options, read_folder, read_page};

fn main() {
    divan::main();
}

/// A page with something of everything, of about 7 KB: as in the public documentation.
fn page() -> String {
    let part = "## Look at {{% vendor/name %}}\n\nRead `/var/log/app.log`, then *look* at \
        [the variables](/development/variables.md#look-at-upsun).\n\n{{< note theme=\"info\" >}}\n\n\
        The log is short. Run `upsun log app --lines 5` to see its end.\n\n{{< /note >}}\n\n\
        ```bash\n{{% vendor/cli %}} ssh 'echo $PORT'   # Which port\nping database.internal\n```\n\n\
        | a | b |\n|---|---|\n| `c` | {{% vendor/name %}} |\n\n{{< codetabs >}}\n+++\ntitle=One\n+++\n\n\
        ```yaml {configFile=\"app\"}\nweb:\n  commands:\n    start: node server.js\n```\n\n<--->\n+++\n\
        title=Two\n+++\n\nClick **Save**.\n\n{{< /codetabs >}}\n\n";
    format!(
        "---\ntitle: A page\ndescription: Of everything.\n---\n\n{}",
        part.repeat(11)
    )
}

#[divan::bench]
fn one_page(bencher: Bencher<'_, '_>) {
    let page = page();
    let options = Options::default();
    bencher
        .counter(BytesCount::of_str(&page))
        .bench(|| read_page("a/page.md", page.as_bytes(), &options));
}

#[divan::bench(sample_count = 20)]
fn folder_of_290_pages(bencher: Bencher<'_, '_>) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let page = page();
    for n in 0..290 {
        std::fs::write(folder.path().join(format!("{n}.md")), &page).expect("a page");
    }
    bench_folder(bencher, folder.path());
}

#[divan::bench(sample_count = 20)]
fn given_folder(bencher: Bencher<'_, '_>) {
    if let Some(folder) = std::env::var_os("BOT502_BENCH_DOCS") {
        bench_folder(bencher, &PathBuf::from(folder));
    }
}

fn bench_folder(bencher: Bencher<'_, '_>, folder: &Path) {
    let options = Options::default();
    bencher.bench(|| read_folder(folder, &options));
}
