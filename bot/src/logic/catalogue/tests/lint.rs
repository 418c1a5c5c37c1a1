//! The shipped catalogue is clean, a hostile one is refused with its reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::logic::catalogue::{Approval, Catalogue, Values, read, shipped, sql};
use crate::logic::target::ProbeId;

/// A harmless probe, which the hostile ones change.
const HARMLESS: &str = r#"
[[probe]]
id = "mine"
title = "Mine"
tells = "Something."
argv = ["upsun", "environment:logs", "app", "-p", "{project}", "-e", "{environment}", "-A", "{app}", "--no", "--lines", "{lines}"]
parameters = [{ name = "lines", about = "x", kind = "integer", min = 1, max = 9, default = "5" }]
time = "30s"
output_kib = 64
touches = [{ what = "upsun-api", reason = "x" }, { what = "cli-home", reason = "x" }, { what = "upsun-ssh", reason = "x" }]
"#;

/// What `@ssh` stands for: a harmless way into the container.
const SSH: &str = r#"argv = ["upsun", "environment:ssh", "-p", "{project}", "-e", "{environment}", "-A", "{app}", "--no", "-o", "BatchMode yes", "--"]
parameters = []"#;

fn complaints(text: &str) -> Vec<(String, String)> {
    let files = [("mine.toml".to_owned(), text.to_owned())];
    let (_, complaints) = Catalogue::read(&files);
    complaints
        .into_iter()
        .map(|complaint| {
            assert!(
                complaint.path == "mine.toml" && complaint.line > 0,
                "{complaint:?}"
            );
            (complaint.code.to_owned(), complaint.message)
        })
        .collect()
}

/// Lays the lines of a hostile entry over the harmless probe.
fn changed(lines: &str) -> String {
    let lines = lines.replace("@ssh", SSH);
    let mut out: Vec<String> = HARMLESS.lines().map(str::to_owned).collect();
    for line in lines.lines() {
        let key = line
            .trim_start_matches('-')
            .split(' ')
            .next()
            .unwrap_or_default();
        out.retain(|old| old.split(' ').next() != Some(key) || key.starts_with('['));
        if !line.starts_with('-') {
            out.push(line.to_owned());
        }
    }
    out.join("\n")
}

