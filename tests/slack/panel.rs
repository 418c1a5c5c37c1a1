//! The assistant's panel at the edge: a status that never outlives its reply, prompts within Slack's
//! limits, and nothing at all where a workspace has no panel.

use std::sync::Arc;

use bot::chat::slack::{Settings, Slack};
use bot::chat::{Chat as _, To};
use bot::logic::hint::{Hint, Prompt};
use bot::logic::place::{Kind, MessageId, Place};

use super::edge::{Edge, place, settings, tokens};
use crate::harness::slack::panel::Panel;
use crate::harness::slack::world::{Fault, World};

/// A panel that Ann opened, as the edge knows its place.
fn panel(edge: &Edge) -> Place {
    let act = edge.double.opens_panel("U0ANN");
    Place {
        channel: bot::logic::person::ChannelId::new(&World::direct("U0ANN")).expect("an id"),
        kind: Kind::Direct,
        thread: Some(MessageId::new(&act.ts).expect("an id")),
        ..place(None)
    }
}

fn show(edge: &Edge, place: &Place, hint: Hint) {
    let shown = Arc::clone(&edge.slack).hint(place, hint);
    edge.double.block_on(shown);
}

fn seen(edge: &Edge) -> Panel {
    let world = edge.double.world();
    world
        .panels
        .values()
        .next()
        .cloned()
        .expect("it was opened")
}

fn status(edge: &Edge) -> Option<String> {
    let now = edge.double.world().now;
    seen(edge).status(now).map(str::to_owned)
}

fn answering() -> Hint {
    Hint::Answering {
        doing: "is reading the guide...".to_owned(),
    }
}

fn running() -> Hint {
    Hint::Running {
        doing: "is running app-log...".to_owned(),
    }
}

#[test]
fn a_status_is_gone_with_the_reply() {
    let edge = Edge::new();
    let at = panel(&edge);
    show(&edge, &at, answering());
    assert_eq!(status(&edge).as_deref(), Some("is reading the guide..."));
    edge.say(&To::Place(at), "mark").expect("delivered");
    assert_eq!(status(&edge), None);
    assert_eq!(seen(&edge).statuses.len(), 1, "Slack takes it away itself");
}

#[test]
fn a_status_that_was_slower_than_the_reply_is_taken_away() {
    let edge = Edge::new();
    let at = panel(&edge);
    let late = Arc::clone(&edge.slack).hint(&at, answering());
    edge.say(&To::Place(at), "mark").expect("delivered");
    edge.double.block_on(late);
    assert_eq!(status(&edge), None);
    assert_eq!(seen(&edge).statuses, ["is reading the guide...", ""]);
}

#[test]
fn a_runs_status_lasts_through_messages_until_it_is_over() {
    let edge = Edge::new();
    let at = panel(&edge);
    show(&edge, &at, running());
    edge.say(&To::Place(at.clone()), "mark").expect("delivered");
    edge.double.wait_for("the status again", |world| {
        let panel = world.panels.values().next()?;
        panel.status(world.now).map(drop)
    });
    // Two minutes later Slack has taken it away; the next word on the run brings it back.
    edge.double.world().now += 121;
    assert_eq!(status(&edge), None);
    show(&edge, &at, running());
    assert_eq!(status(&edge).as_deref(), Some("is running app-log..."));
    show(&edge, &at, Hint::Over);
    assert_eq!(status(&edge), None);
    let set = seen(&edge).statuses.len();
    show(&edge, &at, Hint::Over);
    edge.say(&To::Place(at), "mark-2").expect("delivered");
    assert_eq!(seen(&edge).statuses.len(), set);
}

#[test]
fn a_run_that_is_over_before_its_status_was_shown_leaves_none() {
    let edge = Edge::new();
    let at = panel(&edge);
    let late = Arc::clone(&edge.slack).hint(&at, running());
    let over = Arc::clone(&edge.slack).hint(&at, Hint::Over);
    edge.double.block_on(over);
    edge.double.block_on(late);
    assert_eq!(status(&edge), None);
}

#[test]
fn without_a_panel_it_is_asked_once_and_messages_go_on() {
    for word in [
        "missing_scope",
        "unknown_method",
        "not_allowed_token_type",
        "method_not_supported_for_channel_type",
        "feature_not_enabled",
    ] {
        let edge = Edge::new();
        let at = panel(&edge);
        edge.double.world().no_panel = Some(word);
        for hint in [answering(), running(), Hint::Over, Hint::Title("x".into())] {
            show(&edge, &at, hint);
        }
        edge.say(&To::Place(at), "mark").expect("delivered");
        let world = edge.double.world();
        let asked = world
            .calls
            .iter()
            .filter(|(method, _)| method.starts_with("assistant."));
        assert_eq!(asked.count(), 1, "{word}");
    }
}

