//! The cause files that are compiled in; a test holds the list against the folder.

/// Name and text of each file of `kb/causes`.
pub(super) const FILES: &[(&str, &str)] = &[
    (
        "kb/causes/build.toml",
        include_str!("../../causes/build.toml"),
    ),
    (
        "kb/causes/domains.toml",
        include_str!("../../causes/domains.toml"),
    ),
    (
        "kb/causes/limits.toml",
        include_str!("../../causes/limits.toml"),
    ),
    (
        "kb/causes/platform.toml",
        include_str!("../../causes/platform.toml"),
    ),
    (
        "kb/causes/resources.toml",
        include_str!("../../causes/resources.toml"),
    ),
    (
        "kb/causes/router.toml",
        include_str!("../../causes/router.toml"),
    ),
    (
        "kb/causes/runtime.toml",
        include_str!("../../causes/runtime.toml"),
    ),
    (
        "kb/causes/services.toml",
        include_str!("../../causes/services.toml"),
    ),
    (
        "kb/causes/start.toml",
        include_str!("../../causes/start.toml"),
    ),
];
