//! Sending: which method takes which parcel, what to do where Slack will not take it there, and looking
//! whether something that was sent has arrived.

use serde_json::{Value, json};

use super::slack::Slack;
use super::trouble::Trouble;
use crate::chat::slack::render::{FILE, FORM, HOME, MESSAGE, plainer};
use crate::chat::{Delivered, Parcel, To, Undelivered};
use crate::logic::outgoing::Address;
use crate::logic::person::{ChannelId, Person};
use crate::logic::place::{Kind, MessageId, Place};

/// What our messages are marked with, to be found again.
const MARK: &str = "bot502";

/// Slack's words for leave to answer that is used up or too old.
const LEAVE_IS_OVER: [&str; 8] = [
    "used_url",
    "expired_url",
    "invalid_url",
    "invalid_webhook",
    "http_404",
    "http_403",
    "http_410",
    "not_an_address_of_slack",
];

/// Slack's words for "not to that person there".
const NOT_THERE: [&str; 6] = [
    "channel_not_found",
    "not_in_channel",
    "user_not_in_channel",
    "is_archived",
    "messages_tab_disabled",
    "thread_not_found",
];

/// Slack's words for a message that can no longer be changed.
const UNCHANGEABLE: [&str; 4] = [
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "is_inactive",
];

/// Slack's words for blocks that this workspace does not have.
const UNKNOWN_BLOCKS: [&str; 3] = [
    "invalid_blocks",
    "unsupported_block_type",
    "invalid_blocks_format",
];

/// Messages looked through for a mark: pages of so many.
const PAGE: &str = "200";
const PAGES: usize = 5;

impl Slack {
    /// Sends a parcel.
    pub(super) async fn send(
        &self,
        to: &To,
        parcel: &Parcel,
        mark: &str,
    ) -> Result<Delivered, Undelivered> {
        match (parcel.kind.as_str(), to) {
            (MESSAGE, To::Place(place) | To::Address(Address::Here(place))) => {
                self.post(place, &parcel.body, mark).await
            }
            (MESSAGE, To::Instead(place, id)) => self.change(place, id, &parcel.body, mark).await,
            (
                MESSAGE,
                To::Address(Address::Asker {
                    place,
                    person,
                    handle,
                }),
            ) => {
                let leave = handle.as_ref().and_then(|handle| handle.reply.as_deref());
                self.tell(place, person, leave, (&parcel.body, mark)).await
            }
            (
                FORM,
                To::Address(Address::Asker {
                    place,
                    person,
                    handle,
                }),
            ) => {
                let trigger = handle.as_ref().and_then(|handle| handle.form.as_deref());
                if self.open(trigger, &parcel.body["view"]).await {
                    return Ok(Delivered { at: None });
                }
                let leave = handle.as_ref().and_then(|handle| handle.reply.as_deref());
                self.tell(place, person, leave, (&parcel.body["plain"], mark))
                    .await
            }
            (HOME, To::Address(Address::Home(person))) => {
                self.publish(person, &parcel.body["view"]).await
            }
            (FILE, To::Place(place) | To::Address(Address::Here(place))) => {
                self.upload(place, &parcel.body, mark).await
            }
            (FILE, To::Address(Address::Asker { place, person, .. })) => {
                let place = self.alone(place, person).await.map_err(Trouble::again)?;
                self.upload(&place, &parcel.body, mark).await
            }
            _ => Err(Undelivered::Never {
                why: "Slack has no such thing there".to_owned(),
            }),
        }
    }

