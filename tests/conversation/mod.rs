//! The conversation, from outside: the real server, and people on a chat platform. Each test speaks the
//! words that fit every platform; `stage` alone knows which there are.

mod answers;
mod cancel;
mod checks;
mod commands;
mod forms;
mod glass;
mod manners;
mod others;
mod pause;
mod record;
mod refusals;
mod stage;
mod stop;
mod surface;
mod weather;
