//! The far side of these tests: a platform and a runner of probes whose memory is a file, so that it
//! outlives the server.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bot::chat::{Chat, Delivered, Later, Parcel, To, Undelivered};
use bot::logic::heard::File as Attached;
use bot::logic::message::Message;
use bot::logic::outcome::{Capture, Ending, Outcome};
use bot::logic::outgoing::{Address, Body};
use bot::logic::person::{Asker, Person, Standing};
use bot::logic::place::{MessageId, Place};
use bot::logic::policy::Permit;
use bot::serve::{Prober, Ran};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Something that arrived at the platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrived {
    /// Our own id of it.
    pub mark: String,
    /// The channel; for what only one person sees, with that person.
    pub channel: String,
    /// How it went: `alone`, `post`, `instead`.
    pub way: String,
    /// `message`, `file`, `form`.
    pub kind: String,
    /// Its first line.
    pub title: String,
    /// The id that the platform gave it.
    pub id: String,
}

/// A run that was started.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Started {
    /// Where it was asked for.
    pub channel: String,
    /// What was permitted.
    pub permit: String,
}

/// The far side, in a folder.
#[derive(Clone)]
pub struct Far {
    folder: PathBuf,
    /// Whether the platform can look for what arrived; a control takes that away.
    finds: bool,
    last: Arc<AtomicU64>,
    /// What goes wrong at the next deliveries.
    pub faults: Arc<Mutex<VecDeque<Fault>>>,
    /// Whether a probe goes on until a word of its progress was seen.
    pub is_slow: bool,
    /// Something arrived.
    came: Arc<Notify>,
}

/// Something that goes wrong at a delivery.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It does not arrive, and the platform says when to come back.
    Later(Option<Duration>),
    /// Whether it arrives is not said; the flag says whether it does.
    Unknown(bool),
    /// It can never arrive.
    Never,
}

impl Far {
    /// Opens the far side of a folder.
    pub fn new(folder: &Path, finds: bool) -> Self {
        let far = Self {
            folder: folder.to_owned(),
            finds,
            last: Arc::default(),
            faults: Arc::default(),
            is_slow: false,
            came: Arc::default(),
        };
        let known = far.arrived().len() as u64;
        far.last.store(known, Ordering::SeqCst);
        far
    }

    /// Gives what arrived, in its order.
    pub fn arrived(&self) -> Vec<Arrived> {
        lines(&self.folder.join("arrived"))
    }

    /// Gives the runs that were started, in their order.
    pub fn started(&self) -> Vec<Started> {
        lines(&self.folder.join("started"))
    }

    /// Lets something go wrong at the next delivery.
    pub fn fail(&self, fault: Fault) {
        self.faults.lock().expect("no panic").push_back(fault);
    }

    fn add(&self, name: &str, line: &impl Serialize) {
        let mut text = serde_json::to_string(line).expect("plain data");
        text.push('\n');
        // One write to the end of the file: it is there whole or not at all, whoever is killed.
        open(&self.folder.join(name))
            .write_all(text.as_bytes())
            .expect("a line is added");
    }
}

fn open(path: &Path) -> File {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .expect("a file of the far side")
}

fn lines<T: for<'a> Deserialize<'a>>(path: &Path) -> Vec<T> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a whole line"))
        .collect()
}

impl Chat for Far {
    fn render(&self, _to: &Address, body: &Body) -> Vec<Parcel> {
        let (kind, title) = match body {
            Body::Message(message) if is_broken(message) => panic!("planted"),
            Body::Message(message) => ("message", message.title.clone().unwrap_or_default()),
            Body::File { title, .. } => ("file", title.clone()),
            Body::Form(form) => ("form", form.title.clone()),
        };
        vec![Parcel {
            kind: kind.to_owned(),
            body: json!({ "title": title }),
        }]
    }

