//! What a program within the walls cannot do.

use std::net::TcpListener;

use bot::probe::sandbox::REFUSED_CALLS;

use super::victim::{Victim, stdout};

/// What a program would read to know or to hurt its host. `{outside}` is a folder beside its own.
const READS: [&str; 20] = [
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/sudoers",
    "/etc/ssh/sshd_config",
    "/etc/machine-id",
    "/root",
    "/home",
    "/var/log",
    "/var/lib",
    "/opt",
    "/srv",
    "/mnt",
    "/boot",
    "/sys/kernel",
    "/proc/1/environ",
    "/proc/self/environ",
    "/proc/{parent}/environ",
    "/proc/{parent}/mem",
    "/dev/kmsg",
    "{outside}",
];

/// What it would write.
const WRITES: [&str; 10] = [
    "/tmp/bot502-escape",
    "/var/tmp/bot502-escape",
    "/dev/shm/bot502-escape",
    "/usr/bin/bot502-escape",
    "/etc/bot502-escape",
    "/etc/hosts",
    "/proc/sys/kernel/hostname",
    "/root/bot502-escape",
    "/dev/tty",
    "{outside}/escape",
];

/// Tries each path and prints those that opened.
const TRY: &str = r#"
    my ($mode, @paths) = @ARGV; my $parent = getppid;
    for my $path (@paths) {
        $path =~ s/\{parent\}/$parent/;
        my $opened = $mode eq 'read' ? (-d $path ? opendir(my $d, $path) : open(my $f, '<', $path))
                                     : open(my $g, '>>', $path);
        print "$path\n" if $opened;
    }
    print "tried ", scalar @paths;
"#;

#[tokio::test]
async fn thirty_forbidden_paths_are_denied() {
    let outside = tempfile::tempdir().expect("a folder");
    for (mode, paths) in [("read", READS.as_slice()), ("write", WRITES.as_slice())] {
        let mut victim = Victim::perl(TRY);
        let outside = outside.path().to_string_lossy();
        let own = victim.scratch().join("own").to_string_lossy().into_owned();
        std::fs::write(&own, "").expect("a file");
        // The first is allowed, so that a script that tries nothing is noticed.
        victim.order.args.extend([mode.to_owned(), own.clone()]);
        let paths = paths.iter().map(|path| path.replace("{outside}", &outside));
        victim.order.args.extend(paths);
        let outcome = victim.run().await;
        let tried = victim.order.args.len() - 3;
        assert_eq!(
            stdout(&outcome),
            format!("{own}\ntried {tried}"),
            "{}",
            outcome.stderr.text()
        );
    }
}

#[tokio::test]
async fn a_link_in_its_own_folder_leads_nowhere() {
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("secret");
    std::fs::write(&secret, "canary").expect("a file");
    let victim = Victim::sh("cat link; ln \"$1\" hard && cat hard; echo end");
    let mut victim = victim;
    victim
        .order
        .args
        .extend(["sh".to_owned(), secret.to_string_lossy().into_owned()]);
    std::os::unix::fs::symlink(&secret, victim.scratch().join("link")).expect("a link");
    assert_eq!(stdout(&victim.run().await), "end");
}

#[tokio::test]
async fn its_own_folder_is_its_own() {
    let victim = Victim::sh("echo hello > f && mkdir d && mv f d/ && cat d/f");
    assert_eq!(stdout(&victim.run().await), "hello");
}

#[tokio::test]
async fn it_cannot_signal_those_who_watch_it() {
    let victim = Victim::perl(
        "my $n = 0; for my $pid (getppid, 1) { for my $s (qw(TERM KILL STOP USR1)) { $n++ if kill $s, $pid } } print $n",
    );
    assert_eq!(stdout(&victim.run().await), "0");
}

#[tokio::test]
async fn each_refused_call_is_refused() {
    let calls: Vec<String> = REFUSED_CALLS
        .iter()
        .map(|(_, number)| number.to_string())
        .collect();
    // 99999 as every argument: harmless where a call is let through, and then not "not permitted".
    let script = "for my $n (@ARGV) { my $r = syscall($n, 99999, 99999, 99999, 99999, 99999); \
        print \"$n \" unless $r == -1 and $!{EPERM} } print 'end'";
    let mut victim = Victim::perl(&format!("use Errno; {script}"));
    victim.order.args.extend(calls);
    assert_eq!(stdout(&victim.run().await), "end");
}

#[tokio::test]
async fn a_new_namespace_is_refused_and_a_new_process_is_not() {
    let script = format!(
        "my $r = syscall({}, {}, 0, 0, 0, 0); print $!{{EPERM}} ? 'refused ' : \"$r \"; \
         system('/bin/true'); print $?",
        libc::SYS_clone,
        libc::CLONE_NEWUSER | libc::SIGCHLD
    );
    let victim = Victim::perl(&format!("use Errno; {script}"));
    assert_eq!(stdout(&victim.run().await), "refused 0");
}

/// Connects to each port given and prints what came of it.
const CONNECT: &str = "use Socket; use Errno; for my $p (@ARGV) { socket(my $s, PF_INET, SOCK_STREAM, 0); \
    print connect($s, sockaddr_in($p, inet_aton('127.0.0.1'))) ? 'open ' : $!{EACCES} ? 'denied ' : \"$! \" }";

#[tokio::test]
async fn only_the_named_ports_can_be_reached() {
    let one = TcpListener::bind("127.0.0.1:0").expect("a port");
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let ports = [&one, &other].map(|listener| listener.local_addr().expect("an address").port());
    let mut victim = Victim::perl(CONNECT);
    victim.order.access.ports = vec![ports[0]];
    victim.order.args.extend(ports.map(|port| port.to_string()));
    assert_eq!(stdout(&victim.run().await), "open denied");
}

#[tokio::test]
async fn it_cannot_listen() {
    let victim = Victim::perl(
        "use Socket; use Errno; socket(my $s, PF_INET, SOCK_STREAM, 0); \
         print bind($s, sockaddr_in(0, INADDR_ANY)) ? 'bound' : $!{EACCES} ? 'denied' : $!",
    );
    assert_eq!(stdout(&victim.run().await), "denied");
}