#[test]
fn the_shipped_catalogue_is_clean_and_whole() {
    let (catalogue, complaints) = Catalogue::read(&[]);
    assert!(complaints.is_empty(), "{complaints:#?}");
    let ids: Vec<&str> = catalogue.probes().map(|probe| probe.id.as_str()).collect();
    expect_test::expect![[r#"
        [
            "app-log",
            "deploy-log",
            "error-log",
            "access-log",
            "log-list",
            "port",
            "listeners",
            "processes",
            "restarts",
            "activity-list",
            "activity-log",
            "mount-list",
            "disk-usage",
            "memory",
            "metrics",
            "service-resolve",
            "service-connect",
            "sql-select",
            "service-list",
            "relationships",
            "url-status",
            "url-certificate",
            "url-dns",
        ]
    "#]]
    .assert_debug_eq(&ids);
}

#[test]
fn every_file_of_the_folder_is_compiled_in() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../config/probes"));
    let names = |folder: &std::path::Path, extension: &str| -> BTreeSet<String> {
        std::fs::read_dir(folder)
            .expect("the folder of the catalogue")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .map(|path| {
                path.file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    };
    let files = shipped::FILES.iter().map(|(path, _)| {
        path.trim_start_matches("config/probes/")
            .trim_end_matches(".toml")
            .to_owned()
    });
    assert_eq!(names(folder, "toml"), files.collect());
    let scripts: BTreeSet<String> = shipped::script_names().map(str::to_owned).collect();
    assert_eq!(names(&folder.join("remote"), "sh"), scripts);
}

#[test]
fn hostile_catalogues_are_refused_each_with_its_reason() {
    assert_eq!(complaints(HARMLESS), [], "the harmless probe is taken");
    let mut failures = Vec::new();
    let mut count = 0;
    let mut reasons = BTreeSet::new();
    for entry in include_str!("hostile.txt").split("\n## ").skip(1) {
        let (head, body) = entry.split_once('\n').unwrap_or((entry, ""));
        let (what, expected) = head.split_once(" => ").expect("an expected complaint");
        let (code, is_whole) = match what.split_once(['!', ':']) {
            Some((code, _)) => (code, what.as_bytes()[code.len()] == b'!'),
            None => panic!("no code: {head}"),
        };
        let text = if is_whole {
            body.to_owned()
        } else {
            changed(body)
        };
        let found = complaints(&text);
        let is_expected =
            |(found, message): &(String, String)| found == code && message.contains(expected);
        if !found.iter().any(is_expected) {
            failures.push(format!("{head}\n{found:?}"));
        }
        reasons.insert(code.to_owned());
        count += 1;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 60, "{count} hostile catalogues");
    assert!(reasons.len() >= 35, "{} reasons", reasons.len());
}

#[test]
fn hostile_statements_are_refused() {
    let refused = include_str!("hostile.sql")
        .lines()
        .filter(|line| !line.starts_with("-- "));
    let mut count = 0;
    for statement in refused {
        let text = statement.replace("\\n", "\n");
        assert!(sql::check(&text).is_err(), "taken: {text}");
        count += 1;
    }
    assert!(count >= 60, "{count} hostile statements");
    for read in [
        "SELECT 1",
        "select count(*) as n, current_setting('max_connections') from pg_stat_activity",
        "select datname, numbackends from pg_stat_database where numbackends > 0 order by 2 desc limit 5",
        "select pg_size_pretty(pg_database_size(current_database()))",
        "select state, count(*) from pg_stat_activity group by state having count(*) > 1",
    ] {
        assert!(
            sql::check(read).is_ok(),
            "{read}: {}",
            sql::check(read).unwrap_err().message
        );
    }
}

#[test]
fn a_catalogue_that_is_too_large_is_not_read() {
    let text = format!("# {}", "x".repeat(read::LARGEST_FILE));
    assert_eq!(complaints(&text)[0].0, "catalogue-size");
}

#[test]
fn deep_and_wide_catalogues_neither_panic_nor_hang() {
    let deep = format!("probe = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(complaints(&deep)[0].0, "catalogue-syntax");
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    assert_eq!(complaints(&dotted)[0].0, "catalogue-syntax");
    let wide = "[[probe]]\n".repeat(100_000);
    assert_eq!(complaints(&wide)[0].0, "catalogue-syntax");
}

#[test]
fn an_operator_can_make_probes_narrower() {
    let text = r#"
        [[narrow]]
        id = "sql-select"
        disabled = true
        [[narrow]]
        id = "app-log"
        approval = "second-person"
        time = "5s"
        output_kib = 16
        parameters.lines.max = 50
        [[narrow]]
        id = "metrics"
        parameters.range.values = ["5m"]
    "#;
    let (catalogue, complaints) = Catalogue::read(&[("mine.toml".to_owned(), text.to_owned())]);
    assert!(complaints.is_empty(), "{complaints:#?}");
    let ids = ["app-log", "metrics"].map(|id| ProbeId::new(id).unwrap());
    let [log, metrics] = ids.map(|id| catalogue.get(&id).unwrap().clone());
    assert_eq!(log.approval, Approval::SecondPerson);
    assert_eq!(
        (log.limits.time.as_secs(), log.limits.output_bytes),
        (5, 16 * 1024)
    );
    let given = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    assert!(Values::check(&log, &given("lines", "50")).is_ok());
    assert!(Values::check(&log, &given("lines", "51")).is_err());
    // The default was 200 lines, which are too many now; it must be said.
    assert!(Values::check(&log, &BTreeMap::new()).is_err());
    assert!(Values::check(&metrics, &given("range", "1h")).is_err());
    assert_ne!(catalogue.digest(), Catalogue::shipped().digest());
    assert!(
        catalogue
            .probes()
            .all(|probe| probe.id.as_str() != "sql-select")
    );
}
