//! What is served over HTTP: whether the bot lives and can work, its figures, and where a platform
//! calls, the platform's own endpoints.

mod listen;
mod pages;
mod places;

pub use listen::{Bounds, serve};
pub use pages::{Late, Pages, router};
