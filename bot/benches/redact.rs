//! What redacting a whole capture costs: 256 KiB of quiet logs, and of logs full of secrets.

use bot::logic::redact::Redactor;
use divan::Bencher;

/// What is kept of a probe's output at most.
const CAPTURE: usize = 256 * 1024;

fn main() {
    divan::main();
}

fn redactor() -> Redactor {
    Redactor::new(
        &["a-token-of-the-bot-itself", "another-value-it-holds"]
            .into_iter()
            .collect(),
    )
}

fn repeat(lines: &[&str]) -> String {
    lines
        .iter()
        .cycle()
        .flat_map(|line| [line, "\n"])
        .scan(0, |length, piece| {
            *length += piece.len();
            (*length <= CAPTURE).then_some(piece)
        })
        .collect()
}

const QUIET: &[&str] = &[
    "2026-03-12T10:11:01.120Z INFO  [main] worker: job 9a689fe9-6eb8-4861-91f7-19254b31a066 finished in 32ms",
    "10.0.3.17 - - [12/Mar/2026:10:11:01 +0000] \"GET /build/app.c8401b94.js HTTP/2.0\" 200 27930 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
    "#27 /app/vendor/symfony/http-kernel/HttpKernel.php(46): Symfony\\Component\\HttpKernel\\HttpKernel->handleRaw(Object(Request), 1)",
    "upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.3.17, server: _",
    "[9003.547545] oom-kill:constraint=CONSTRAINT_MEMCG,task=php-fpm,pid=82714,uid=10000",
];

const SECRET: &[&str] = &[
    "DATABASE_URL=postgres://main:s3cr3tW0rd@database.internal:5432/main?sslmode=require",
    "{\"level\":\"info\",\"msg\":\"config loaded\",\"mailPassword\":\"hunter2!\",\"port\":8080}",
    "> Authorization: Bearer 0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "mysqldump -h database.internal -u main -ps3cr3tW0rd main",
];

#[divan::bench]
fn quiet_logs(bencher: Bencher<'_, '_>) {
    let (text, redactor) = (repeat(QUIET), redactor());
    bencher.bench(|| redactor.redact(&text));
}

#[divan::bench]
fn logs_with_a_secret_in_twenty_lines(bencher: Bencher<'_, '_>) {
    let mut lines: Vec<&str> = Vec::new();
    for secret in SECRET {
        lines.extend(QUIET.iter().cycle().take(19));
        lines.push(secret);
    }
    let (text, redactor) = (repeat(&lines), redactor());
    bencher.bench(|| redactor.redact(&text));
}

#[divan::bench]
fn nothing_but_secrets(bencher: Bencher<'_, '_>) {
    let (text, redactor) = (repeat(SECRET), redactor());
    bencher.bench(|| redactor.redact(&text));
}
