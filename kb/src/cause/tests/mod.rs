//! What reading promises, as tables of texts.

mod bad_input;
mod facts;
mod manner;
mod reading;
