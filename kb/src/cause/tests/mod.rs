//! What reading promises, as tables of texts.

mod facts;
mod reading;
