//! What is typed reaches an argv only as it was written, or not at all.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use crate::logic::catalogue::{
    Action, Approval, Catalogue, Kind, ParameterType, Probe, RemoteRun, Values, Word, read, render,
};
use crate::logic::target::{AppName, EnvironmentName, HostName, ProjectId, Target};
use crate::logic::tries::tries;

static SHIPPED: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);

fn target() -> Target {
    Target {
        project: ProjectId::new("abcdefghijklm").unwrap(),
        environment: EnvironmentName::new("feature/log-in").unwrap(),
        app: AppName::new("app--queue").unwrap(),
    }
}

/// Gives a value that the type takes.
fn good(kind: &ParameterType) -> String {
    match kind {
        ParameterType::Enum(words) => words[0].clone(),
        ParameterType::Integer { max, .. } => max.to_string(),
        ParameterType::Activity => "4yjxqd2zk3wmu".to_owned(),
        ParameterType::Service => "database.internal".to_owned(),
        ParameterType::Host => "www.example.com".to_owned(),
    }
}

fn good_values(probe: &Probe) -> BTreeMap<String, String> {
    let pairs = probe.parameters.iter();
    pairs
        .map(|parameter| (parameter.name.clone(), good(&parameter.kind)))
        .collect()
}

fn rendered(probe: &Probe, values: &BTreeMap<String, String>) -> Vec<String> {
    let values = Values::check(probe, values).expect("good values");
    render(probe, &target(), &values, &[]).argv().to_vec()
}

#[test]
fn remote_texts_read_back_as_their_words() {
    for probe in Catalogue::shipped().probes() {
        let argv = rendered(probe, &good_values(probe));
        let Some(remote) = probe.kind.remote() else {
            assert!(
                !argv.iter().any(|word| word.contains("timeout")),
                "{argv:?}"
            );
            continue;
        };
        assert_eq!(argv[argv.len() - 2], "--");
        let words = shlex::split(&argv[argv.len() - 1]).expect("closed quotes");
        assert_eq!(words[0], "timeout");
        let seconds: u64 = words[1].parse().expect("seconds");
        assert!(
            seconds < probe.limits.time.as_secs(),
            "{}: the far side ends first",
            probe.id
        );
        let RemoteRun::Script { text, .. } = &remote.run else {
            panic!("the shipped catalogue runs scripts");
        };
        assert_eq!(words[2..6], ["sh", "-c", text.as_str(), "bot502"]);
        let mut expected: Vec<String> = remote.sql.iter().cloned().collect();
        expected.extend(
            probe
                .parameters
                .iter()
                .map(|parameter| good(&parameter.kind)),
        );
        assert_eq!(words[6..], expected);
    }
}

#[test]
fn what_is_approved_can_be_shown_whole() {
    for probe in Catalogue::shipped().probes() {
        let length: usize = rendered(probe, &good_values(probe))
            .iter()
            .map(String::len)
            .sum();
        let most = if probe.approval == Approval::Nobody {
            4000
        } else {
            1500
        };
        assert!(length <= most, "{}: {length}", probe.id);
    }
}

