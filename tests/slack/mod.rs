//! The edge to Slack, behind the real client, against a Slack that holds it to Slack's rules.

mod cards;
mod client;
mod doctor;
mod edge;
mod flood;
mod forged;
mod hostile;
mod inbound;
mod panel;
mod render;
mod signed;
mod socket;
