//! `bot502 eval`, from outside.

mod gates;
