//! Rules on disk, memory and processes: `disk-usage`, `mount-list`, `memory`, `restarts`, `metrics`.

use std::collections::BTreeMap;

use super::lines::{csv, evidence, number, numbered, value};
use super::shape::{Finding, Weight};

/// Percent from which something is nearly full.
const NEARLY_FULL: f64 = 90.0;

/// Reads two tables of `df -P`.
pub fn disk_usage(text: &str) -> Vec<Finding> {
    let mut what = "space";
    let mut found = Vec::new();
    for (n, line) in numbered(text) {
        if let Some(heading) = line.strip_prefix('[') {
            what = if heading.starts_with("inodes") {
                "inodes"
            } else {
                "space"
            };
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [device, _, used, _, percent, mount] = words[..] else {
            continue;
        };
        let Some(percent) = percent.strip_suffix('%').and_then(number) else {
            continue;
        };
        // Images of the app and the system are read-only and full by nature.
        let image = matches!(mount, "/" | "/app") || device.starts_with("/dev/loop");
        if image || used == "0" || percent < NEARLY_FULL {
            continue;
        }
        found.push(full(mount, what, percent).shown_by(Some(evidence(n, line))));
    }
    if found.is_empty() && text.contains('%') {
        found.push(Finding::new(
            "disk-free",
            Weight::Sound,
            "Every writable file system has room.",
        ));
    }
    found
}

fn full(mount: &str, what: &str, percent: f64) -> Finding {
    if percent >= 100.0 {
        return Finding::new(
            "mount-full",
            Weight::Broken,
            format!("`{mount}` is full: {what} at {percent:.0} %. Whatever writes there fails."),
        )
        .cause("disk-full")
        .then("Delete what is not needed there, or give the app more disk.");
    }
    Finding::new(
        "mount-nearly-full",
        Weight::Doubtful,
        format!("`{mount}` is nearly full: {what} at {percent:.0} %."),
    )
}

/// Reads the CLI's CSV of mounts.
pub fn mount_list(text: &str) -> Vec<Finding> {
    let rows = csv(text);
    let Some(((_, header), mounts)) = rows.split_first() else {
        return Vec::new();
    };
    if header.first().map(String::as_str) != Some("Mount path") {
        return Vec::new();
    }
    if mounts.is_empty() {
        return vec![Finding::new(
            "no-mounts",
            Weight::Doubtful,
            "The app has no mounts: outside of /tmp it can write nothing once it is deployed.",
        )];
    }
    let paths: Vec<String> = mounts
        .iter()
        .filter_map(|(_, cells)| cells.first().map(|path| format!("`{path}`")))
        .collect();
    vec![
        Finding::new(
            "mounts",
            Weight::Sound,
            format!(
                "The app can write to {} and to nothing else.",
                paths.join(", ")
            ),
        )
        .then_probe("disk-usage", &[]),
    ]
}

/// Reads what the script `memory` printed.
pub fn memory(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(oom_kills(text));
    let get = |key| value(text, key, "=").and_then(|(line, said)| Some((line, number(said)?)));
    let (Some((_, limit)), Some((line, used))) = (get("limit_kib"), get("used_kib")) else {
        return found;
    };
    let cache = get("cache_kib").map_or(0.0, |(_, cache)| cache);
    let percent = (used - cache).max(0.0) / limit.max(1.0) * 100.0;
    let says = format!(
        "The container uses {percent:.0} % of its memory ({:.0} of {:.0} MiB, cache not counted).",
        (used - cache).max(0.0) / 1024.0,
        limit / 1024.0
    );
    found.push(if percent >= NEARLY_FULL {
        Finding::new("memory-short", Weight::Doubtful, says)
            .cause("oom-killed")
            .shown_by(Some(line))
            .then("Give the app more memory, or fewer workers; probe `app-log` shows whether something was killed.")
    } else {
        Finding::new("memory-enough", Weight::Sound, says).shown_by(Some(line))
    });
    found
}

fn oom_kills(text: &str) -> Option<Finding> {
    let (line, kills) = value(text, "oom_kills", "=")?;
    let kills: u64 = kills.parse().ok().filter(|kills| *kills > 0)?;
    let times = if kills == 1 {
        "once".to_owned()
    } else {
        format!("{kills} times")
    };
    let says = format!("The kernel killed a process of the container for want of memory, {times}.");
    Some(
        Finding::new("oom-kills", Weight::Broken, says)
            .cause("oom-killed")
            .shown_by(Some(line))
            .then("Give the app more memory, or fewer workers."),
    )
}

/// Reads what the script `restarts` printed.
pub fn restarts(text: &str) -> Vec<Finding> {
    let mut found: Vec<Finding> = oom_kills(text).into_iter().collect();
    let rows = |word: &'static str| {
        numbered(text).filter_map(move |(n, line)| {
            let rest = line.strip_prefix(word)?.strip_prefix(' ')?;
            Some((evidence(n, line), rest))
        })
    };
    let gone: Vec<&str> = rows("gone")
        .filter_map(|(_, rest)| rest.split(' ').nth(1))
        .collect();
    let back = rows("new").find(|(_, rest)| {
        rest.split(' ')
            .nth(1)
            .is_some_and(|name| gone.contains(&name))
    });
    if let Some((line, rest)) = back {
        let name = rest.split(' ').nth(1).unwrap_or("a process");
        found.push(
            Finding::new(
                "keeps-restarting",
                Weight::Broken,
                format!(
                    "`{name}` ended and was started again within six seconds: it crashes in a loop."
                ),
            )
            .cause("crash-loop")
            .shown_by(Some(line))
            .then_probe("app-log", &[]),
        );
        return found;
    }
    let container = value(text, "container_age_seconds", "=").and_then(|(_, age)| number(age));
    let young = rows("young").find_map(|(line, rest)| {
        let mut words = rest.split(' ').skip(1);
        let age = number(words.next()?)?;
        let name = words.next()?;
        (container? > age + 60.0).then(|| (line, age, name.to_owned()))
    });
    found.push(match young {
        Some((line, age, name)) => Finding::new(
            "young-process",
            Weight::Doubtful,
            format!(
                "`{name}` is {age:.0} s old, younger than its container: it was started again."
            ),
        )
        .shown_by(Some(line))
        .then_probe("app-log", &[]),
        None => Finding::new(
            "no-restarts",
            Weight::Sound,
            "No process ended or began in six seconds, and none is younger than its container.",
        ),
    });
    found
}

