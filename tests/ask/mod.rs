//! Asking from a terminal: the three replies, their JSON, and whatever else comes in.

mod batch;
mod odd_input;
mod replies;
