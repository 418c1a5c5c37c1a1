//! How fast texts are read with the whole shipped catalogue: an ordinary log, a log full of errors,
//! one line, and how long loading takes.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use kb::cause::{Catalogue, Reader};

fn main() {
    divan::main();
}

/// Size of the logs that are read, big enough to leave every cache.
const LOG_BYTES: usize = 32 * 1024 * 1024;

/// An access log with a line of the app here and there, and now and then a warning.
fn ordinary_log() -> Vec<u8> {
    let mut log = Vec::with_capacity(LOG_BYTES + 512);
    let mut n = 0_u32;
    while log.len() < LOG_BYTES {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (a, b, c) = (n >> 24, (n >> 16) & 0xff, (n >> 8) & 0xff);
        let line = match a % 16 {
            0 => format!(
                "2026-11-22T16:{:02}:{:02}.{c:03}Z INFO [worker-{a}] order {n} stored in {b} ms\n",
                b % 60,
                c % 60
            ),
            1 => format!(
                "[2026-11-22 16:{:02}:{:02} +0000] [{a}] [INFO] Booting worker with pid: {n}\n",
                b % 60,
                c % 60
            ),
            2 if b < 16 => format!(
                "2026-11-22 16:{:02}:{:02} WARNING cache is slow: {b} ms\n",
                b % 60,
                c % 60
            ),
            _ => format!(
                "203.0.113.{b} - - [22/Nov/2026:16:{:02}:{:02} +0000] \"GET /items/{n}?page={c} HTTP/1.1\" 200 {n} \"https://shop.example.test/\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\"\n",
                b % 60,
                c % 60
            ),
        };
        log.extend_from_slice(line.as_bytes());
    }
    log
}

fn read(catalogue: &Catalogue, log: &[u8]) -> usize {
    let mut reader = Reader::new(catalogue);
    log.chunks(256 * 1024).for_each(|piece| reader.push(piece));
    reader.finish().findings.len()
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn an_ordinary_log(bencher: Bencher<'_, '_>) {
    let log = ordinary_log();
    let catalogue = Catalogue::shipped();
    bencher
        .counter(BytesCount::new(log.len()))
        .bench(|| read(catalogue, black_box(&log)));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn a_log_of_nothing_but_errors(bencher: Bencher<'_, '_>) {
    let line = "2026/11/22 16:27:34 [error] 6557#6557: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.1, server: , request: \"GET / HTTP/1.1\", upstream: \"http://127.0.0.1:8888/\"\n";
    let log = line.repeat(LOG_BYTES / 8 / line.len());
    let catalogue = Catalogue::shipped();
    bencher
        .counter(BytesCount::new(log.len()))
        .bench(|| read(catalogue, black_box(log.as_bytes())));
}

/// No line break at all: the cost must stay in proportion to the length.
#[divan::bench(sample_count = 5, sample_size = 1, args = [1, 4, 16])]
fn megabytes_in_one_line(bencher: Bencher<'_, '_>, megabytes: usize) {
    let event =
        "{\"level\":\"error\",\"msg\":\"connect ECONNREFUSED 10.0.0.7:5432\",\"t\":1763827200123},";
    let line = event.repeat(megabytes * 1024 * 1024 / event.len());
    let catalogue = Catalogue::shipped();
    bencher
        .counter(BytesCount::new(line.len()))
        .bench(|| read(catalogue, black_box(line.as_bytes())));
}

#[divan::bench]
fn one_line(bencher: Bencher<'_, '_>) {
    let catalogue = Catalogue::shipped();
    let line = "Error: listen EADDRINUSE: address already in use :::3000";
    bencher.bench(|| catalogue.read(black_box(line.as_bytes())));
}

#[divan::bench]
fn one_line_in_words(bencher: Bencher<'_, '_>) {
    let catalogue = Catalogue::shipped();
    let line = "why does the deploy of my shop fail with a bad gateway";
    bencher.bench(|| catalogue.read(black_box(line.as_bytes())));
}

/// What the first question of a process pays: read the files, build the search, compile.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn load_and_read_one_line() -> usize {
    let (catalogue, _) = Catalogue::with_files([]);
    catalogue
        .read(b"Error: listen EADDRINUSE: address already in use :::3000")
        .findings
        .len()
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn load() -> usize {
    Catalogue::with_files([]).0.causes().len()
}
