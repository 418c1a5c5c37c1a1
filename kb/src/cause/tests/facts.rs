//! Causes that no line names: two facts side by side, and what a command's output shows. Against the
//! shipped catalogue, since the rules name its causes.

use crate::cause::Catalogue;

/// Checks the first finding: its cause, and the numbers of the two lines that show it.
#[track_caller]
fn check(text: &str, cause: &str, lines: (u64, Option<u64>)) {
    let reading = Catalogue::shipped().read(text.as_bytes());
    let Some(best) = reading.findings.first() else {
        panic!("nothing was found in: {text}")
    };
    let found = (best.line, best.beside.as_ref().map(|beside| beside.line));
    assert_eq!(
        (best.cause.as_str(), found),
        (cause, lines),
        "{text}\n{:#?}",
        reading.findings
    );
}

#[track_caller]
fn check_healthy(text: &str) {
    let reading = Catalogue::shipped().read(text.as_bytes());
    assert_eq!(reading.findings, [], "{text}");
}

const REFUSED: &str = "2026/11/22 16:27:34 [error] 6557#6557: *1 connect() failed (111: Connection \
                       refused) while connecting to upstream, client: 192.0.2.7, server: _, \
                       request: \"GET / HTTP/1.1\", upstream: \"http://127.0.0.1:8888/\", host: \"shop\"";

#[test]
fn an_app_on_another_port_than_the_router_expects_is_shown_with_both_lines() {
    for listening in [
        "Server listening on port 3000",
        "Listening at: http://0.0.0.0:3000 (77)",
        "* Running on http://127.0.0.1:3000",
        "INFO:     Uvicorn running on http://0.0.0.0:3000 (Press CTRL+C to quit)",
        "Tomcat started on port(s): 3000 (http) with context path ''",
        "Now listening on: http://[::]:3000",
        "tcp        0      0 0.0.0.0:3000            0.0.0.0:*               LISTEN      77/node",
        "LISTEN 0      511          0.0.0.0:3000       0.0.0.0:*",
        "node    77  web   18u  IPv4  12345      0t0  TCP *:3000 (LISTEN)",
    ] {
        check(
            &format!("{listening}\n{REFUSED}\n"),
            "wrong-port",
            (1, Some(2)),
        );
    }
}

#[test]
fn the_same_port_on_loopback_only_is_told_from_another_port() {
    let outside = REFUSED.replace("http://127.0.0.1:8888/", "http://10.0.0.7:8888/");
    check(
        &format!("Listening at: http://127.0.0.1:8888 (77)\n{outside}\n"),
        "bind-localhost",
        (1, Some(2)),
    );
}

#[test]
fn an_app_on_a_port_and_a_router_on_a_socket_do_not_meet() {
    let socket = "connect() to unix:/run/app.sock failed (2: No such file or directory) while \
                  connecting to upstream, upstream: \"http://unix:/run/app.sock:/\"";
    check(
        &format!("Server listening on http://0.0.0.0:3000\n{socket}\n"),
        "socket-family-mismatch",
        (1, Some(2)),
    );
}

#[test]
fn facts_without_trouble_are_no_cause() {
    for text in [
        "Server listening on port 3000\nPORT=8080\n",
        "LISTEN 0 128 127.0.0.1:3000 0.0.0.0:*\n",
        "$ echo $PORT\n8888\n[exit 0]\n\n$ ss -ltn\nLISTEN 0 128 0.0.0.0:8888 0.0.0.0:*\n[exit 0]\n",
    ] {
        check_healthy(text);
    }
}

#[test]
fn a_service_beside_the_app_is_not_taken_for_it() {
    check(
        &format!("listening on IPv4 address \"0.0.0.0\", port 5432\n{REFUSED}\n"),
        "upstream-refused",
        (2, None),
    );
}

