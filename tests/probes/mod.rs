//! Probes: what runs them, what holds them in, and what they find.

mod native;
mod process;
mod rules;
mod sandbox;
mod upsun;
mod victim;
