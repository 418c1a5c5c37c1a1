//! The double's side of Socket Mode: tickets that work once, a hello, envelopes, acknowledgements.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

use super::double::{Acked, Shared, lock};
use super::world::APP;

/// What a socket is told to do.
enum Order {
    Send(String),
    Close,
}

/// The sockets that the bot has open.
#[derive(Default)]
pub struct Sockets {
    tickets: BTreeSet<String>,
    open: BTreeMap<u64, UnboundedSender<Order>>,
    counter: u64,
    /// What waits for a socket.
    waiting: Vec<String>,
}

impl Sockets {
    /// Expects a socket that shows this ticket.
    pub fn expect(&mut self, ticket: &str) {
        self.tickets.insert(ticket.to_owned());
    }

    /// Counts those that are open.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    /// Closes all.
    pub fn close(&mut self, with_warning: bool) {
        for order in std::mem::take(&mut self.open).into_values() {
            if with_warning {
                let frame = json!({ "type": "disconnect", "reason": "refresh_requested", "debug_info": { "host": "double" } });
                // A socket that is gone needs no warning.
                let _ = order.send(Order::Send(frame.to_string()));
            }
            let _ = order.send(Order::Close);
        }
    }

    /// Sends by one socket, each in turn.
    fn send(&mut self, frame: String) {
        self.counter += 1;
        let turn = usize::try_from(self.counter).unwrap_or(0) % self.open.len().max(1);
        match self.open.values().nth(turn) {
            Some(order) => drop(order.send(Order::Send(frame))),
            None => self.waiting.push(frame),
        }
    }
}

/// Starts it and gives its address.
pub async fn start(shared: Arc<Shared>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port on loopback");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(shared.clone(), stream));
        }
    });
    address
}

/// Brings what is pending to the bot.
pub fn bring(shared: &Shared, id: &str) {
    let frame = lock(&shared.pending)
        .iter()
        .find(|pending| pending.id == id)
        .map(|pending| {
            json!({
                "type": pending.kind,
                "envelope_id": pending.id,
                "payload": pending.payload,
                "accepts_response_payload": pending.accepts_payload,
                "retry_attempt": pending.tries,
                "retry_reason": if pending.tries > 0 { "timeout" } else { "" },
            })
        });
    if let Some(frame) = frame {
        lock(&shared.sockets).send(frame.to_string());
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the refusal of a handshake has the shape that the library wants"
)]
async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    let knows = |request: &Request, response: Response| {
        let ticket = request
            .uri()
            .query()
            .and_then(|query| query.strip_prefix("ticket="))
            .unwrap_or_default();
        if lock(&shared.sockets).tickets.remove(ticket) {
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(None);
        *refusal.status_mut() = axum::http::StatusCode::UNAUTHORIZED;
        Err(refusal)
    };
    let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, knows).await else {
        return;
    };
    let (orders, ordered) = unbounded_channel();
    let (id, waiting) = {
        let mut sockets = lock(&shared.sockets);
        sockets.counter += 1;
        let id = sockets.counter;
        sockets.open.insert(id, orders.clone());
        (id, std::mem::take(&mut sockets.waiting))
    };
    let hello = json!({
        "type": "hello", "num_connections": 1, "connection_info": { "app_id": APP },
        "debug_info": { "host": "double", "started": "now", "build_number": 1, "approximate_connection_time": 18060 },
    });
    for frame in [hello.to_string()].into_iter().chain(waiting) {
        let _ = orders.send(Order::Send(frame));
    }
    shared.notify();
    talk(&shared, socket, ordered).await;
    lock(&shared.sockets).open.remove(&id);
    shared.notify();
}

async fn talk(
    shared: &Shared,
    socket: tokio_tungstenite::WebSocketStream<TcpStream>,
    mut ordered: UnboundedReceiver<Order>,
) {
    let (mut to_bot, mut from_bot) = socket.split();
    loop {
        tokio::select! {
            order = ordered.recv() => match order {
                Some(Order::Send(frame)) => {
                    if to_bot.send(Message::Text(frame.into())).await.is_err() {
                        return;
                    }
                }
                Some(Order::Close) | None => {
                    // The bot may have closed first.
                    let _ = to_bot.close().await;
                    return;
                }
            },
            frame = from_bot.next() => match frame {
                Some(Ok(Message::Text(text))) => note(shared, &text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}

/// Takes an acknowledgement that came in time.
fn note(shared: &Shared, text: &str) {
    let Ok(frame) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let now = shared.world().now;
    for pending in lock(&shared.pending)
        .iter_mut()
        .filter(|pending| frame["envelope_id"] == pending.id.as_str())
    {
        if now - pending.sent_at < 3 && pending.acked.is_none() {
            let payload = frame
                .get("payload")
                .cloned()
                .filter(|_| pending.accepts_payload);
            pending.acked = Some(Acked { payload });
        }
    }
    shared.notify();
}
