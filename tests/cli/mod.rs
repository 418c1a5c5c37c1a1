//! The command line itself: help, exit codes, settings, generated files.

mod redact;
mod reference;
mod settings;
