//! The settings: `config/bot.toml` as the defaults, then the operator's file, then the environment.

mod layers;
mod settings;

pub use layers::load;
pub use settings::{
    AtOnce, Audit, Causes, Config, GuideLimits, Guides, Log, Probes, Sandbox, Serve, Slack,
    SlackMode,
};
