//! Node, Python, PHP and their servers, failing to start or falling over.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::lab::{check, check_healthy, find, free_port, run};

/// Runs a script with a runtime and gives what it wrote.
fn script(program: &[&str], name: &str, text: &str) -> Option<String> {
    let program = find(program)?;
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), text).expect("a written script");
    Some(run(Command::new(program)
        .arg(name)
        .current_dir(folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")))
}

fn node(text: &str) -> Option<String> {
    script(&["node"], "server.js", text)
}

fn python(text: &str) -> Option<String> {
    script(&["python3"], "app.py", text)
}

#[test]
fn node_finds_its_port_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = taken.local_addr().expect("an address").port();
    if let Some(log) = node(&format!(
        "require('http').createServer().listen({port}, '127.0.0.1')"
    )) {
        check(&log, &["port-in-use"]);
    }
}

#[test]
fn node_misses_a_module() {
    if let Some(log) = node("require('a-framework-that-is-not-there')") {
        check(&log, &["missing-module"]);
    }
}

#[test]
fn node_cannot_parse_the_app() {
    if let Some(log) = node("const app = {\n  port: 80,,\n};") {
        check(&log, &["syntax-error"]);
    }
}

#[test]
fn node_runs_out_of_heap() {
    let Some(node) = find(&["node"]) else { return };
    let log = run(Command::new(node).args([
        "--max-old-space-size=16",
        "-e",
        "const a = []; for (;;) a.push(new Array(10000).fill({}))",
    ]));
    check(&log, &["heap-limit"]);
}

#[test]
fn node_is_refused_by_a_service() {
    let port = free_port();
    if let Some(log) = node(&format!("require('net').connect({port}, '127.0.0.1')")) {
        check(&log, &["service-refused"]);
    }
}

#[test]
fn node_cannot_resolve_a_service() {
    if let Some(log) = node("require('net').connect(5432, 'database.invalid')") {
        check(&log, &["service-dns"]);
    }
}

#[test]
fn node_throws_and_nobody_catches() {
    if let Some(log) = node("const settings = undefined;\nconsole.log(settings.port);") {
        check(&log, &["uncaught-exception"]);
    }
}

#[test]
fn python_misses_a_module() {
    if let Some(log) = python("import a_framework_that_is_not_there") {
        check(&log, &["missing-module"]);
    }
}

#[test]
fn python_misses_a_variable() {
    if let Some(log) = python("import os\nprint(os.environ['APP_SECRET_KEY'])") {
        check(&log, &["missing-env-var"]);
    }
}

#[test]
fn python_reads_an_empty_port() {
    if let Some(log) = python("import os\nport = int(os.environ.get('PORT', ''))") {
        check(&log, &["port-env-missing"]);
    }
}

#[test]
fn python_may_not_bind_a_low_port() {
    // As root any port can be bound; a user without the capability cannot.
    let Some(setpriv) = find(&["setpriv"]) else {
        return;
    };
    // A Python of root's own home cannot be run by nobody.
    let Some(python) = find(&["/usr/bin/python3", "python3"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
        .expect("changed permissions");
    let script = folder.path().join("app.py");
    fs::write(
        &script,
        "import socket\nserver = socket.socket()\nserver.bind(('127.0.0.1', 81))\n",
    )
    .expect("a written script");
    let log = run(Command::new(setpriv)
        .args(["--bounding-set=-all", "--inh-caps=-all"])
        .args(drop_root())
        .arg(python)
        .arg(&script));
    check(&log, &["privileged-port"]);
}

/// What `setpriv` takes to run as nobody, where we are root; root keeps its capabilities otherwise.
fn drop_root() -> &'static [&'static str] {
    if rustix::process::getuid().is_root() {
        &["--reuid=65534", "--clear-groups"]
    } else {
        &[]
    }
}

#[test]
fn gunicorn_cannot_find_the_app() {
    let Some(gunicorn) = find(&["gunicorn"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = run(Command::new(gunicorn)
        .args(["no_such_module:app", "-b"])
        .arg(format!("127.0.0.1:{}", free_port()))
        .current_dir(folder.path()));
    check(&log, &["bad-entrypoint", "missing-module"]);
}

#[test]
fn gunicorn_finds_its_port_taken() {
    let Some(gunicorn) = find(&["gunicorn"]) else {
        return;
    };
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("site.py"), "app = None").expect("a written app");
    let log = run(Command::new(gunicorn)
        .args(["site:app", "-b"])
        .arg(taken.local_addr().expect("an address").to_string())
        .current_dir(folder.path()));
    check(&log, &["port-in-use"]);
}

#[test]
fn php_cannot_parse_the_app() {
    if let Some(log) = script(&["php", "php8.2"], "index.php", "<?php\nfunction a( {\n") {
        check(&log, &["syntax-error"]);
    }
}

#[test]
fn php_runs_out_of_its_memory_limit() {
    let Some(php) = find(&["php", "php8.2"]) else {
        return;
    };
    let log = run(Command::new(php).args([
        "-d",
        "memory_limit=8M",
        "-r",
        "$a = str_repeat('x', 64 * 1024 * 1024);",
    ]));
    check(&log, &["heap-limit"]);
}

#[test]
fn a_healthy_node_app_has_no_cause() {
    if let Some(log) = node(
        "console.log('Server listening on http://0.0.0.0:8080');\nconsole.log('GET / 200 12ms');\nconsole.log('0 errors, 0 warnings');",
    ) {
        check_healthy(&log);
    }
}
