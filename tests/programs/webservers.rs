//! nginx in front of apps that fail in each of the ways that end in a 502.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::lab::{Running, check, check_healthy, find, free_port, get, run, upstream};

/// Runs nginx in front of `location`, asks it once, and gives the status line with what it logged.
#[track_caller]
fn through_nginx(location: &str) -> Option<String> {
    let nginx = find(&["nginx"])?;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let port = free_port();
    let config = write_config(
        &folder,
        &format!("listen 127.0.0.1:{port};\nlocation / {{\n{location}\n}}"),
    );
    let mut server = Running::start(
        Command::new(nginx)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&config),
        "start worker process ",
    );
    let answer = get(port);
    server.read_until("GET / HTTP/1.0");
    let status = answer.lines().next().unwrap_or_default().to_owned();
    assert!(status.contains("50"), "the router did not fail: {status}");
    Some(server.finish())
}

fn write_config(folder: &TempDir, server: &str) -> std::path::PathBuf {
    // Workers run as another user; they must be able to pass through to the sockets.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
        .expect("changed permissions");
    let path = folder.path().join("nginx.conf");
    let text = format!(
        "daemon off;\npid {0}/nginx.pid;\nerror_log stderr notice;\nworker_processes 1;\nevents {{}}\n\
         http {{\naccess_log off;\nclient_body_temp_path {0}/body;\nproxy_temp_path {0}/proxy;\nfastcgi_temp_path {0}/fastcgi;\n\
         uwsgi_temp_path {0}/uwsgi;\nscgi_temp_path {0}/scgi;\nserver {{\n{server}\n}}\n}}\n",
        folder.path().display()
    );
    fs::write(&path, text).expect("a written configuration");
    path
}

fn proxy(to: &str) -> String {
    format!("proxy_pass {to};")
}

#[test]
fn an_app_on_another_port_is_refused() {
    if let Some(log) = through_nginx(&proxy(&format!("http://127.0.0.1:{}", free_port()))) {
        check(&log, &["upstream-refused"]);
    }
}

#[test]
fn an_app_that_dies_while_it_answers_closes_early() {
    let port = upstream(Vec::new());
    if let Some(log) = through_nginx(&proxy(&format!("http://127.0.0.1:{port}"))) {
        check(&log, &["premature-close", "connection-reset"]);
    }
}

#[test]
fn a_socket_that_is_not_there_is_named() {
    if let Some(log) = through_nginx(&proxy("http://unix:/run/bot502-test-no-such.sock:/")) {
        check(&log, &["socket-missing"]);
    }
}

#[test]
fn a_socket_that_the_router_may_not_open_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
        .expect("changed permissions");
    let path = folder.path().join("app.sock");
    let _listener = UnixListener::bind(&path).expect("a socket");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("changed permissions");
    if !is_root() {
        return eprintln!("not run: only root's workers run as another user");
    }
    if let Some(log) = through_nginx(&proxy(&format!("http://unix:{}:/", path.display()))) {
        check(&log, &["socket-permission"]);
    }
}

#[test]
fn a_header_that_is_too_big_is_named() {
    let answer = format!(
        "HTTP/1.1 200 OK\r\nX-Big: {}\r\nContent-Length: 0\r\n\r\n",
        "x".repeat(20_000)
    );
    let port = upstream(answer.into_bytes());
    if let Some(log) = through_nginx(&proxy(&format!("http://127.0.0.1:{port}"))) {
        check(&log, &["header-too-big"]);
    }
}

#[test]
fn an_app_that_never_answers_times_out() {
    // It listens and never accepts: the backlog takes the connection, nobody answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = listener.local_addr().expect("an address").port();
    if let Some(log) = through_nginx(&format!(
        "proxy_read_timeout 1s;\n{}",
        proxy(&format!("http://127.0.0.1:{port}"))
    )) {
        check(&log, &["upstream-timeout"]);
    }
}

#[test]
fn an_app_that_does_not_speak_http_is_named() {
    let port = upstream(b"\x00\x01not http at all\r\n\r\n".to_vec());
    if let Some(log) = through_nginx(&format!(
        "proxy_http_version 1.1;\nproxy_set_header Connection close;\nfastcgi_pass 127.0.0.1:{port};"
    )) {
        check(&log, &["protocol-mismatch"]);
    }
}

#[test]
fn an_upstream_name_that_does_not_resolve_keeps_nginx_down() {
    let Some(nginx) = find(&["nginx"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(
        &folder,
        "location / { proxy_pass http://no-such-app.invalid; }",
    );
    check(
        &run(&mut test_config(&nginx, &config)),
        &["upstream-name-unresolved"],
    );
}

#[test]
fn a_broken_configuration_keeps_nginx_down() {
    let Some(nginx) = find(&["nginx"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(&folder, "proxy_passs http://127.0.0.1:1;");
    check(&run(&mut test_config(&nginx, &config)), &["config-invalid"]);
}

#[test]
fn a_port_that_is_taken_keeps_nginx_down() {
    let Some(nginx) = find(&["nginx"]) else {
        return;
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(
        &folder,
        &format!("listen {};", taken.local_addr().expect("an address")),
    );
    check(
        &run(Command::new(nginx).arg("-c").arg(config)),
        &["port-in-use"],
    );
}

#[test]
fn a_healthy_router_has_no_cause() {
    let Some(nginx) = find(&["nginx"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let port = free_port();
    let config = write_config(
        &folder,
        &format!("listen 127.0.0.1:{port};\nreturn 200 ok;"),
    );
    let server = Running::start(
        Command::new(nginx).arg("-c").arg(config),
        "start worker process ",
    );
    assert!(get(port).starts_with("HTTP/1.1 200"));
    check_healthy(&server.finish());
}

fn test_config(nginx: &Path, config: &Path) -> Command {
    let mut command = Command::new(nginx);
    command.arg("-t").arg("-c").arg(config);
    command
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}
