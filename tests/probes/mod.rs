//! Probes: what runs them, what holds them in, and what they find.

mod crowd;
mod disk;
mod native;
mod person;
mod process;
mod rules;
mod sandbox;
mod trace;
mod upsun;
mod victim;