#[test]
fn each_probe_touches_the_target_and_nothing_else() {
    for probe in Catalogue::shipped().probes() {
        let argv = rendered(probe, &good_values(probe));
        let after = |option: &str| {
            let at: Vec<usize> = (0..argv.len()).filter(|at| argv[*at] == option).collect();
            at.into_iter()
                .map(|at| argv[at + 1].as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(after("-p"), ["abcdefghijklm"], "{}", probe.id);
        assert_eq!(after("-e"), ["feature/log-in"], "{}", probe.id);
        assert!(argv.contains(&"--no".to_owned()), "{}", probe.id);
    }
}

/// What breaks out of words, options, shells, addresses and alphabets.
const SEEDS: &[&str] = &[
    "$(id)",
    "`id`",
    ";id",
    "|id",
    "||id",
    "&&id",
    "&id",
    "\nid",
    "\r\nid",
    "\0",
    "'",
    "\"",
    "\\",
    "${IFS}id",
    ">x",
    "<x",
    "*",
    "?",
    "[a]",
    "~",
    "!id",
    "#",
    "%0aid",
    "{a,b}",
    "(id)",
    "a b",
    " ",
    "\t",
    "-",
    "--",
    "-p",
    "-y",
    "--yes",
    "--tail",
    "-oProxyCommand=id",
    "--browser=id",
    "-e",
    "-A",
    "--project=x",
    "-c",
    "-qq",
    "@-",
    "@/etc/passwd",
    "../x",
    "..",
    ".",
    "/",
    "//x",
    "http://x",
    "http://169.254.169.254/",
    "file:///etc/passwd",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "a@b",
    "a:b",
    "2130706433",
    "0x7f.1",
    "\u{202e}x",
    "\u{200b}",
    "\u{ff0d}p",
    "\u{2212}p",
    "m\u{430}in",
    "ma\u{0131}n",
    "\u{1d5ba}pp",
    "app\u{0}",
    "%s%n",
    "\x1b[31m",
    "\u{feff}a",
    "A\u{301}",
];

/// Each of them alone, and before and after harmless text.
fn payloads() -> Vec<String> {
    let frames = ["", "a", "-a", "a ", "main"];
    let mut out = Vec::new();
    for seed in SEEDS {
        for frame in frames {
            out.push(format!("{frame}{seed}"));
            out.push(format!("{seed}{frame}"));
        }
    }
    out
}

#[test]
fn known_payloads_reach_no_argv() {
    let payloads = payloads();
    assert!(payloads.len() >= 500, "{}", payloads.len());
    for probe in Catalogue::shipped().probes() {
        for parameter in &probe.parameters {
            for payload in &payloads {
                let mut values = good_values(probe);
                values.insert(parameter.name.clone(), payload.clone());
                if let Ok(values) = Values::check(probe, &values) {
                    let value = values.get(&parameter.name).unwrap();
                    assert!(harmless(value), "{}: {payload:?}", probe.id);
                }
            }
        }
    }
    for payload in &payloads {
        let taken = [
            ProjectId::new(payload).map(String::from).ok(),
            EnvironmentName::new(payload).map(String::from).ok(),
            AppName::new(payload).map(String::from).ok(),
        ];
        assert!(
            taken.iter().flatten().all(|name| harmless(name)),
            "{payload:?}"
        );
    }
}

/// Tells whether a value can be nothing but one plain word: to a shell, to the CLI, to a person.
fn harmless(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphanumeric())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
        && !value.contains("..")
}

#[test]
fn names_that_look_alike_are_refused() {
    // Letters of other scripts and forms that look like those of `main`, `staging`, `production`.
    let alike = [
        (
            'a',
            "\u{430}\u{251}\u{ff41}\u{1d41a}\u{1d4ea}\u{e0}\u{e1}\u{103}",
        ),
        (
            'i',
            "\u{456}\u{131}\u{ff49}\u{1d422}\u{2170}\u{ed}\u{ec}\u{12d}",
        ),
        (
            'n',
            "\u{578}\u{ff4e}\u{1d427}\u{144}\u{f1}\u{5b8}\u{1d4f7}\u{272}",
        ),
        (
            'o',
            "\u{43e}\u{3bf}\u{ff4f}\u{1d428}\u{f3}\u{f6}\u{585}\u{d0}",
        ),
        (
            'm',
            "\u{217f}\u{ff4d}\u{1d426}\u{1e3f}\u{271}\u{43c}\u{1d4f6}\u{1e41}",
        ),
        (
            's',
            "\u{455}\u{ff53}\u{1d42c}\u{15b}\u{282}\u{1e61}\u{1d4fc}\u{15f}",
        ),
        (
            't',
            "\u{442}\u{ff54}\u{1d42d}\u{165}\u{1e6b}\u{3c4}\u{1d4fd}\u{163}",
        ),
        (
            'g',
            "\u{261}\u{ff47}\u{1d420}\u{121}\u{11f}\u{581}\u{1d4f0}\u{123}",
        ),
        (
            'p',
            "\u{440}\u{3c1}\u{ff50}\u{1d429}\u{1e57}\u{2374}\u{1d4f9}\u{1e55}",
        ),
    ];
    let mut count = 0;
    for name in [
        "main",
        "staging",
        "production",
        "app",
        "admin-panel",
        "stage-main",
    ] {
        for (at, letter) in name.char_indices() {
            let Some((_, others)) = alike.iter().find(|(plain, _)| *plain == letter) else {
                continue;
            };
            for other in others.chars() {
                for tail in [
                    "", "\u{200b}", "\u{301}", "\u{202e}", "\u{fe0f}", "\u{ad}", "\u{2060}",
                ] {
                    for head in ["", "\u{feff}", "\u{200e}", "\u{34f}", "\u{180e}", "\u{61c}"] {
                        let text = format!("{head}{}{other}{}{tail}", &name[..at], &name[at + 1..]);
                        assert!(EnvironmentName::new(&text).is_err(), "{text:?}");
                        assert!(AppName::new(&text).is_err(), "{text:?}");
                        count += 1;
                    }
                }
            }
        }
    }
    assert!(count >= 10_000, "{count}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tries(2_000, 1_000_000)))]

    #[test]
    fn whatever_is_typed_an_argv_keeps_its_shape(text in ".{0,80}", pick in 0usize..1000) {
        let catalogue = &*SHIPPED;
        let probes: Vec<&Probe> = catalogue.probes().filter(|probe| !probe.parameters.is_empty()).collect();
        let probe = probes[pick % probes.len()];
        let parameter = &probe.parameters[pick % probe.parameters.len()];
        let mut values = good_values(probe);
        let usual = rendered(probe, &values);
        values.insert(parameter.name.clone(), text);
        if let Ok(values) = Values::check(probe, &values) {
            prop_assert!(harmless(values.get(&parameter.name).unwrap()));
            prop_assert_eq!(render(probe, &target(), &values, &[]).argv().len(), usual.len());
        }
    }

    #[test]
    fn what_is_typed_is_one_word_of_the_remote_shell(text in "[a-zA-Z0-9._/-]{1,40}|[1-9][0-9]{0,3}|[ -~]{1,12}", pick in 0usize..1000) {
        let catalogue = &*SHIPPED;
        let probes: Vec<&Probe> = catalogue
            .probes()
            .filter(|probe| probe.kind.remote().is_some() && !probe.parameters.is_empty())
            .collect();
        let probe = probes[pick % probes.len()];
        let at = pick % probe.parameters.len();
        let mut values = good_values(probe);
        let mut expected = remote_words(probe, &values);
        values.insert(probe.parameters[at].name.clone(), text.clone());
        if Values::check(probe, &values).is_ok() {
            let place = expected.len() - probe.parameters.len() + at;
            expected[place] = text;
            prop_assert_eq!(remote_words(probe, &values), expected);
        }
    }

    #[test]
    fn words_survive_the_remote_shell(words in prop::collection::vec("[ -~\n]{0,30}", 1..6)) {
        let text = shlex::try_join(words.iter().map(String::as_str)).unwrap();
        prop_assert_eq!(shlex::split(&text).unwrap(), words);
    }
}

/// Gives the words that the shell in the container reads.
fn remote_words(probe: &Probe, values: &BTreeMap<String, String>) -> Vec<String> {
    let argv = rendered(probe, values);
    shlex::split(&argv[argv.len() - 1]).expect("closed quotes")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tries(2_000, 100_000)))]

    #[test]
    fn what_is_shown_reads_back_as_what_runs(argv in prop::collection::vec("\\PC{0,12}|[ -~\n\t\u{0}\u{202e}\u{200b}\u{430}]{0,20}|[a-z-]{1,8}", 0..6)) {
        let shown = crate::logic::catalogue::show(&argv);
        prop_assert!(shown.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        prop_assert_eq!(crate::logic::catalogue::shown::read(&shown), Some(argv));
    }
}

