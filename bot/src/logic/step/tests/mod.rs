//! The core from outside: what people do, and what is said and done.

mod matrix;
mod scene;
mod sequence;
mod talk;
mod words;
