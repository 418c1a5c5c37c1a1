//! What bot502 adds to a program that it runs, over running the same argv bare, and fifty at once.
//! Compare the medians of `bare` and `within_walls`.

use std::path::Path;
use std::process::{Command, Stdio};

use bot::logic::outcome::{Ending, Outcome};
use bot::probe::order::{Limits, Order};
use bot::probe::process::{self, OutputLimits, Progress};
use bot::probe::sandbox;
use bot::probe::spool::Share;
use tokio_util::sync::CancellationToken;

fn main() {
    divan::main();
}

fn order() -> Order {
    Order {
        program: "/bin/true".into(),
        args: Vec::new(),
        environment: vec![("BOT502_BENCH".to_owned(), "1".to_owned())],
        folder: "/".into(),
        time_ms: 10_000,
        grace_ms: 100,
        limits: Limits::default(),
        access: sandbox::base_access(),
        strict: true,
    }
}

async fn run(order: &Order) -> Outcome {
    let (progress, _) = tokio::sync::watch::channel(Progress::default());
    let limits = OutputLimits {
        kept_bytes: 64 << 10,
        flood_bytes: 1 << 20,
        disk: Share {
            folders: Vec::new(),
            most_bytes: 0,
            added_bytes: 0,
        },
    };
    let helper = Path::new(env!("CARGO_BIN_EXE_bot502"));
    process::run(helper, order, limits, &CancellationToken::new(), &progress).await
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

#[divan::bench(sample_count = 200)]
fn bare() {
    let status = Command::new("/bin/true")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output();
    assert!(status.is_ok_and(|output| output.status.success()));
}

#[divan::bench(sample_count = 200)]
fn within_walls(bencher: divan::Bencher<'_, '_>) {
    let runtime = runtime();
    let order = order();
    bencher.bench_local(|| {
        let outcome = runtime.block_on(run(&order));
        assert_eq!(outcome.ending, Ending::Exited { status: 0 });
    });
}

#[divan::bench(sample_count = 20)]
fn fifty_at_once(bencher: divan::Bencher<'_, '_>) {
    let runtime = runtime();
    bencher.bench_local(|| {
        runtime.block_on(async {
            let all: Vec<_> = (0..50)
                .map(|_| tokio::spawn(async { run(&order()).await.ending }))
                .collect();
            for one in all {
                let ending = one.await.expect("a run ends");
                assert_eq!(ending, Ending::Exited { status: 0 });
            }
        });
    });
    assert_eq!(left_behind(), 0, "no process is left behind");
}

/// Processes that still carry the mark of this benchmark's programs.
fn left_behind() -> usize {
    let entries = std::fs::read_dir("/proc").expect("a process list");
    entries
        .flatten()
        .filter(|entry| {
            let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
            environment
                .split(|byte| *byte == 0)
                .any(|variable| variable == b"BOT502_BENCH=1")
        })
        .count()
}
