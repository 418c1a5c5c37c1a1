//! What we know beyond the words of the guides: other ways to put what a step is about.
//! Where it comes from (phrasings, causes) is left to those who write it down.

use serde::{Deserialize, Serialize};

use crate::guide::Guide;

/// Knowledge that is searched along with the guides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lore {
    /// Passages, each of one step.
    pub passages: Vec<Passage>,
}

/// Another way to put what a step is about: how people ask, or what a cause does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The word by which a guide's title is recognised: `502`.
    pub guide: String,
    /// The step of that guide.
    pub step: u32,
    /// The words. They are searched and never shown.
    pub text: String,
    /// The cause that it describes, where it does.
    pub cause: Option<String>,
}

impl Passage {
    /// Whether the guide is the one that the passage is about.
    #[must_use]
    pub fn is_about(&self, guide: &Guide) -> bool {
        guide
            .title
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == self.guide)
    }
}
