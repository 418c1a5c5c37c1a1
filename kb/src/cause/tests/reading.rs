//! What reading promises, as tables of texts: most of them against a small catalogue of this file,
//! so that a test says what it is about.

use crate::cause::{Catalogue, Certainty, Reading};

/// A catalogue of a few causes of each kind.
const CAUSES: &str = r#"
[[cause]]
id = "port-in-use"
title = "Port taken"
what = "Another process listens already."
fix = "Stop it."
steps = [2, 4]
probe = "listeners"
synonyms = ["heroku:R99"]
[[cause.signature]]
strength = "decisive"
pattern = '''(?i)\bEADDRINUSE\b|address already in use'''
example = "Error: listen EADDRINUSE: address already in use :::3000"

[[cause]]
id = "crash-loop"
title = "Restarted again and again"
what = "Each start fails."
fix = "Read the first error."
steps = [2]
probe = "restarts"
consequence = true
[[cause.signature]]
strength = "decisive"
pattern = '''^gave up: \S+ entered FATAL state'''
example = "gave up: web entered FATAL state, too many start retries too quickly"

[[cause]]
id = "upstream-refused"
title = "Nothing listens"
what = "Refused."
fix = "Start the app."
steps = [2]
probe = "port"
[[cause.signature]]
strength = "symptom"
pattern = '''connect\(\) failed \(111: Connection refused\) while connecting to upstream'''
example = "connect() failed (111: Connection refused) while connecting to upstream"

[[cause]]
id = "service-refused"
title = "The service refuses"
what = "Nothing listens there."
fix = "Start the service."
steps = [5]
probe = "service-connect"
[[cause.signature]]
strength = "decisive"
pattern = '''(?i)ECONNREFUSED|connection refused'''
unless = '''while connecting to upstream'''
example = "Error: connect ECONNREFUSED 127.0.0.1:5432"

[[cause]]
id = "uncaught"
title = "Exception"
what = "The code throws."
fix = "Mend it."
steps = [1]
probe = "app-log"
[[cause.signature]]
strength = "supporting"
pattern = '''^[A-Z]\w+(?:Error|Exception): '''
example = "TypeError: x is not a function"
"#;

pub(super) fn catalogue() -> Catalogue {
    let (catalogue, complaints) = Catalogue::new([("causes.toml", CAUSES)]);
    assert_eq!(complaints, []);
    catalogue
}

/// The findings of a text as `cause@line*count`, best first.
pub(super) fn brief(reading: &Reading) -> String {
    let findings: Vec<String> = reading
        .findings
        .iter()
        .map(|finding| format!("{}@{}*{}", finding.cause, finding.line, finding.count))
        .collect();
    findings.join(" ")
}

#[track_caller]
pub(super) fn check(text: &str, expected: &str) {
    assert_eq!(
        brief(&catalogue().read(text.as_bytes())),
        expected,
        "{text}"
    );
}

#[test]
fn an_error_is_found_within_whatever_a_log_wraps_around_it() {
    for line in [
        "Error: listen EADDRINUSE: address already in use :::3000",
        "2026-11-22T16:10:13.123Z ERROR [main] listen EADDRINUSE :::3000",
        "web.1  | 16:10:13 Error: listen EADDRINUSE :::3000",
        "Nov 22 16:10:13 host app[123]: listen EADDRINUSE",
        "\u{1b}[31mError: listen EADD\u{1b}[1mRINUSE\u{1b}[0m :::3000",
        "{\"level\":50,\"time\":1,\"msg\":\"listen EADDRINUSE: :::3000\"}",
        "{\"level\":\"error\",\"err\":{\"stack\":\"Error: x\\n at y\\nlisten EADDRINUSE\"}}",
        "Error: listen EADDRINUSE: address already in use :::3000\r\n",
    ] {
        check(line, "port-in-use@1*1");
    }
}

#[test]
fn an_anchored_signature_sees_the_message_alone() {
    for line in [
        "2016-07-22 20:06:55,037 INFO gave up: web entered FATAL state, too many start retries",
        "gave up: web entered FATAL state, too many start retries too quickly",
        "app_1  | 2026-07-22 20:06:55,037 INFO gave up: web entered FATAL state, too many",
    ] {
        check(line, "crash-loop@1*1");
    }
}

#[test]
fn the_first_error_of_a_chain_is_the_root() {
    check(
        "Error: connect ECONNREFUSED 10.0.0.1:5432\nError: listen EADDRINUSE :::3000\n",
        "service-refused@1*1 port-in-use@2*1",
    );
}

