//! The core from outside: what people do, and what is said and done.

mod approvals;
mod forgiving;
mod matrix;
mod panel;
mod scene;
mod seen;
mod sequence;
mod talk;
mod tasks;
mod words;
