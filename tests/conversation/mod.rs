//! The conversation, from outside: the real server, and people on a chat platform. Each test speaks the
//! words that fit every platform; `stage` alone knows which there are.

mod answers;
mod checks;
mod manners;
mod others;
mod stage;
mod surface;
mod weather;
