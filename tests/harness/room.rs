//! What people do and see on a chat platform, in words that fit each of them: the conversation suite
//! speaks only these.

/// A message as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its id on its platform.
    pub id: String,
    /// The channel.
    pub channel: String,
    /// The message that its thread hangs on.
    pub thread: Option<String>,
    /// The one person who sees it; `None` for all.
    pub alone: Option<String>,
    /// All that can be read on it.
    pub text: String,
    /// The words on its buttons.
    pub buttons: Vec<String>,
    /// Its files, as text.
    pub files: Vec<String>,
    /// How often it was changed.
    pub changes: usize,
}

/// People of the suite, by what they are; each platform has its own ids for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// On call: may run checks and approve those of others.
    Ann,
    /// On call too.
    Ben,
    /// A member who may run nothing.
    Cyd,
    /// A guest.
    Guest,
    /// Somebody of another workspace.
    Away,
    /// Somebody who has left, and whose account is closed.
    Gone,
    /// Somebody whom the platform does not know.
    Nobody,
}

/// Channels of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// The channel that the policy names.
    Ops,
    /// One in which the bot is not.
    Elsewhere,
}

/// A chat platform with the bot on it.
pub trait Room {
    /// The platform's id of a person, as it is seen in messages.
    fn id(&self, who: Who) -> String;
    /// Names the bot in a message; gives the message's id.
    fn mention(&self, who: Who, place: Where, thread: Option<&str>, text: &str) -> String;
    /// Says something without naming the bot; gives the message's id.
    fn say(&self, who: Who, place: Where, thread: Option<&str>, text: &str) -> String;
    /// Writes to the bot alone; gives the message's id.
    fn direct(&self, who: Who, text: &str) -> String;
    /// Writes to the bot alone with a file; gives the message's id.
    fn direct_with_file(&self, who: Who, text: &str, name: &str, file: &str) -> String;
    /// Types the command.
    fn command(&self, who: Who, place: Where, text: &str);
    /// Asks what a message of somebody else's means.
    fn point_at(&self, who: Who, place: Where, text: &str);
    /// Presses a button.
    fn press(&self, who: Who, seen: &Seen, label: &str);
    /// Fills in the form that is open for a person and sends it; gives what the form then says is
    /// wrong, a field and a sentence each. Nothing where it was taken, and is closed.
    fn submit(&self, who: Who, fields: &[(&str, &str)]) -> Vec<(String, String)>;
    /// Waits until a form is open for a person; gives its fields.
    fn form(&self, who: Who) -> Vec<String>;
    /// Opens the bot's own page, and gives what stands on it once it is there.
    fn home(&self, who: Who) -> Seen;
    /// Gives all that the bot said so far, oldest first.
    fn seen(&self) -> Vec<Seen>;
    /// Waits until the bot said something that fits.
    fn wait(&self, what: &str, fits: &dyn Fn(&Seen) -> bool) -> Seen;
    /// Waits until all that was done has been taken and answered by the bot, as far as that shows.
    fn settled(&self);
}