#[test]
fn where_newer_surfaces_are_to_be_left_alone_nothing_is_tried() {
    let edge = Edge::new();
    let settings = Settings {
        plain: true,
        ..settings(&edge.double, std::time::Duration::from_secs(30))
    };
    let slack = edge.double.block_on(Slack::connect(&settings, &tokens()));
    let slack = Arc::new(slack.expect("the double takes the token"));
    let at = panel(&edge);
    for hint in [answering(), running(), Hint::Over, Hint::Title("x".into())] {
        edge.double.block_on(Arc::clone(&slack).hint(&at, hint));
    }
    assert_eq!(seen(&edge), Panel::default());
    let world = edge.double.world();
    assert!(
        !world
            .calls
            .iter()
            .any(|(method, _)| method.starts_with("assistant."))
    );
}

#[test]
fn one_failure_does_not_end_the_panel() {
    let edge = Edge::new();
    let at = panel(&edge);
    for fault in [
        Fault::Limited(5),
        Fault::Status(500),
        Fault::Refused("invalid_thread_ts"),
        Fault::Refused("internal_error"),
    ] {
        edge.double.fail("assistant.threads.setStatus", fault);
        show(&edge, &at, answering());
        assert_eq!(status(&edge), None);
    }
    show(&edge, &at, answering());
    assert!(status(&edge).is_some());
}

#[test]
fn prompts_beside_the_page_are_for_agents_and_cost_the_others_nothing() {
    for is_agent in [true, false] {
        let edge = Edge::new();
        let at = panel(&edge);
        edge.double.world().is_agent = is_agent;
        let page = Place {
            kind: Kind::Home,
            thread: None,
            ..at.clone()
        };
        let prompts = || {
            Hint::Prompts(vec![Prompt {
                title: "The steps".to_owned(),
                text: "steps".to_owned(),
            }])
        };
        show(&edge, &page, prompts());
        assert_eq!(edge.double.world().pinned.len(), usize::from(is_agent));
        show(&edge, &at, prompts());
        assert_eq!(seen(&edge).prompts.len(), usize::from(!is_agent));
        show(&edge, &at, answering());
        assert!(status(&edge).is_some());
        // The person's own id stands for the page where Slack did not say more.
        let unknown = Place {
            channel: bot::logic::person::ChannelId::new("U0ANN").expect("an id"),
            ..page
        };
        show(&edge, &unknown, prompts());
        assert_eq!(
            edge.double.count("assistant.threads.setSuggestedPrompts"),
            2
        );
    }
}

#[test]
fn a_channel_has_no_panel() {
    let edge = Edge::new();
    let ts = edge.double.write("U0ANN", "C0OPS", None, "a question");
    for thread in [None, Some(ts.as_str())] {
        show(&edge, &place(thread), answering());
        show(&edge, &place(thread), running());
    }
    assert_eq!(edge.double.count("assistant.threads.setStatus"), 0);
}

#[test]
fn what_stands_in_a_panel_is_short_and_does_nothing() {
    let edge = Edge::new();
    let at = panel(&edge);
    let hostile = format!(
        "<!here> `<@U0BEN>`\n<https://evil.test|x> {}",
        "long ".repeat(900)
    );
    let prompts: Vec<Prompt> = (0..9)
        .map(|n| Prompt {
            title: format!("{n} {hostile}"),
            text: format!("step {n}"),
        })
        .collect();
    let unfit = |text: &str| Prompt {
        title: "x".to_owned(),
        text: text.to_owned(),
    };
    let mut all = vec![unfit(""), unfit(&hostile), unfit("a\u{202e}b")];
    all.extend(prompts);
    show(&edge, &at, Hint::Prompts(all));
    show(&edge, &at, Hint::Title(hostile.clone()));
    show(&edge, &at, Hint::Title("\n".to_owned()));
    show(&edge, &at, Hint::Answering { doing: hostile });
    show(&edge, &at, Hint::Prompts(Vec::new()));
    let seen = seen(&edge);
    let texts: Vec<&str> = seen.prompts.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["step 0", "step 1", "step 2", "step 3"]);
    assert!(
        seen.titles[0].starts_with("‹!here› ‹@U0BEN› ‹https"),
        "{:?}",
        seen.titles
    );
    assert_eq!(seen.titles[1], "bot502");
    assert_eq!(
        edge.double.count("assistant.threads.setSuggestedPrompts"),
        1
    );
}
