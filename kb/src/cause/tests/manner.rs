//! What a text only speaks about did not happen: comments, usage, passed tests, manuals. Against
//! the shipped catalogue, whose signatures know the words in them.

use crate::cause::Catalogue;

/// The causes that are found, best first.
fn causes(text: &str) -> Vec<String> {
    let reading = Catalogue::shipped().read(text.as_bytes());
    let causes = reading.findings.into_iter();
    causes.map(|finding| finding.cause).collect()
}

/// A page of a manual, with the words that errors are made of.
const MANUAL: &str = "\
The client keeps a pool of connections and takes the first one that is free.
When the server has refused the connection, the client waits and tries again,
and gives up once the time that the caller allowed for it has passed. In that
case the caller sees that the connection was refused by the server, or that it
timed out, whichever came last. A pool that has no free connection left makes
the caller wait as well. Too many connections on the side of the server are
told apart from that by the message, which says that there are too many
connections already. None of this is an error of the client itself, and there
is nothing in it that a restart would mend, since the pool is filled again by
the same callers at once. A signal such as SIGKILL ends the client, and what
it held in memory is lost.
";

/// The options of a program.
const USAGE: &str = "\
Options:
  -c, --connect <host>       Where to connect to
  -r, --retry-refused        Try again on connection refused
  -t, --timeout <seconds>    Give up when the connection timed out
  -k, --no-check             Do not fail when certificate verify failed
  -v, --verbose              Say what is killed
";

#[test]
fn what_is_only_spoken_of_is_no_cause() {
    for text in [
        "# A peer has failed after \"connection refused\" or a time-out.\nfail_timeout 5s;\n",
        "; Note: address already in use is written when the port is taken\nlisten = 9000\n",
        "// no live upstreams while connecting to upstream: every peer is down.\n",
        "  \u{2713} answers 502 on connection refused (4 ms)\n  \u{2713} retries once on ECONNRESET\n",
        "ok 1 - maps ETIMEDOUT to a 504\nok 2 - maps ECONNREFUSED to a 502\n",
        "test_too_many_connections (pool.Pool) ... ok\n\nRan 1 test in 0.1s\n\nOK\n",
        "$ grep -c 'connection refused' app.log\n0\n",
        MANUAL,
        USAGE,
    ] {
        assert_eq!(causes(text), [""; 0], "{text}");
    }
}

#[test]
fn an_error_beside_a_manual_is_found() {
    let refused = "Error: connect ECONNREFUSED 10.0.0.7:5432";
    for text in [
        format!("{refused}\n\n{USAGE}"),
        format!("{USAGE}\n{refused}\n"),
        format!("{MANUAL}\n2026-11-22T16:10:13Z ERROR {refused}\n"),
        format!("# started by hand\n{refused}\n"),
        format!("  \u{2713} answers (4 ms)\n  1) stores\n     {refused}\n"),
    ] {
        assert_eq!(
            causes(&text).first().map(String::as_str),
            Some("service-refused"),
            "{text}"
        );
    }
}

#[test]
fn a_runtime_that_dies_behind_number_signs_is_heard() {
    let text =
        "#\n# There is insufficient memory for the Java Runtime Environment to continue.\n#\n";
    assert_eq!(causes(text).len(), 1);
}

#[test]
fn what_was_reached_later_is_no_cause() {
    for text in [
        "waiting 30 seconds for database:5432\n\
         nc: connect to database (10.0.0.2) port 5432 (tcp) failed: Connection refused\n\
         database:5432 is available after 4 seconds\n",
        "[redis] connect ECONNREFUSED 10.0.0.2:6379, retrying in 50 ms\n[redis] ready\n",
    ] {
        assert_eq!(causes(text), [""; 0], "{text}");
    }
    let other = "connect to database (10.0.0.2) port 5432 failed: Connection refused\n\
                 search:9200 is available after 4 seconds\n";
    assert_eq!(causes(other), ["service-refused"]);
}

#[test]
fn a_signature_that_knows_a_second_line_knows_more() {
    let missing = "/bin/sh: 2: drussh: not found\n";
    assert_eq!(causes(missing)[0], "start-command-not-found");
    let hook = format!("Executing deploy hook for application shop\n  W: {missing}");
    assert_eq!(causes(&hook)[0], "deploy-hook-failed");
    let settings = "ValidationError: 1 validation error for Settings\nsecret\n  Field required [type=missing]\n";
    assert_eq!(causes(settings)[0], "missing-env-var");
}