    /// Looks for a message or a file by its mark. What only one person saw cannot be looked up; it is
    /// as if it had not arrived, since twice is better than never.
    pub(super) async fn look(&self, to: &To, mark: &str) -> Result<Option<Delivered>, Trouble> {
        let place = match to {
            To::Place(place) | To::Address(Address::Here(place)) => place,
            To::Address(Address::Asker { place, .. }) if place.kind == Kind::Direct => place,
            To::Address(_) | To::Instead(..) => return Ok(None),
        };
        let channel = place.channel.as_str();
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let mut fields = vec![
                ("channel", channel),
                ("include_all_metadata", "true"),
                ("limit", PAGE),
            ];
            if !cursor.is_empty() {
                fields.push(("cursor", &cursor));
            }
            let answer = match &place.thread {
                Some(thread) => {
                    fields.push(("ts", thread.as_str()));
                    self.web.get("conversations.replies", &fields).await?
                }
                None => self.web.get("conversations.history", &fields).await?,
            };
            let found = answer["messages"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|message| bears(message, mark));
            if let Some(message) = found {
                return Ok(Some(delivered(place, message)));
            }
            match answer["response_metadata"]["next_cursor"].as_str() {
                Some(next) if !next.is_empty() => cursor = next.to_owned(),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Posts a message for all who are there.
    async fn post(
        &self,
        place: &Place,
        body: &Value,
        mark: &str,
    ) -> Result<Delivered, Undelivered> {
        let request = self.request(place, body, mark);
        self.panel.posting(place);
        let answer = self
            .with_blocks("chat.postMessage", request)
            .await
            .map_err(Trouble::once)?;
        self.panel.posted(place);
        Ok(delivered(place, &answer))
    }

    /// Puts a message in the place of another. Where that one is gone, a new one stands beneath it.
    async fn change(
        &self,
        place: &Place,
        id: &MessageId,
        body: &Value,
        mark: &str,
    ) -> Result<Delivered, Undelivered> {
        let mut request = self.request(place, body, mark);
        request["ts"] = json!(id.as_str());
        match self.with_blocks("chat.update", request).await {
            Ok(_) => Ok(Delivered {
                at: Some((place.clone(), id.clone())),
            }),
            Err(trouble) if trouble.is(&UNCHANGEABLE) => self.post(place, body, mark).await,
            Err(trouble) => Err(trouble.again()),
        }
    }

    /// Says something to one person: by the leave that was given, else beside the others' messages, else
    /// in a direct message.
    async fn tell(
        &self,
        place: &Place,
        person: &Person,
        leave: Option<&str>,
        (body, mark): (&Value, &str),
    ) -> Result<Delivered, Undelivered> {
        if matches!(place.kind, Kind::Direct | Kind::Home) {
            return self.post(place, body, mark).await;
        }
        if let Some(leave) = leave {
            match self.answer(place, leave, body).await {
                Ok(()) => return Ok(Delivered { at: None }),
                Err(trouble) if trouble.is(&LEAVE_IS_OVER) || trouble == Trouble::Unsent => {}
                Err(trouble) => return Err(trouble.once()),
            }
        }
        let mut request = self.request(place, body, mark);
        request["user"] = json!(person.user.as_str());
        match self.with_blocks("chat.postEphemeral", request).await {
            Ok(_) => Ok(Delivered { at: None }),
            Err(trouble) if trouble.is(&NOT_THERE) => {
                let place = self.alone(place, person).await.map_err(Trouble::again)?;
                self.post(&place, body, mark).await
            }
            Err(trouble) => Err(trouble.once()),
        }
    }

    async fn answer(&self, place: &Place, leave: &str, body: &Value) -> Result<(), Trouble> {
        let mut request = json!({
            "response_type": "ephemeral",
            "replace_original": false,
            "text": body["text"],
            "blocks": body["blocks"],
        });
        if let Some(thread) = &place.thread {
            request["thread_ts"] = json!(thread.as_str());
        }
        match self.web.answer(leave, &request).await {
            Err(trouble) if trouble.is(&UNKNOWN_BLOCKS) => {
                request["blocks"] = plainer(&request["blocks"]);
                self.web.answer(leave, &request).await
            }
            answer => answer,
        }
    }

    /// Opens a form; says whether it is open. The leave to do so lives for three seconds, so there is no
    /// second try: the form's plain words are said instead.
    async fn open(&self, trigger: Option<&str>, view: &Value) -> bool {
        let Some(trigger) = trigger else {
            return false;
        };
        let opened = self
            .web
            .post(
                "views.open",
                &json!({ "trigger_id": trigger, "view": view }),
            )
            .await;
        if let Err(trouble) = &opened {
            tracing::info!(why = %trouble, "form not opened");
        }
        opened.is_ok()
    }

    async fn publish(&self, person: &Person, view: &Value) -> Result<Delivered, Undelivered> {
        let mut request = json!({ "user_id": person.user.as_str(), "view": view });
        let answer = match self.web.post("views.publish", &request).await {
            Err(trouble) if trouble.is(&UNKNOWN_BLOCKS) => {
                request["view"]["blocks"] = plainer(&request["view"]["blocks"]);
                self.web.post("views.publish", &request).await
            }
            answer => answer,
        };
        answer
            .map(|_| Delivered { at: None })
            .map_err(Trouble::again)
    }

    /// Uploads a file and shows it. Until the last call nobody sees anything of it.
    async fn upload(
        &self,
        place: &Place,
        body: &Value,
        mark: &str,
    ) -> Result<Delivered, Undelivered> {
        let text = body["text"]
            .as_str()
            .filter(|text| !text.is_empty())
            .unwrap_or("(empty)");
        let name = marked_name(body["name"].as_str().unwrap_or("output.txt"), mark);
        let length = text.len().to_string();
        let fields = [("filename", name.as_str()), ("length", length.as_str())];
        let leave = self
            .web
            .get("files.getUploadURLExternal", &fields)
            .await
            .map_err(Trouble::again)?;
        let (Some(url), Some(id)) = (leave["upload_url"].as_str(), leave["file_id"].as_str())
        else {
            return Err(Undelivered::Later {
                wait: None,
                why: "Slack's answer could not be read".to_owned(),
            });
        };
        self.web
            .upload(url, text.as_bytes())
            .await
            .map_err(Trouble::again)?;
        let mut request = json!({
            "files": [{ "id": id, "title": body["title"] }],
            "channel_id": place.channel.as_str(),
        });
        if let Some(thread) = &place.thread {
            request["thread_ts"] = json!(thread.as_str());
        }
        self.web
            .post("files.completeUploadExternal", &request)
            .await
            .map_err(Trouble::once)?;
        Ok(Delivered { at: None })
    }

    /// Gives the direct messages with a person.
    async fn alone(&self, place: &Place, person: &Person) -> Result<Place, Trouble> {
        let answer = self
            .web
            .post(
                "conversations.open",
                &json!({ "users": person.user.as_str() }),
            )
            .await?;
        let channel = answer["channel"]["id"]
            .as_str()
            .and_then(|id| ChannelId::new(id).ok());
        let channel = channel.ok_or(Trouble::Unseen("Slack's answer could not be read"))?;
        Ok(Place {
            channel,
            kind: Kind::Direct,
            thread: None,
            ..place.clone()
        })
    }

    /// Calls a method with blocks; where the workspace does not have one of them, with plainer ones.
    async fn with_blocks(&self, method: &str, mut request: Value) -> Result<Value, Trouble> {
        match self.web.post(method, &request).await {
            Err(trouble) if trouble.is(&UNKNOWN_BLOCKS) => {
                let plain = plainer(&request["blocks"]);
                if plain == request["blocks"] {
                    return Err(trouble);
                }
                self.be_plain();
                request["blocks"] = plain;
                self.web.post(method, &request).await
            }
            answer => answer,
        }
    }

    fn request(&self, place: &Place, body: &Value, mark: &str) -> Value {
        let blocks = if self.is_plain() {
            plainer(&body["blocks"])
        } else {
            body["blocks"].clone()
        };
        let mut request = json!({
            "channel": place.channel.as_str(),
            "text": body["text"],
            "blocks": blocks,
            "metadata": { "event_type": MARK, "event_payload": { "mark": mark } },
            // Nothing in a text is to become a link, a name or a preview.
            "parse": "none",
            "link_names": false,
            "mrkdwn": false,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        if let Some(thread) = &place.thread {
            request["thread_ts"] = json!(thread.as_str());
        }
        request
    }
}

/// Where a message stands, by what Slack says of it.
fn delivered(place: &Place, message: &Value) -> Delivered {
    let id = message["ts"]
        .as_str()
        .and_then(|ts| MessageId::new(ts).ok());
    let channel = message["channel"]
        .as_str()
        .and_then(|channel| ChannelId::new(channel).ok());
    let at = id.map(|id| {
        let channel = channel.unwrap_or_else(|| place.channel.clone());
        (
            Place {
                channel,
                ..place.clone()
            },
            id,
        )
    });
    Delivered { at }
}

fn bears(message: &Value, mark: &str) -> bool {
    let metadata = &message["metadata"];
    if metadata["event_type"] == MARK && metadata["event_payload"]["mark"] == mark {
        return true;
    }
    let files = message["files"].as_array().into_iter().flatten();
    files
        .filter_map(|file| file["name"].as_str())
        .any(|name| is_marked(name, mark))
}

/// Files bear no marks but their names, which Slack shows less than their titles.
fn marked_name(name: &str, mark: &str) -> String {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, "txt"));
    format!("{stem}-{}.{end}", plain_mark(mark))
}

fn is_marked(name: &str, mark: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.ends_with(&format!("-{}", plain_mark(mark)))
}

fn plain_mark(mark: &str) -> String {
    mark.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}
