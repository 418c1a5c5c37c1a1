//! A form that a person fills in: a probe's missing parameters, a reason. What is sent comes back as
//! a typed request.

use super::message::Message;
use super::request::Request;

/// A form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its heading.
    pub title: String,
    /// What the button that sends it says.
    pub send: String,
    /// What stands above the fields.
    pub intro: Message,
    /// What to fill in, at least one.
    pub fields: Vec<Field>,
    /// What sending asks for; [`Request::with_field`] lays the filled-in values into it.
    pub request: Request,
    /// Whether it was asked for alone; sending it is then heard so too.
    pub alone: bool,
    /// What is said where no form can be shown.
    pub plain: Message,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name: a parameter's, or `reason`.
    pub name: String,
    /// What it says.
    pub label: String,
    /// What to know about it.
    pub hint: Option<String>,
    /// What may be given.
    pub input: Input,
    /// What stands there at first.
    pub initial: Option<String>,
    /// Whether it may be left empty.
    pub optional: bool,
}

/// What may be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A line of text.
    Line {
        /// Characters at most.
        longest: usize,
    },
    /// Some lines of text.
    Lines {
        /// Characters at most.
        longest: usize,
    },
    /// One of these.
    Choice(Vec<String>),
}
