//! What names a run on the command line: a probe, its parameters, and what to run it on.

use std::collections::BTreeMap;

use super::Failure;
use crate::logic::policy::Wish;

/// A probe, its parameters and its target, as they were typed.
#[derive(Debug, clap::Args)]
pub struct Wanted {
    /// The probe, as `bot502 probe list` names it.
    #[arg(value_name = "PROBE")]
    pub probe: String,
    /// Its parameters.
    #[arg(value_name = "NAME=VALUE")]
    values: Vec<String>,
    /// A target of the policy, by its name.
    #[arg(long, short, value_name = "NAME")]
    target: Option<String>,
    /// The project's id.
    #[arg(long, short, value_name = "ID")]
    project: Option<String>,
    /// The environment's name.
    #[arg(long, short, value_name = "NAME")]
    environment: Option<String>,
    /// The app's name.
    #[arg(long, short = 'A', value_name = "NAME")]
    app: Option<String>,
}

impl Wanted {
    /// Gives the target as it was named, its parts not checked yet.
    pub fn wish(&self) -> Wish {
        Wish {
            name: self.target.clone(),
            project: self.project.clone(),
            environment: self.environment.clone(),
            app: self.app.clone(),
        }
    }

    /// Reads the `name=value` pairs.
    ///
    /// # Errors
    /// When one of them has no `=` in it.
    pub fn values(&self) -> Result<BTreeMap<String, String>, Failure> {
        let pair = |text: &String| {
            let (name, value) = text.split_once('=').ok_or_else(|| {
                Failure::asker(format!("`{text}` is no parameter"))
                    .hint("parameters are written name=value, as in lines=500")
            })?;
            Ok((name.to_owned(), value.to_owned()))
        };
        self.values.iter().map(pair).collect()
    }
}
