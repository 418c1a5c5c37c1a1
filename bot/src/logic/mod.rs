//! What is decided: pure functions over plain data. Nothing here reads a clock, a file, the
//! environment or a random number, or waits for anything.

pub mod nearest;
