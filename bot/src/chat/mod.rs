//! The edges to where people talk: one folder a platform, each turning the shared message into its
//! own words and its own events into ours. They decide nothing, and never name each other.

#[cfg(feature = "serve")]
mod seam;
#[cfg(feature = "serve")]
pub mod slack;
pub mod terminal;

#[cfg(feature = "serve")]
pub use seam::{Chat, Delivered, Later, NotTaken, Parcel, Take, Taken, To, Undelivered};
