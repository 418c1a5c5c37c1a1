//! The walls around a probe's program, built by the kernel: Landlock for files, TCP ports and signals,
//! seccomp for system calls, resource limits. They bind the calling thread and what it starts, so the
//! helper that watches stays outside. Which walls a probe needs is decided elsewhere.

use std::collections::BTreeMap;
use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible, NetPort, PathBeneath, PathFd,
    Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::order::{Access, Limits};
use crate::logic::outcome::{Layer, LayerState};

/// The Landlock that we ask for: files, device controls, TCP ports, signals (Linux 6.12).
const LANDLOCK: ABI = ABI::V6;

/// System calls that no probe needs and that an escape would.
pub const REFUSED_CALLS: [(&str, i64); 36] = [
    ("ptrace", libc::SYS_ptrace),
    ("process_vm_readv", libc::SYS_process_vm_readv),
    ("process_vm_writev", libc::SYS_process_vm_writev),
    ("bpf", libc::SYS_bpf),
    ("io_uring_setup", libc::SYS_io_uring_setup),
    ("io_uring_enter", libc::SYS_io_uring_enter),
    ("io_uring_register", libc::SYS_io_uring_register),
    ("unshare", libc::SYS_unshare),
    ("setns", libc::SYS_setns),
    ("mount", libc::SYS_mount),
    ("umount2", libc::SYS_umount2),
    ("pivot_root", libc::SYS_pivot_root),
    ("chroot", libc::SYS_chroot),
    ("move_mount", libc::SYS_move_mount),
    ("open_tree", libc::SYS_open_tree),
    ("fsopen", libc::SYS_fsopen),
    ("fsmount", libc::SYS_fsmount),
    ("keyctl", libc::SYS_keyctl),
    ("add_key", libc::SYS_add_key),
    ("request_key", libc::SYS_request_key),
    ("kexec_load", libc::SYS_kexec_load),
    ("init_module", libc::SYS_init_module),
    ("finit_module", libc::SYS_finit_module),
    ("delete_module", libc::SYS_delete_module),
    ("perf_event_open", libc::SYS_perf_event_open),
    ("userfaultfd", libc::SYS_userfaultfd),
    ("reboot", libc::SYS_reboot),
    ("swapon", libc::SYS_swapon),
    ("acct", libc::SYS_acct),
    ("settimeofday", libc::SYS_settimeofday),
    ("clock_settime", libc::SYS_clock_settime),
    ("sethostname", libc::SYS_sethostname),
    ("name_to_handle_at", libc::SYS_name_to_handle_at),
    ("open_by_handle_at", libc::SYS_open_by_handle_at),
    // Leaving the group or the session is how a process hides from one that kills groups.
    ("setsid", libc::SYS_setsid),
    ("setpgid", libc::SYS_setpgid),
];

/// Flags of `clone` that make a new namespace.
const NAMESPACE_FLAGS: [i32; 7] = [
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// Builds the walls around the calling thread. Gives which ones hold; a caller that is strict starts
/// nothing unless [`all_hold`].
#[must_use]
pub fn enter(access: &Access, limits: &Limits) -> Vec<Layer> {
    // Limits first: under seccomp nothing more can be arranged that the filter refuses.
    vec![
        limit_resources(limits),
        restrict_files(access),
        refuse_calls(),
    ]
}

/// Tells whether every layer holds fully.
#[must_use]
pub fn all_hold(layers: &[Layer]) -> bool {
    layers.iter().all(|layer| layer.state == LayerState::Full)
}

fn layer(name: &str, state: LayerState, detail: impl Into<String>) -> Layer {
    Layer {
        name: name.to_owned(),
        state,
        detail: detail.into(),
    }
}

fn limit_resources(limits: &Limits) -> Layer {
    let wanted = [
        (Resource::Cpu, limits.cpu_seconds),
        (Resource::As, limits.memory_bytes),
        (Resource::Fsize, limits.file_bytes),
        (Resource::Nofile, limits.open_files),
        (Resource::Nproc, limits.processes),
        (Resource::Core, 0),
    ];
    let refused: Vec<String> = wanted
        .iter()
        .filter_map(|(resource, limit)| {
            let both = Rlimit {
                current: Some(*limit),
                maximum: Some(*limit),
            };
            let error = setrlimit(*resource, both).err()?;
            Some(format!("{resource:?}: {error}"))
        })
        .collect();
    if refused.is_empty() {
        let detail = "CPU time, memory, file size, open files, processes, no core files";
        layer("limits", LayerState::Full, detail)
    } else {
        layer("limits", LayerState::Partial, refused.join(", "))
    }
}

fn restrict_files(access: &Access) -> Layer {
    match landlock_status(access) {
        Ok(RulesetStatus::FullyEnforced) => layer(
            "landlock",
            LayerState::Full,
            "files, TCP ports, signals to other processes",
        ),
        Ok(RulesetStatus::PartiallyEnforced) => layer(
            "landlock",
            LayerState::Partial,
            "the kernel knows an older Landlock: Linux 6.12 has all of it",
        ),
        Ok(RulesetStatus::NotEnforced) => {
            layer("landlock", LayerState::Absent, "the kernel has no Landlock")
        }
        Err(reason) => layer("landlock", LayerState::Absent, reason),
    }
}

fn landlock_status(access: &Access) -> Result<RulesetStatus, String> {
    let all = AccessFs::from_all(LANDLOCK);
    let read = AccessFs::from_read(LANDLOCK);
    let failed = |error: landlock::RulesetError| error.to_string();
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)
        .and_then(|rules| rules.handle_access(AccessNet::from_all(LANDLOCK)))
        .and_then(|rules| rules.scope(Scope::from_all(LANDLOCK)))
        .and_then(Ruleset::create)
        .map_err(failed)?;
    let readable = access.read.iter().map(|path| (path, read));
    let writable = access.write.iter().map(|path| (path, all));
    for (path, rights) in readable.chain(writable) {
        // A path that is not there needs no rule: nothing can be opened below it.
        let Ok(fd) = PathFd::new(path) else { continue };
        let rights = if path.is_dir() {
            rights
        } else {
            rights & AccessFs::from_file(LANDLOCK)
        };
        rules = rules
            .add_rule(PathBeneath::new(fd, rights))
            .map_err(failed)?;
    }
    for port in &access.ports {
        rules = rules
            .add_rule(NetPort::new(*port, AccessNet::ConnectTcp))
            .map_err(failed)?;
    }
    Ok(rules.restrict_self().map_err(failed)?.ruleset)
}