#[test]
fn the_last_caused_by_of_a_java_trace_is_the_root() {
    check(
        "java.lang.IllegalStateException: listen EADDRINUSE\n\
         \tat a.B.c(B.java:1)\n\
         Caused by: java.net.ConnectException: Connection refused\n\
         \tat d.E.f(E.java:2)\n",
        "service-refused@3*1 port-in-use@1*1",
    );
}

#[test]
fn a_python_trace_counts_by_what_was_raised_and_not_by_the_code_it_quotes() {
    check(
        "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n\
         redis.exceptions.Timeout: connection refused\n",
        "service-refused@3*1",
    );
    check(
        "  File \"/app/a.py\", line 3, in check\n    retry(\"connection refused\")\n\
         TypeError: retry() takes 0 positional arguments\n",
        "uncaught@3*1",
    );
}

#[test]
fn a_proxys_own_status_stands_beside_its_message() {
    let text = r#"{"level":"error","msg":"dial tcp 10.0.0.9:80: connection refused","status":502}"#;
    let reading = catalogue().read(text.as_bytes());
    let evidence = "dial tcp 10.0.0.9:80: connection refused (status 502)";
    assert_eq!(reading.findings[0].evidence, evidence);
}

#[test]
fn a_consequence_yields_to_a_reason_that_comes_later() {
    check(
        "gave up: web entered FATAL state, too many start retries too quickly\n\
         Error: listen EADDRINUSE :::3000\n",
        "port-in-use@2*1 crash-loop@1*1",
    );
}

#[test]
fn a_decisive_line_of_the_app_beats_the_routers_symptom() {
    check(
        "2026/11/22 16:27:34 [error] 6557#6557: *1 connect() failed (111: Connection refused) \
         while connecting to upstream, client: 127.0.0.1\n\
         Error: listen EADDRINUSE :::3000\n",
        "port-in-use@2*1 upstream-refused@1*1",
    );
}

#[test]
fn a_symptom_alone_says_that_it_is_one() {
    let reading = catalogue()
        .read(b"connect() failed (111: Connection refused) while connecting to upstream");
    assert_eq!(brief(&reading), "upstream-refused@1*1");
    assert_eq!(reading.findings[0].strength, Certainty::Symptom);
}

#[test]
fn a_healthy_log_has_no_cause() {
    for text in [
        "",
        "INFO: server started, 0 errors\n",
        "127.0.0.1 - - [22/Nov/2026:16:11:05 +0000] \"GET /?q=ECONNREFUSED HTTP/1.1\" 404 1 \
         \"https://x.test/address already in use\" \"curl\"\n",
        "2026-11-22 16:10:13 WARNING connect ECONNREFUSED 10.0.0.1:5432, retrying (attempt 1)\n\
         2026-11-22 16:10:14 INFO connected to the database\n",
    ] {
        check(text, "");
    }
}

#[test]
fn an_error_that_nothing_fits_is_shown_as_it_is() {
    let reading = catalogue().read(b"started\nfatal: the flux capacitor is empty\n");
    assert_eq!(reading.findings, []);
    assert_eq!(reading.unexplained.len(), 1);
    assert_eq!(reading.unexplained[0].line, 2);
    assert_eq!((reading.lines, reading.error_lines), (2, 1));
}

#[test]
fn a_mistake_in_a_cause_is_shown_where_it_stands() {
    let (catalogue, complaints) =
        Catalogue::new([("own.toml", "[[cause]]\nid = \"x\"\ntitel = \"y\"\n")]);
    assert_eq!(catalogue.causes(), []);
    assert_eq!(complaints.len(), 1);
    assert_eq!(
        (complaints[0].path.as_str(), complaints[0].line),
        ("own.toml", 3)
    );
    assert!(
        complaints[0].message.contains("titel"),
        "{}",
        complaints[0].message
    );
}

#[test]
fn an_operators_cause_replaces_the_shipped_one() {
    let own = CAUSES.replace("Port taken", "Ours");
    let (catalogue, _) = Catalogue::new([("causes.toml", CAUSES), ("own.toml", &own)]);
    assert_eq!(catalogue.causes().len(), 5);
    assert_eq!(
        catalogue
            .get("port-in-use")
            .map(|cause| cause.title.as_str()),
        Some("Ours")
    );
    assert_eq!(
        catalogue.find("r99").map(|cause| cause.id.as_str()),
        Some("port-in-use")
    );
}

#[test]
fn every_file_of_causes_is_compiled_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/causes");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of causes")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".toml"))
        .collect();
    files.sort();
    let mut shipped: Vec<&str> = crate::cause::shipped::FILES
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("kb/causes/"))
        .collect();
    shipped.sort_unstable();
    assert_eq!(shipped, files);
    let (_, complaints) = Catalogue::new(crate::cause::shipped::FILES.iter().copied());
    assert_eq!(complaints, []);
}
