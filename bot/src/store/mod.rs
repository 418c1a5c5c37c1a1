//! What survives a restart.

pub mod audit;