fn refuse_calls() -> Layer {
    let applied = filters().and_then(|filters| {
        filters
            .iter()
            .try_for_each(|filter| seccompiler::apply_filter(filter))
            .map_err(|error| error.to_string())
    });
    match applied {
        Ok(()) => layer(
            "seccomp",
            LayerState::Full,
            format!("{} system calls refused", REFUSED_CALLS.len() + 2),
        ),
        Err(reason) => layer("seccomp", LayerState::Absent, reason),
    }
}

/// Compiles two filters, since a filter has one answer: "not permitted" for the list, and "no such
/// call" for `clone3`, whose flags lie in memory that a filter cannot read; libraries then use `clone`.
fn filters() -> Result<[BpfProgram; 2], String> {
    let mut refused: BTreeMap<i64, Vec<SeccompRule>> = REFUSED_CALLS
        .iter()
        .map(|(_, number)| (*number, Vec::new()))
        .collect();
    let namespaces: Result<Vec<SeccompRule>, seccompiler::BackendError> = NAMESPACE_FLAGS
        .iter()
        .map(|flag| {
            let flag = u64::from(flag.cast_unsigned());
            let is_set = SeccompCmpOp::MaskedEq(flag);
            SeccompRule::new(vec![SeccompCondition::new(
                0,
                SeccompCmpArgLen::Qword,
                is_set,
                flag,
            )?])
        })
        .collect();
    refused.insert(
        libc::SYS_clone,
        namespaces.map_err(|error| error.to_string())?,
    );
    let missing = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    Ok([
        compile(refused, libc::EPERM)?,
        compile(missing, libc::ENOSYS)?,
    ])
}

fn compile(rules: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) -> Result<BpfProgram, String> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|error| error.to_string())?;
    let answer = SeccompAction::Errno(errno.cast_unsigned());
    SeccompFilter::new(rules, SeccompAction::Allow, answer, arch)
        .and_then(BpfProgram::try_from)
        .map_err(|error| error.to_string())
}

/// Marks every inherited file but standard input, output and error to be closed when a program starts.
///
/// # Errors
/// When the kernel refuses.
#[expect(
    unsafe_code,
    reason = "no crate of ours offers close_range with its cloexec flag as a safe call"
)]
pub fn keep_files_from_programs() -> std::io::Result<()> {
    let flag = i32::try_from(libc::CLOSE_RANGE_CLOEXEC).unwrap_or_default();
    // SAFETY: with CLOSE_RANGE_CLOEXEC nothing is closed here, so no owner of a file loses it; the
    // call takes three integers and touches no memory of ours.
    let answer = unsafe { libc::close_range(3, libc::c_uint::MAX, flag) };
    if answer == 0 {
        return Ok(());
    }
    Err(std::io::Error::last_os_error())
}

/// What every program needs to start at all: the loader, libraries, names and certificates of the
/// system, and the harmless devices.
#[must_use]
pub fn base_access() -> Access {
    let read = [
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib64",
        "/dev/urandom",
        "/dev/random",
        "/dev/zero",
        // Not all of /etc: host keys, shadow files and the like stand there too.
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/ssl",
        "/etc/pki",
        "/etc/ca-certificates",
        "/etc/resolv.conf",
        "/etc/hosts",
        "/etc/nsswitch.conf",
        "/etc/gai.conf",
        "/etc/services",
        "/etc/protocols",
        "/etc/host.conf",
        "/etc/passwd",
        "/etc/group",
        "/etc/localtime",
        "/etc/timezone",
        "/etc/ssh/ssh_config",
        "/etc/ssh/ssh_config.d",
        "/etc/alternatives",
        "/run/systemd/resolve",
    ];
    Access {
        read: read.iter().map(|path| Path::new(path).to_owned()).collect(),
        write: vec![Path::new("/dev/null").to_owned()],
        ports: Vec::new(),
    }
}
