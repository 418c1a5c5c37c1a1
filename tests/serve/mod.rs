//! The server: through a crash, a race, a crowd and a full disk nothing is lost, run twice or said twice.
//! A far side that is a file outlives each crash, as a platform does.

mod child;
mod clicks;
mod clock;
mod database;
mod delivery;
mod disk;
mod far;
mod hostile;
mod killed;
mod life;
mod load;
mod logs;
mod lookalikes;
mod old;
mod races;
mod real;
mod restart;
mod scene;
mod secrets;
mod stalled;
mod story;
mod writes;
