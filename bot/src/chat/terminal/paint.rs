//! Colours of a terminal, or none.

use crate::logic::message::Tone;

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether to colour at all.
    pub colour: bool,
}

impl Paint {
    /// A first line, in the colour of its tone.
    #[must_use]
    pub fn title(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Plain => "1",
            Tone::Good => "1;32",
            Tone::Warning => "1;33",
            Tone::Bad => "1;31",
        };
        self.with(code, text)
    }

    /// Words that matter.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.with("1", text)
    }

    /// Code, commands and evidence.
    #[must_use]
    pub fn code(self, text: &str) -> String {
        self.with("36", text)
    }

    /// Small print.
    #[must_use]
    pub fn faint(self, text: &str) -> String {
        self.with("2", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}