proptest! {
    // The fuzz target `catalogue` goes on where this ends.
    #![proptest_config(ProptestConfig::with_cases(tries(500, 100_000)))]

    #[test]
    fn no_text_makes_the_reader_panic(text in "(\\[\\[(probe|narrow)\\]\\]|id|argv|remote|=|\"|\\[|\\]|\\{|\\}|,|\n|[ -~]){0,60}") {
        let mut reader = read::Reader::default();
        reader.read("mine.toml", &text);
        let (probes, complaints) = reader.end();
        prop_assert!(probes.is_empty());
        prop_assert!(complaints.len() <= 60);
    }
}

#[test]
fn an_unknown_or_missing_parameter_is_explained() {
    let catalogue = Catalogue::shipped();
    let probe = |id: &str| {
        catalogue
            .probes()
            .find(|probe| probe.id.as_str() == id)
            .unwrap()
    };
    let check = |id: &str, name: &str, value: &str, expected: &str| {
        let given = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        assert_eq!(Values::check(probe(id), &given).unwrap_err(), expected);
    };
    check(
        "app-log",
        "tail",
        "1",
        "`app-log` does not take `tail`; it takes `lines`",
    );
    check(
        "port",
        "lines",
        "1",
        "`port` takes nothing beyond its target, so not `lines`",
    );
    check(
        "app-log",
        "lines",
        "0x10",
        "`lines` of `app-log`: `0x10` is no whole number from 1 to 2000",
    );
    check(
        "metrics",
        "range",
        "3h",
        "`range` of `metrics`: `3h` is not one of 5m, 15m, 30m, 1h, 2h, 4h, 8h",
    );
    check(
        "service-connect",
        "service",
        "data base",
        "`service` of `service-connect`: `data base` is no service name: it begins with a small letter or digit and holds up to 63 small letters, digits, `.`, `_` and `-`, without `..`",
    );
}

#[test]
fn native_checks_reach_listed_hosts_and_the_projects_own() {
    let catalogue = Catalogue::shipped();
    let probe = catalogue
        .probes()
        .find(|probe| probe.id.as_str() == "url-status")
        .unwrap();
    assert!(matches!(probe.kind, Kind::Http { .. }));
    let values = Values::check(probe, &good_values(probe)).unwrap();
    let listed = [HostName::new("shop.example.com").unwrap()];
    let Action::Http { hosts, path } = render(probe, &target(), &values, &listed) else {
        panic!("another action");
    };
    assert_eq!(path, "/");
    assert_eq!(hosts.wanted.unwrap().as_str(), "www.example.com");
    assert_eq!(hosts.listed, listed);
    assert_eq!(hosts.routes[..2], ["upsun", "environment:url"]);
    assert!(
        probe
            .kind
            .argv()
            .iter()
            .all(|word| !matches!(word, Word::Option { .. }))
    );
}
