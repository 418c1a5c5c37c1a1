//! What is to be said as Slack's blocks: pure, within every limit, and such that nothing in it that came
//! from a log, a guide or a person can mention, link or format outside its place.

mod cards;
mod form;
mod lay;
pub mod limits;
mod message;
mod panel;
mod parcel;
mod piece;
mod plainer;
mod rich;
mod words;

pub use form::Kept;
pub use panel::{prompts, status, title};
pub use parcel::{FILE, FORM, HOME, MESSAGE, parcels};
pub use plainer::plainer;
