//! A crowd: what is delivered again and again has one effect.

use std::collections::BTreeMap;
use std::sync::Arc;

use bot::serve::pass;

use super::child::{Orders, start};
use super::far::Far;
use super::scene::typed;
use crate::harness::tries;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_has_one_effect_however_often_it_is_delivered() {
    let folder = tempfile::tempdir().expect("a folder");
    let orders = Orders::plain(folder.path());
    let server = start(&orders, pass()).await;
    let count = tries(1_000, 10_000);
    let mut deliveries = tokio::task::JoinSet::new();
    for event in 0..count {
        for _ in 0..=event % 4 {
            let take = server.intake().take();
            let heard = typed(&format!("event-{event}"), &format!("C{event}"), "step 2");
            deliveries.spawn(async move { take(heard).await });
        }
    }
    let times = deliveries.len();
    while let Some(delivered) = deliveries.join_next().await {
        delivered.expect("a delivery ends").expect("it is taken");
    }
    server.settled().await;
    assert!(server.stop().await, "all was done within the limit");
    let mut effects: BTreeMap<String, usize> = BTreeMap::new();
    for arrived in Far::new(folder.path(), true).arrived() {
        *effects.entry(arrived.channel).or_default() += 1;
    }
    assert_eq!(effects.len(), count);
    assert!(effects.values().all(|count| *count == 1));
    assert_eq!(
        Arc::strong_count(&server),
        1,
        "nothing goes on after the stop"
    );
    eprintln!(
        "{count} events, delivered {times} times: {} effects",
        effects.len()
    );
}