#[test]
fn a_port_variable_and_a_list_of_sockets_are_compared() {
    check(
        "$ echo $PORT\n8888\n[exit 0]\n\n$ ss -ltn\nLISTEN 0 128 0.0.0.0:3000 0.0.0.0:*\n[exit 0]\n\n\
         $ curl -sS http://127.0.0.1:$PORT/\ncurl: (7) Failed to connect to 127.0.0.1 port 8888: \
         Connection refused\n[exit 7]\n",
        "wrong-port",
        (6, Some(10)),
    );
    check(
        "$ upsun ssh 'echo $PORT; ss -ltn'\n8888\nState  Recv-Q Send-Q Local Address:Port Peer\n\
         LISTEN 0 1024 127.0.0.1:4567 0.0.0.0:*\n",
        "wrong-port",
        (4, Some(2)),
    );
    check(
        "$ echo $PORT\n8888\n$ ps x -o pid,args\n  PID COMMAND\n   84 php -S 0.0.0.0:8000 -t public\n\
         $ curl -sI localhost:$PORT\ncurl: (7) Failed to connect to localhost port 8888\n",
        "wrong-port",
        (5, Some(7)),
    );
}

#[test]
fn what_a_command_prints_is_an_answer_to_its_question() {
    let table = [
        ("$ echo \"[$PORT]\"\n[]\n[exit 0]\n", "port-env-missing"),
        (
            "$ echo $PORT\n\n[exit 0]\n\n$ echo $SOCKET\n/run/app.sock\n[exit 0]\n",
            "socket-family-mismatch",
        ),
        (
            "$ df -h /mnt\nFilesystem Size Used Avail Use% Mounted on\n/dev/sda1 1G 1G 0 100% /mnt\n[exit 0]\n",
            "disk-full",
        ),
        (
            "$ ls -l /run/app.sock\nsrwx------ 1 root root 0 Nov 22 16:11 /run/app.sock\n[exit 0]\n",
            "socket-permission",
        ),
        (
            "$ ls -l start.sh\n-rw-r--r-- 1 web web 40 Nov 22 16:11 start.sh\n[exit 0]\n",
            "start-not-executable",
        ),
        (
            "$ command -v gunicorn\n[exit 1]\n",
            "start-command-not-found",
        ),
        (
            "$ getent hosts database.internal\n[exit 2]\n",
            "service-dns",
        ),
        ("$ printenv DATABASE_URL\n[exit 1]\n", "missing-env-var"),
        (
            "$ cat /sys/fs/cgroup/memory.events\nlow 0\noom 3\noom_kill 3\n[exit 0]\n",
            "oom-killed",
        ),
        (
            "$ echo $PLATFORM_RELATIONSHIPS | base64 -d\n{\"cache\":[{\"port\":6379}]}\n[exit 0]\n",
            "relationship-missing",
        ),
    ];
    for (text, cause) in table {
        let reading = Catalogue::shipped().read(text.as_bytes());
        let found = reading.findings.first().map(|best| best.cause.as_str());
        assert_eq!(found, Some(cause), "{text}");
    }
}

#[test]
fn a_command_that_shows_health_has_no_cause() {
    for text in [
        "$ echo $PORT\n8888\n[exit 0]\n",
        "$ df -h\nFilesystem Size Used Avail Use% Mounted on\n/dev/sda1 1G 1M 1G 1% /mnt\n[exit 0]\n",
        "$ ls -l /run/app.sock\nsrwxrwxrwx 1 web web 0 Nov 22 16:11 /run/app.sock\n[exit 0]\n",
        "$ command -v gunicorn\n/usr/bin/gunicorn\n[exit 0]\n",
        "$ getent hosts database.internal\n10.0.0.7 database.internal\n[exit 0]\n",
        "$ echo $PLATFORM_RELATIONSHIPS | base64 -d\n{\"database\":[{\"port\":5432}]}\n[exit 0]\n",
    ] {
        check_healthy(text);
    }
}
