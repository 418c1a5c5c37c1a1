//! What we promise, from outside: the real binary, one module a topic, its fixtures beside it.

mod ask;
mod causes;
mod cli;
mod eval;
mod guides;
mod harness;
mod probes;
mod programs;
mod tidy;