/// Reads the CLI's CSV of metrics: of each service the newest row.
pub fn metrics(text: &str) -> Vec<Finding> {
    let rows = csv(text);
    let Some(((_, header), rows)) = rows.split_first() else {
        return Vec::new();
    };
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let Some(service) = column("Service") else {
        return Vec::new();
    };
    let mut newest: BTreeMap<&str, &(u64, Vec<String>)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.1.len() == header.len()) {
        newest.insert(&row.1[service], row);
    }
    let mut found = Vec::new();
    for (name, (line, cells)) in newest {
        for (metric, rule, cause) in [
            ("Memory %", "memory-short", "oom-killed"),
            ("Disk %", "disk-nearly-full", "disk-full"),
            ("Inodes %", "inodes-nearly-full", "disk-full"),
            ("CPU %", "cpu-busy", "no-capacity"),
        ] {
            let Some(percent) = column(metric).and_then(|at| number(&cells[at])) else {
                continue;
            };
            if percent < NEARLY_FULL {
                continue;
            }
            let weight = if percent >= 100.0 && cause == "disk-full" {
                Weight::Broken
            } else {
                Weight::Doubtful
            };
            let what = metric.trim_end_matches(" %");
            let says = format!("{what} of `{name}` is at {percent:.0} %.");
            let shown = evidence(*line, &cells.join(","));
            found.push(
                Finding::new(rule, weight, says)
                    .cause(cause)
                    .shown_by(Some(shown)),
            );
        }
    }
    if found.is_empty() && !rows.is_empty() {
        found.push(Finding::new(
            "metrics-calm",
            Weight::Sound,
            "CPU, memory and disk of every service were under 90 % when last measured.",
        ));
    }
    found
}
