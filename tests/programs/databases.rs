//! PostgreSQL and Redis refusing their clients, in each of their own words.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::lab::{Running, check, check_healthy, find, free_port, run};

/// A PostgreSQL of the tests' own, on a port of its own, that asks for passwords.
struct Postgres {
    port: u16,
    folder: PathBuf,
    psql: PathBuf,
    _server: Running,
}

// One server for all tests: setting one up takes seconds. It ends with the test process.
static POSTGRES: OnceLock<Option<Postgres>> = OnceLock::new();

fn postgres() -> Option<&'static Postgres> {
    POSTGRES.get_or_init(start_postgres).as_ref()
}

fn start_postgres() -> Option<Postgres> {
    let (initdb, server, psql) = (find(&["initdb"])?, find(&["postgres"])?, find(&["psql"])?);
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    let data = folder.join("data");
    std::fs::write(folder.join("password"), "right").expect("a written password");
    run(Command::new("chown").args(["-R", "postgres"]).arg(&folder));
    let made = run(as_postgres(&initdb)
        .args(["-A", "scram-sha-256", "-U", "postgres", "--pwfile"])
        .arg(folder.join("password"))
        .arg("-D")
        .arg(&data));
    assert!(data.join("postgresql.conf").exists(), "{made}");
    let port = free_port();
    let mut command = as_postgres(&server);
    command.arg("-D").arg(&data).args([
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "max_connections=5",
        "-c",
        "superuser_reserved_connections=3",
    ]);
    command
        .arg("-c")
        .arg(format!("port={port}"))
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.display()));
    // It must not outlive the tests, and nobody drops a static: a shell waits for the end of its
    // standard input, which is the end of this process, and then ends the server.
    let mut guarded = Command::new("sh");
    guarded.args(["-c", "\"$@\" & read -r _; kill $!; wait", "sh"]);
    guarded.arg(command.get_program()).args(command.get_args());
    let server = Running::start(&mut guarded, "ready to accept connections");
    Some(Postgres {
        port,
        folder,
        psql,
        _server: server,
    })
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if !rustix::process::getuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    command
}

impl Postgres {
    fn ask(&self, user: &str, password: &str, database: &str, sql: &str) -> String {
        run(Command::new(&self.psql)
            .args([
                "-X",
                "-w",
                "-h",
                "127.0.0.1",
                "-U",
                user,
                "-d",
                database,
                "-c",
                sql,
            ])
            .args(["-p", &self.port.to_string()])
            .env("PGPASSWORD", password)
            .env("HOME", &self.folder))
    }
}

#[test]
fn postgres_refuses_a_wrong_password() {
    if let Some(postgres) = postgres() {
        check(
            &postgres.ask("postgres", "wrong", "postgres", "select 1"),
            &["service-auth"],
        );
    }
}

#[test]
fn postgres_misses_a_database() {
    if let Some(postgres) = postgres() {
        check(
            &postgres.ask("postgres", "right", "shop", "select 1"),
            &["db-missing"],
        );
    }
}

#[test]
fn postgres_misses_a_table() {
    if let Some(postgres) = postgres() {
        check(
            &postgres.ask("postgres", "right", "postgres", "select * from orders"),
            &["db-schema-missing"],
        );
    }
}

#[test]
fn postgres_has_no_connection_left() {
    let Some(postgres) = postgres() else { return };
    postgres.ask(
        "postgres",
        "right",
        "postgres",
        "create role app login password 'app'",
    );
    // Two connections are left to those who are no superusers; a third is refused.
    let inner = format!(
        "psql -X -w -h 127.0.0.1 -p {} -U app -d postgres",
        postgres.port
    );
    let line = format!("{inner} -c '\\! {inner} -c \"\\\\! {inner} -c select\"'");
    let log = run(Command::new("sh")
        .args(["-c", &line])
        .env("PGPASSWORD", "app")
        .env("HOME", &postgres.folder));
    check(&log, &["service-too-many-connections"]);
}

#[test]
fn postgres_is_not_there() {
    let Some(psql) = find(&["psql"]) else { return };
    let log = run(Command::new(psql).args([
        "-X",
        "-w",
        "-h",
        "127.0.0.1",
        "-U",
        "app",
        "-p",
        &free_port().to_string(),
        "-c",
        "select 1",
    ]));
    check(&log, &["service-refused"]);
}

#[test]
fn postgres_has_a_name_that_does_not_resolve() {
    let Some(psql) = find(&["psql"]) else { return };
    let log = run(Command::new(psql).args([
        "-X",
        "-w",
        "-h",
        "database.invalid",
        "-U",
        "app",
        "-c",
        "select 1",
    ]));
    check(&log, &["service-dns"]);
}

#[test]
fn an_answer_of_postgres_has_no_cause() {
    if let Some(postgres) = postgres() {
        check_healthy(&postgres.ask("postgres", "right", "postgres", "select 1"));
    }
}

#[test]
fn redis_wants_a_password() {
    let (Some(server), Some(client)) = (find(&["redis-server"]), find(&["redis-cli"])) else {
        return;
    };
    let port = free_port();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new("sh");
    // Redis logs to standard output; the lab reads standard error.
    let line = format!(
        "exec {} --port {port} --bind 127.0.0.1 --requirepass right --save '' 1>&2",
        server.display()
    );
    let _server = Running::start(
        command.args(["-c", &line]).current_dir(folder.path()),
        "Ready to accept connections",
    );
    check(
        &run(Command::new(client).args(["-p", &port.to_string(), "GET", "key"])),
        &["service-auth"],
    );
}
