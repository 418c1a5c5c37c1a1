//! Folders of Markdown from outside: what `check` complains of, what `index` counts, and that no
//! file in a folder can stop the rest.

mod check;
mod index;
mod kept;
