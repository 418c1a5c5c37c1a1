//! Any text is typed for any parameter: what is taken is one plain word, and the argv keeps its shape.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bot::logic::catalogue::{Catalogue, Need, ParameterType, Probe, Values, render};
use bot::logic::target::{AppName, EnvironmentName, ProjectId, Target};
use libfuzzer_sys::fuzz_target;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);

static TARGET: LazyLock<Target> = LazyLock::new(|| Target {
    project: ProjectId::new("abcdefghijklm").expect("an id"),
    environment: EnvironmentName::new("main").expect("a name"),
    app: AppName::new("app").expect("a name"),
});

fuzz_target!(|input: (u8, &str)| {
    let (pick, text) = input;
    let with_parameters = |probe: &&Probe| !probe.parameters.is_empty();
    let probes: Vec<&Probe> = CATALOGUE.probes().filter(with_parameters).collect();
    let probe = probes[usize::from(pick) % probes.len()];
    let usual: BTreeMap<String, String> = probe
        .parameters
        .iter()
        .map(|parameter| (parameter.name.clone(), usual(&parameter.kind, &parameter.need)))
        .collect();
    let length = argv(probe, &usual).expect("usual values are taken").len();
    for parameter in &probe.parameters {
        let mut values = usual.clone();
        values.insert(parameter.name.clone(), text.to_owned());
        if let Some(argv) = argv(probe, &values) {
            assert!(is_plain(text), "{}: {text:?}", probe.id);
            assert_eq!(argv.len(), length, "{}: {text:?}", probe.id);
            holds(&argv);
        }
    }
    for taken in [ProjectId::new(text).is_ok(), EnvironmentName::new(text).is_ok(), AppName::new(text).is_ok()] {
        assert!(!taken || is_plain(text), "{text:?}");
    }
});

fn argv(probe: &Probe, values: &BTreeMap<String, String>) -> Option<Vec<String>> {
    let values = Values::check(probe, values).ok()?;
    Some(render(probe, &TARGET, &values, &[]).argv().to_vec())
}

fn usual(kind: &ParameterType, need: &Need) -> String {
    match (kind, need) {
        (_, Need::Default(value)) => value.clone(),
        (ParameterType::Enum(words), _) => words[0].clone(),
        (ParameterType::Integer { min, .. }, _) => min.to_string(),
        (ParameterType::Activity, _) => "4yjxqd2zk3wmu".to_owned(),
        (ParameterType::Service, _) => "database".to_owned(),
        (ParameterType::Host, _) => "www.example.com".to_owned(),
    }
}

/// What is true of every argv: the program and its command are the catalogue's, and whatever goes to
/// the remote shell begins as one fixed program.
fn holds(argv: &[String]) {
    assert_eq!(argv[0], "upsun");
    assert!(argv[1].contains(':'));
    if argv[1] == "environment:ssh" {
        assert!(argv[argv.len() - 1].starts_with("timeout "));
    }
}

fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
}
