//! The commands of the Upsun CLI that only read, by their exact, full names, with the options that
//! a probe may give them. The CLI runs abbreviations and answers its own questions, so only a list
//! of what is allowed can hold; everything that is not here is refused.
//!
//! Names and options as `upsun help COMMAND` of CLI 5.11.1 has them.

/// One command.
pub(super) struct CliName {
    /// Its full name.
    pub name: &'static str,
    /// Whether it is about one app: then `-A` must be there, else it must not.
    pub app: bool,
    /// Whether it goes over SSH into the container.
    pub ssh: bool,
    /// Words that are no options, after the name, at most.
    pub positionals: usize,
    /// Options that it may have beyond the target and `--no`.
    pub options: &'static [CliOption],
    /// Options without which it would ask, or never end.
    pub needs: &'static [&'static str],
}

/// One option.
pub(super) struct CliOption {
    /// Its name, as it is written.
    pub name: &'static str,
    /// What follows it.
    pub takes: Takes,
}

/// What follows an option.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Nothing.
    Nothing,
    /// A value: a parameter, or a fixed word without spaces.
    Value,
    /// One of these words and no other.
    OneOf(&'static [&'static str]),
}

const fn option(name: &'static str, takes: Takes) -> CliOption {
    CliOption { name, takes }
}

const FORMAT: CliOption = option("--format", Takes::OneOf(&["csv", "tsv", "plain"]));
const COLUMNS: CliOption = option("--columns", Takes::Value);
const NO_HEADER: CliOption = option("--no-header", Takes::Nothing);
const PIPE: CliOption = option("--pipe", Takes::Nothing);

/// Options of whatever prints a table.
const TABLE: &[CliOption] = &[FORMAT, COLUMNS, NO_HEADER];
const TABLE_OR_NAMES: &[CliOption] = &[FORMAT, COLUMNS, NO_HEADER, PIPE];

const METRICS: &[CliOption] = &[
    FORMAT,
    COLUMNS,
    NO_HEADER,
    option("--bytes", Takes::Nothing),
    option("--range", Takes::Value),
    option("--interval", Takes::Value),
    option("--latest", Takes::Nothing),
    option("--service", Takes::Value),
];

/// How ssh may be told to behave: never to run something here (`ProxyCommand`, `LocalCommand`), never
/// to lead elsewhere.
const SSH_OPTIONS: &[&str] = &[
    "BatchMode yes",
    "ConnectTimeout 5",
    "ConnectTimeout 10",
    "ServerAliveInterval 5",
    "ServerAliveCountMax 2",
];

/// An API command about an environment that prints a table.
const fn table(name: &'static str) -> CliName {
    CliName {
        name,
        app: false,
        ssh: false,
        positionals: 0,
        options: TABLE,
        needs: &[],
    }
}

/// An API command about one thing, named by its id.
const fn get(name: &'static str) -> CliName {
    CliName {
        positionals: 1,
        ..table(name)
    }
}

/// All of them.
pub(super) const NAMES: &[CliName] = &[
    get("activity:get"),
    CliName {
        options: &[
            FORMAT,
            COLUMNS,
            NO_HEADER,
            option("--limit", Takes::Value),
            option("--type", Takes::Value),
            option("--state", Takes::Value),
            option("--result", Takes::OneOf(&["success", "failure"])),
        ],
        needs: &["--limit"],
        ..table("activity:list")
    },
    CliName {
        options: &[
            option("--refresh", Takes::OneOf(&["0"])),
            option("-t", Takes::Nothing),
            option("--type", Takes::Value),
            option("--state", Takes::Value),
            option("--result", Takes::OneOf(&["success", "failure"])),
        ],
        needs: &["--refresh"],
        ..get("activity:log")
    },
    CliName {
        options: TABLE_OR_NAMES,
        ..table("app:list")
    },
    table("backup:list"),
    table("certificate:list"),
    get("commit:get"),
    table("commit:list"),
    table("domain:list"),
    table("environment:list"),
    CliName {
        app: true,
        ssh: true,
        positionals: 1,
        options: &[option("--lines", Takes::Value)],
        needs: &["--lines"],
        ..table("environment:logs")
    },
    CliName {
        app: true,
        ssh: true,
        options: &[option("-o", Takes::OneOf(SSH_OPTIONS))],
        needs: &["-o"],
        ..table("environment:ssh")
    },
    CliName {
        options: &[PIPE, option("--primary", Takes::Nothing)],
        needs: &["--pipe"],
        ..table("environment:url")
    },
    table("integration:list"),
    CliName {
        options: METRICS,
        ..table("metrics:all")
    },
    CliName {
        options: METRICS,
        ..table("metrics:cpu")
    },
    CliName {
        options: METRICS,
        ..table("metrics:disk-usage")
    },
    CliName {
        options: METRICS,
        ..table("metrics:memory")
    },
    CliName {
        app: true,
        ..table("mount:list")
    },
    CliName {
        app: true,
        ssh: true,
        ..table("mount:size")
    },
    CliName {
        app: true,
        ..table("operation:list")
    },
    CliName {
        options: TABLE_OR_NAMES,
        ..table("service:list")
    },
    get("route:get"),
    table("route:list"),
];

/// Commands that are well known not to be for a probe, with what is wrong about each.
pub(super) const REFUSED: &[(&str, &str)] = &[
    ("project:list", "it lists projects beyond the target"),
    ("environment:info", "with a second word it writes"),
    ("project:info", "with a second word it writes"),
    ("environment:relationships", "it prints passwords"),
    ("self:config", "it prints the API token"),
    ("auth:token", "it prints the access token"),
    ("auth:info", "it can write, and tells of people"),
    ("tunnel:info", "it prints passwords"),
    ("variable:get", "it prints secrets"),
    ("variable:list", "it prints secrets"),
    ("environment:redeploy", "it writes"),
    ("environment:activate", "it writes"),
    ("environment:delete", "it writes"),
    ("environment:deploy", "it writes"),
    ("environment:pause", "it writes"),
    ("environment:push", "it writes"),
    ("environment:resume", "it writes"),
    ("environment:scp", "it writes"),
    ("environment:drush", "it runs what it is given"),
    ("db:sql", "it runs what it is given"),
    ("db:dump", "it copies a whole database"),
    ("operation:run", "it runs an operation that may write"),
    ("mount:upload", "it writes"),
    ("mount:download", "it writes here"),
    ("variable:create", "it writes"),
    ("variable:update", "it writes"),
    ("variable:delete", "it writes"),
    ("backup:create", "it writes"),
    ("backup:restore", "it writes"),
    ("route:update", "it writes"),
    ("user:add", "it writes"),
];

/// Gives the command of this exact name.
pub(super) fn find(name: &str) -> Option<&'static CliName> {
    NAMES.iter().find(|known| known.name == name)
}
