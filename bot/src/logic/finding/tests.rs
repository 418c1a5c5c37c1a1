//! What each probe's output means, as a table of outputs and sentences.

use expect_test::{Expect, expect};
use kb::cause::Catalogue;

use super::{Printed, read};
use crate::logic::outcome::Ending;

/// Reads an output and lists the findings: weight, rule, cause, sentence, evidence.
fn check(probe: &str, stdout: &str, expected: Expect) {
    check_ending(probe, &Ending::Exited { status: 0 }, stdout, expected);
}

fn check_ending(probe: &str, ending: &Ending, stdout: &str, expected: Expect) {
    let printed = Printed {
        probe,
        ending,
        stdout,
        stderr: "",
    };
    let lines: Vec<String> = read(printed, Catalogue::shipped())
        .iter()
        .map(|found| {
            let cause = found
                .cause
                .as_deref()
                .map_or(String::new(), |id| format!(" [{id}]"));
            let line = found.evidence.as_ref().map_or(0, |evidence| evidence.line);
            format!(
                "{:?} {}{cause} line {line}: {}\n",
                found.weight, found.rule, found.says
            )
        })
        .collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn the_port() {
    check(
        "port",
        "PORT=8888\nSOCKET=\nlistening=yes\n",
        expect![[r#"
        Sound port-heard line 3: Something listens on $PORT, which is 8888.
    "#]],
    );
    check(
        "port",
        "PORT=8888\nSOCKET=\nlistening=no\n",
        expect![[r#"
            Broken port-unheard line 3: Nothing listens on $PORT, which is 8888: the router finds nobody there.
        "#]],
    );
    check(
        "port",
        "PORT=\nSOCKET=\n",
        expect![[r#"
        Broken port-empty [port-env-missing] line 1: $PORT is empty and so is $SOCKET: the platform gave the app no place to listen.
    "#]],
    );
    check(
        "port",
        "PORT=\nSOCKET=/run/app.sock\nlistening=yes\n",
        expect![[r#"
            Sound socket-heard line 2: The socket /run/app.sock is there.
        "#]],
    );
    check(
        "port",
        "PORT=\nSOCKET=/run/app.sock\nlistening=no\n",
        expect![[r#"
            Broken socket-missing [socket-missing] line 2: The socket /run/app.sock is not there: nothing listens.
            Doubtful port-empty [socket-family-mismatch] line 2: $PORT is empty because the app is configured for a Unix socket: an app that reads $PORT listens nowhere.
        "#]],
    );
    check("port", "something else\n", expect![[""]]);
}

#[test]
fn the_listeners() {
    check(
        "listeners",
        "tcp * 8888 7 node\nunix /run/x\nPORT=8888\nSOCKET=\n",
        expect![[r#"
            Sound port-heard line 1: `node` listens on $PORT, which is 8888.
        "#]],
    );
    check(
        "listeners",
        "tcp loopback 8888 7 node\nPORT=8888\nSOCKET=\n",
        expect![[r#"
            Broken only-localhost [bind-localhost] line 1: `node` listens on port 8888, but on localhost alone: nobody outside the container can connect.
        "#]],
    );
    check(
        "listeners",
        "tcp * 22 3 sshd\ntcp * 3000 7 node\nPORT=8888\nSOCKET=\n",
        expect![[r#"
            Broken other-port [wrong-port] line 2: `node` listens on port 3000, and nothing on $PORT, which is 8888.
        "#]],
    );
    check(
        "listeners",
        "tcp * 80 - nginx\nPORT=8888\nSOCKET=\n",
        expect![[r#"
            Broken nothing-listens line 2: Nothing of the app listens at all; $PORT is 8888. It did not start, or it ended.
        "#]],
    );
    check(
        "listeners",
        "unix /run/app.sock\nPORT=\nSOCKET=/run/app.sock\n",
        expect![[r#"
            Sound socket-heard line 1: Something listens on $SOCKET, which is /run/app.sock.
        "#]],
    );
    check(
        "listeners",
        "PORT=\nSOCKET=/run/app.sock\n",
        expect![[r#"
        Broken socket-missing [socket-missing] line 2: Nothing listens on $SOCKET, which is /run/app.sock.
    "#]],
    );
}

#[test]
fn disk_and_mounts() {
    check(
        "disk-usage",
        "[space]\nFilesystem 1024-blocks Used Available Capacity Mounted on\n\
         /dev/loop7 900 900 0 100% /app\n/dev/vdb 1000 1000 0 100% /mnt/uploads\n\
         tmpfs 800 760 40 95% /tmp\n[inodes]\nFilesystem Inodes IUsed IFree IUse% Mounted on\n\
         /dev/vdb 100 3 97 3% /mnt/uploads\n",
        expect![[r#"
            Broken mount-full [disk-full] line 4: `/mnt/uploads` is full: space at 100 %. Whatever writes there fails.
            Doubtful mount-nearly-full line 5: `/tmp` is nearly full: space at 95 %.
        "#]],
    );
    check(
        "disk-usage",
        "[space]\n/dev/vdb 1000 10 990 1% /mnt\n[inodes]\n",
        expect![[r#"
            Sound disk-free line 0: Every writable file system has room.
        "#]],
    );
    check(
        "mount-list",
        "Mount path,Definition\npublic/uploads,\"source: storage\nsource_path: uploads\"\n.tmp,x\n",
        expect![[r#"
            Sound mounts line 0: The app can write to `public/uploads`, `.tmp` and to nothing else.
        "#]],
    );
    check(
        "mount-list",
        "Mount path,Definition\n",
        expect![[r#"
        Doubtful no-mounts line 0: The app has no mounts: outside of /tmp it can write nothing once it is deployed.
    "#]],
    );
}

#[test]
fn memory_and_restarts() {
    check(
        "memory",
        "limit_kib=458752\nused_kib=440000\ncache_kib=10000\noom_kills=0\n",
        expect![[r#"
            Doubtful memory-short [oom-killed] line 2: The container uses 94 % of its memory (420 of 448 MiB, cache not counted).
        "#]],
    );
    check(
        "memory",
        "limit_kib=458752\nused_kib=440000\ncache_kib=300000\noom_kills=2\n",
        expect![[r#"
            Broken oom-kills [oom-killed] line 4: The kernel killed a process of the container for want of memory, 2 times.
            Sound memory-enough line 2: The container uses 31 % of its memory (137 of 448 MiB, cache not counted).
        "#]],
    );
    check(
        "memory",
        "limit_kib=unlimited\nused_kib=440000\n",
        expect![[""]],
    );
    check(
        "restarts",
        "gone 71 node\nnew 84 node\nyoung 84 3 node\ncontainer_age_seconds=9000\n",
        expect![[r#"
            Broken keeps-restarting [crash-loop] line 2: `node` ended and was started again within six seconds: it crashes in a loop.
        "#]],
    );
    check(
        "restarts",
        "young 84 30 node\ncontainer_age_seconds=9000\n",
        expect![[r#"
            Doubtful young-process line 1: `node` is 30 s old, younger than its container: it was started again.
        "#]],
    );
    check(
        "restarts",
        "young 84 30 node\ncontainer_age_seconds=40\n",
        expect![[r#"
            Sound no-restarts line 0: No process ended or began in six seconds, and none is younger than its container.
        "#]],
    );
    check(
        "metrics",
        "Timestamp,Service,CPU %,Memory %,Disk %,Inodes %,/tmp %,/tmp inodes %\n\
         2026-01-01T00:00:00+00:00,app,10.0%,99.3%,20.0%,1.0%,0.0%,1.0%\n\
         2026-01-01T00:01:00+00:00,app,99.0%,40.0%,20.0%,1.0%,0.0%,1.0%\n\
         2026-01-01T00:01:00+00:00,db,10.0%,40.0%,100.0%,1.0%,0.0%,1.0%\n",
        expect![[r#"
            Broken disk-nearly-full [disk-full] line 4: Disk of `db` is at 100 %.
            Doubtful cpu-busy [no-capacity] line 3: CPU of `app` is at 99 %.
        "#]],
    );
}

#[test]
fn services() {
    check(
        "service-connect",
        "host=database.internal\nport=5432\nconnect=ok\n",
        expect![[r#"
            Sound service-answers line 3: The service at database.internal:5432 takes connections.
        "#]],
    );
    check(
        "service-connect",
        "host=database.internal\nport=5432\nconnect=refused\n",
        expect![[r#"
            Broken service-refuses [service-refused] line 3: The service at database.internal:5432 refuses connections: it is down, starting, or on another port.
        "#]],
    );
    check(
        "service-connect",
        "host=database.internal\nport=5432\nconnect=timeout\n",
        expect![[r#"
            Broken service-silent [service-timeout] line 3: The service at database.internal:5432 did not answer within 5 seconds.
        "#]],
    );
    check(
        "service-connect",
        "host=db.internal\nport=5432\nconnect=unresolved\n",
        expect![[r#"
            Broken service-unresolved [service-dns] line 3: The name `db.internal` does not resolve in the container: no relationship of the app has it.
        "#]],
    );
    check(
        "service-connect",
        "host=db.internal\nport=\nconnect=unknown\nwhy=no relationship has this host\n",
        expect![[r#"
            Doubtful service-unknown line 3: Whether the service answers could not be told: no relationship has this host.
        "#]],
    );
    check(
        "service-resolve",
        "host=database.internal\naddress=169.254.1.2\nresolved=yes\n",
        expect![[r#"
            Sound service-resolves line 3: The name `database.internal` resolves in the container.
        "#]],
    );
    check(
        "service-resolve",
        "host=database.internal\nresolved=no\n",
        expect![[r#"
            Broken service-unresolved [service-dns] line 2: The name `database.internal` does not resolve in the container: no relationship of the app has it.
        "#]],
    );
}

#[test]
fn databases_and_relationships() {
    check(
        "sql-select",
        "connections|max_connections|active|waiting\n98|100|3|2\n(1 row)\n",
        expect![[r#"
            Broken connections-short [service-too-many-connections] line 2: The database answers; 98 of 100 connections are in use.
            Doubtful locks line 2: 2 of its sessions wait for a lock.
        "#]],
    );
    check(
        "sql-select",
        "client=none\nwhy=psql is not here; try service-connect\n",
        expect![[r#"
            Doubtful no-client line 1: The database was not asked: psql is not here; try service-connect.
        "#]],
    );
    check(
        "relationships",
        "relationships=none\n",
        expect![[r#"
        Doubtful no-relationships [relationship-missing] line 1: The app has no relationships, so it can reach no service by name.
    "#]],
    );
    check(
        "relationships",
        "database\n  host=database.internal\n  port=5432\ncache\n  port=6379\n",
        expect![[r#"
            Sound relationships line 0: The app reaches `database`, `cache` by relationship.
        "#]],
    );
}

#[test]
fn deployments() {
    let header = "ID,Type,State,Result,Created,Completed,Environment(s),Description\n";
    let list = |rows: &str, expected| check("activity-list", &format!("{header}{rows}"), expected);
    list(
        "c1,environment.cron,complete,success,2026-01-02,x,main,Cron\n\
         p1,environment.push,complete,failure,2026-01-01,x,main,\"Ana, Dev pushed\"\n",
        expect![[r#"
            Broken deploy-failed line 3: The last deployment, of 2026-01-01, failed.
        "#]],
    );
    list(
        "p1,environment.push,complete,success,2026-01-01,x,main,Push\n",
        expect![[r#"
            Sound deploy-succeeded line 2: The last deployment, of 2026-01-01, succeeded.
        "#]],
    );
    list(
        "p1,environment.redeploy,in progress,,2026-01-01,,main,Push\n",
        expect![[r#"
            Doubtful deploying line 2: A deployment began at 2026-01-01 and is not over: requests may wait or fail meanwhile.
        "#]],
    );
    list(
        "c1,environment.cron,complete,success,2026-01-02,x,main,Cron\n",
        expect![[""]],
    );
}

#[test]
fn from_outside() {
    let answered = |probe: &str, text: &str, expected| {
        check_ending(probe, &Ending::Answered, text, expected);
    };
    answered(
        "url-status",
        "get: https://a.example/\nstatus: 200 OK\nserver: nginx\nbody: 3 bytes\n> status: 502 x\n",
        expect![[r#"
            Sound url-answers line 2: The address answers 200 OK, so it is not down (answered by `nginx`).
        "#]],
    );
    answered(
        "url-status",
        "get: http://a.example/\nstatus: 301 Moved Permanently\nlocation: https://a.example/\nget: https://a.example/\nstatus: 502 Bad Gateway\nx-platform-router: r\n",
        expect![[r#"
            Broken url-gateway-error [upstream-refused] line 5: The address answers 502 Bad Gateway: what stands before the app gets no answer from it (answered through the platform's router).
        "#]],
    );
    answered(
        "url-status",
        "status: 500 Internal Server Error\n",
        expect![[r#"
            Broken url-app-error [app-http-500] line 1: The address answers 500 Internal Server Error: the app runs and fails by itself; that is no 502.
        "#]],
    );
    answered(
        "url-status",
        "status: 302 Found\nnot followed: `evil.example` is not a host of this project\n",
        expect![[r#"
            Doubtful redirects-away line 2: It redirects to where bot502 does not follow: `evil.example` is not a host of this project.
            Sound url-redirects line 1: The address answers 302 Found and leads elsewhere, so it is not down.
        "#]],
    );
}

#[test]
fn names_and_certificates() {
    let answered = |probe: &str, text: &str, expected| {
        check_ending(probe, &Ending::Answered, text, expected);
    };
    answered(
        "url-certificate",
        "valid until: 2026-01-01 00:00 UTC\ndays left: -3\ntrusted: no, it has expired\n",
        expect![[r#"
            Broken certificate-expired [certificate-invalid] line 1: The certificate expired 3 days ago, on 2026-01-01 00:00 UTC.
        "#]],
    );
    answered(
        "url-certificate",
        "valid until: 2027-01-01 00:00 UTC\ndays left: 40\ntrusted: no, it is for other names\n",
        expect![[r#"
            Broken certificate-untrusted [certificate-invalid] line 3: Browsers do not trust the certificate: it is for other names.
        "#]],
    );
    answered(
        "url-certificate",
        "valid until: 2027-01-01 00:00 UTC\ndays left: 9\ntrusted: yes\n",
        expect![[r#"
            Doubtful certificate-ends-soon line 1: The certificate ends in 9 days, on 2027-01-01 00:00 UTC, and was not renewed yet.
        "#]],
    );
    answered(
        "url-certificate",
        "valid until: 2027-01-01 00:00 UTC\ndays left: 40\ntrusted: yes\n",
        expect![[r#"
            Sound certificate-holds line 1: The certificate is trusted and holds until 2027-01-01 00:00 UTC (40 days).
        "#]],
    );
    answered(
        "url-dns",
        "resolve: a.example\naddress: 8.8.8.8\naddress: 2606:4700::1\n",
        expect![[r#"
            Sound name-resolves line 0: The name leads to 2 public addresses.
        "#]],
    );
    answered(
        "url-dns",
        "resolve: a.example\naddress: 10.0.0.1 (a private address)\n",
        expect![[r#"
            Doubtful name-inner [domain-not-attached] line 2: The name leads to 10.0.0.1 (a private address), which is no public address.
        "#]],
    );
}

#[test]
fn no_answer_at_all() {
    let silent = |reason: &str, expected| {
        let ending = Ending::Unanswered {
            reason: reason.to_owned(),
        };
        check_ending("url-status", &ending, "get: https://a.example/\n", expected);
    };
    silent(
        "the name `a.example` does not resolve (no such host)",
        expect![[r#"
            Broken name-unknown [domain-not-attached] line 0: Nobody can reach it: the name `a.example` does not resolve (no such host).
        "#]],
    );
    silent(
        "192.0.2.1:443: connection refused, nothing listens there",
        expect![[r#"
            Broken url-silent [upstream-unreachable] line 0: The address gives no answer: 192.0.2.1:443: connection refused, nothing listens there.
        "#]],
    );
    silent(
        "its certificate is not to be trusted: it has expired; nothing was asked",
        expect![[r#"
            Broken certificate-untrusted [certificate-invalid] line 0: Browsers refuse it: its certificate is not to be trusted: it has expired; nothing was asked.
        "#]],
    );
    silent(
        "`a.example` was asked often enough; again in 12 s",
        expect![[r#"
            Doubtful not-asked line 0: It was not asked: `a.example` was asked often enough; again in 12 s.
        "#]],
    );
}

#[test]
fn logs_are_read_with_the_causes() {
    check(
        "app-log",
        "",
        expect![[r#"
        Doubtful log-empty line 0: The log is empty: what should write to it has not run, or writes elsewhere.
    "#]],
    );
    check(
        "app-log",
        "listening\nGET / 200\n",
        expect![[r#"
        Sound log-calm line 0: None of its 2 lines reports an error.
    "#]],
    );
    check(
        "app-log",
        "start\nError: listen EADDRINUSE: address already in use :::8888\n",
        expect![[r#"
            Broken port-in-use [port-in-use] line 2: Another process already listens on the port. See who holds the port and stop the double start (one start command, no leftover process, no second `listen` in the code).
        "#]],
    );
}

#[test]
fn every_cause_that_a_rule_names_is_known() {
    let sources = [
        include_str!("start.rs"),
        include_str!("resources.rs"),
        include_str!("services.rs"),
        include_str!("deploys.rs"),
        include_str!("outside.rs"),
    ];
    let named: Vec<&str> = sources
        .iter()
        .flat_map(|source| source.split(".cause(\"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(named.len() > 18, "{named:?}");
    let unknown: Vec<&&str> = named
        .iter()
        .filter(|id| Catalogue::shipped().get(id).is_none())
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
