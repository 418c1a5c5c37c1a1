//! The edges to where people talk: one folder a platform, each turning the shared message into its
//! own words and its own events into ours. They decide nothing, and never name each other.

pub mod terminal;