    fn deliver<'a>(
        &'a self,
        to: &'a To,
        parcel: &'a Parcel,
        mark: &'a str,
    ) -> Later<'a, Result<Delivered, Undelivered>> {
        let fault = self.faults.lock().expect("no panic").pop_front();
        let why = || "planted".to_owned();
        match fault {
            Some(Fault::Later(wait)) => {
                return Box::pin(async move { Err(Undelivered::Later { wait, why: why() }) });
            }
            Some(Fault::Unknown(false)) => {
                return Box::pin(async move { Err(Undelivered::Unknown { why: why() }) });
            }
            Some(Fault::Never) => {
                return Box::pin(async move { Err(Undelivered::Never { why: why() }) });
            }
            Some(Fault::Unknown(true)) | None => {}
        }
        let (way, channel, at) = match to {
            To::Address(Address::Asker { place, person, .. }) => {
                ("alone", format!("{}@{}", place.channel, person.user), None)
            }
            To::Address(_) => ("alone", "home".to_owned(), None),
            To::Place(place) => ("post", place.channel.to_string(), Some(place.clone())),
            To::Instead(place, _) => ("instead", place.channel.to_string(), Some(place.clone())),
        };
        let number = self.last.fetch_add(1, Ordering::SeqCst);
        let id = format!("1700000001.{number:06}");
        let title = parcel.body["title"].as_str().unwrap_or_default().to_owned();
        self.add(
            "arrived",
            &Arrived {
                mark: mark.to_owned(),
                channel,
                way: way.to_owned(),
                kind: parcel.kind.clone(),
                title,
                id: id.clone(),
            },
        );
        self.came.notify_waiters();
        self.came.notify_one();
        Box::pin(async move {
            if fault.is_some() {
                return Err(Undelivered::Unknown { why: why() });
            }
            Ok(Delivered {
                at: at.and_then(|place| Some((place, MessageId::new(&id).ok()?))),
            })
        })
    }

    fn find<'a>(
        &'a self,
        to: &'a To,
        mark: &'a str,
    ) -> Later<'a, Result<Option<Delivered>, String>> {
        let found = self
            .arrived()
            .into_iter()
            .find(|arrived| arrived.mark == mark && self.finds);
        let place = match to {
            To::Place(place) | To::Instead(place, _) => Some(place.clone()),
            To::Address(_) => None,
        };
        let at = |arrived: Arrived| -> Option<(Place, MessageId)> {
            Some((place?, MessageId::new(&arrived.id).ok()?))
        };
        let found = found.map(|arrived| Delivered { at: at(arrived) });
        Box::pin(async move { Ok(found) })
    }

    fn asker<'a>(
        &'a self,
        person: &'a Person,
        known: Option<Standing>,
    ) -> Later<'a, Result<Asker, String>> {
        Box::pin(async move {
            Ok(Asker {
                person: person.clone(),
                groups: BTreeSet::new(),
                standing: known.unwrap_or(Standing::Member),
            })
        })
    }

    fn read<'a>(&'a self, _file: &'a Attached, _limit: usize) -> Later<'a, Result<String, String>> {
        Box::pin(async { Err("there are no files here".to_owned()) })
    }
}

/// A message that cannot be rendered: that of a request for help on this.
fn is_broken(message: &Message) -> bool {
    let title = message.title.as_deref().unwrap_or_default();
    title.contains("planted-panic")
}

/// How long a probe of the far side takes: long enough to be killed in its middle.
const TAKES: Duration = Duration::from_millis(3);

impl Prober for Far {
    fn program(&self) -> String {
        "the far side".to_owned()
    }

    fn run<'a>(
        &'a self,
        permit: &'a Permit,
        cancel: CancellationToken,
        printed: &'a watch::Sender<u64>,
    ) -> Later<'a, Ran> {
        Box::pin(async move {
            let channel = permit.channel().map(ToString::to_string);
            self.add(
                "started",
                &Started {
                    channel: channel.unwrap_or_default(),
                    permit: permit.digest().to_string(),
                },
            );
            if self.is_slow {
                printed.send_replace(12);
                let progress = |arrived: &Arrived| arrived.way == "instead";
                while !self.arrived().iter().any(progress) {
                    self.came.notified().await;
                }
            }
            let is_cancelled = tokio::time::timeout(TAKES, cancel.cancelled())
                .await
                .is_ok();
            let ending = match is_cancelled {
                true => Ending::Cancelled,
                false => Ending::Exited { status: 0 },
            };
            Ran {
                outcome: Arc::new(Outcome {
                    ending,
                    stdout: Capture::whole("8080\nplanted-in-the-output\n"),
                    stderr: Capture::default(),
                    took: TAKES,
                    layers: Vec::new(),
                    swept: 0,
                }),
                shared: false,
            }
        })
    }
}

/// Gives the value of a JSON line that a child says.
pub fn said(line: &str) -> Option<Value> {
    serde_json::from_str(line.strip_prefix('@')?).ok()
}
