//! The loop: what is heard is written down, decided by `logic`, kept in one transaction, and delivered
//! until it arrives. It decides nothing itself.

mod answer;
mod core;
mod facts;
mod figures;
mod keeper;
mod point;
mod post;
mod prober;
mod reload;
mod rooms;
mod run;
mod snapshot;
mod take;

pub use core::{Limits, Parts, Server};
pub use point::{Point, Points, pass};
pub use prober::{Prober, Ran};
pub use reload::{Load, Refused, Reload};
pub use rooms::Rooms;
pub use snapshot::{Live, Snapshot, Source};
pub use take::{Intake, Waiting};
