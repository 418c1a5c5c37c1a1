//! `bot502 eval`, from outside: as a gate, and over the questions that ship.

mod gates;
mod golden;
