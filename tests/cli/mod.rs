//! The command line itself: help, exit codes, settings, generated files.

mod reference;
mod settings;
