//! The files of the shipped catalogue and its scripts, compiled in. A test holds both lists against
//! the folder.

/// Names a file of `config/probes` by its path from the repository's root, with its text.
macro_rules! file {
    ($name:literal) => {
        (
            concat!("config/probes/", $name, ".toml"),
            include_str!(concat!("../../../../config/probes/", $name, ".toml")),
        )
    };
}

/// Names a script of `config/probes/remote`, with its text.
macro_rules! script {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../../../config/probes/remote/", $name, ".sh")),
        )
    };
}

/// The catalogue's files, in the order of the help.
pub(super) const FILES: [(&str, &str); 6] = [
    file!("logs"),
    file!("start"),
    file!("activities"),
    file!("container"),
    file!("services"),
    file!("addresses"),
];

/// Scripts for the app's container.
const SCRIPTS: [(&str, &str); 11] = [
    script!("disk-usage"),
    script!("listeners"),
    script!("log-list"),
    script!("memory"),
    script!("port"),
    script!("processes"),
    script!("relationships"),
    script!("restarts"),
    script!("service-connect"),
    script!("service-resolve"),
    script!("sql-select"),
];

/// Gives the text of a script as it is sent: without the comments, blank lines and
/// indentation that are for its readers here.
pub(super) fn script(name: &str) -> Option<String> {
    let (_, text) = SCRIPTS.iter().find(|(known, _)| *known == name)?;
    let lines = text.lines().map(str::trim);
    let sent: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    Some(sent.join("\n"))
}

/// Gives the names of all scripts.
pub(super) fn script_names() -> impl Iterator<Item = &'static str> {
    SCRIPTS.iter().map(|(name, _)| *name)
}
