//! What arrives: in which order, in which form, and what becomes of what nobody can read.

use federation_notifications::pusher::Settings;
use federation_notifications::{Announcement, Outlet, Shelf, galley};

use crate::bed::{
    Bed, Pushing, at_least_once_and_in_order, domain, message, number, numbers, raw, settings,
    until_number,
};
use crate::bundles::{conversation_update, legacy};
use crate::outward::{Answer, Outward};

const B: &str = "b.example.com";
const C: &str = "c.example.com";

pub(crate) async fn messages_arrive_once_and_in_order<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let queue = bed.open();
    for number in 0..50 {
        queue.publish(vec![message(B, number)]).await.unwrap();
    }
    let pushing = Pushing::on(&bed, &outward);
    outward.until_accepted(B, 50).await;
    let rest = (50..200).map(|number| message(B, number)).collect();
    queue.publish(rest).await.unwrap();
    outward.until_accepted(B, 200).await;
    pushing.end().await;

    let accepted = outward.accepted(B);
    let numbers = numbers(&accepted);
    assert_eq!(numbers, (0..200).collect::<Vec<_>>());
    let first = &accepted[0];
    assert_eq!(
        (first.component.as_str(), first.rpc.as_str()),
        ("galley", "on-message-sent")
    );
    assert_eq!(
        (first.origin.as_str(), first.version.as_str()),
        ("a.example.com", "3")
    );
    assert_eq!(first.request_id, "request-0");
}

pub(crate) async fn what_was_published_is_there_for_the_next_process<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let queue = bed.open();
    queue
        .publish((0..20).map(|number| message(B, number)).collect())
        .await
        .unwrap();
    drop(queue);
    let pushing = Pushing::on(&bed, &outward);
    outward.until_accepted(B, 20).await;
    pushing.end().await;
    // What was delivered is gone.
    let pushing = Pushing::on(&bed, &outward);
    bed.open().publish(vec![message(B, 20)]).await.unwrap();
    let accepted = outward.until_accepted(B, 21).await;
    pushing.end().await;
    at_least_once_and_in_order(numbers(&accepted), 21);
    assert_eq!(accepted.len(), 21);
}

pub(crate) async fn what_failed_is_sent_again_and_again<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let failures = [
        Answer::remote(500, "server-error"),
        Answer::remote(404, "no-endpoint"),
        Answer::remote(400, "federation-denied"),
        Answer::down(),
        Answer {
            status: 403,
            ..Answer::remote(403, "invalid-endpoint")
        },
    ];
    let count = failures.len();
    outward.answers(B, failures);
    let messages = (0..3).map(|number| message(B, number)).collect();
    bed.open().publish(messages).await.unwrap();
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 3).await;
    pushing.end().await;
    let numbers = numbers(&accepted);
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(accepted[0].request_id, "request-0", "it is the same call");
    let (attempts, negotiations) = outward.attempts(B);
    assert_eq!(attempts - negotiations, 3 + count);
    assert_eq!(
        negotiations,
        1 + count,
        "after a failure the target is asked again"
    );
}

pub(crate) async fn each_target_gets_the_form_that_it_reads<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let targets = [
        ("old.example.com", r#"{"supported":[0,1]}"#, "0"),
        (
            "zero.example.com",
            r#"{"supported":[0,1],"supported_versions":[0,999999]}"#,
            "0",
        ),
        (
            "one.example.com",
            r#"{"supported":[0,1],"supported_versions":[0,1]}"#,
            "1",
        ),
        (
            "two.example.com",
            r#"{"supported":[0,1],"supported_versions":[0,1,2]}"#,
            "2",
        ),
        (
            "three.example.com",
            r#"{"supported":[0,1],"supported_versions":[0,1,2,3]}"#,
            "3",
        ),
        (
            "four.example.com",
            r#"{"supported":[0,1],"supported_versions":[0,1,2,3,4]}"#,
            "3",
        ),
    ];
    for (target, info, _) in targets {
        outward.speaks(target, info);
    }
    let to = Announcement::new(
        domain("a.example.com"),
        targets.map(|(target, ..)| domain(target)),
    );
    let publisher = galley::Publisher::new(Outlet::new(bed.open()));
    publisher
        .on_conversation_updated(&to, conversation_update())
        .await
        .unwrap();
    let pushing = Pushing::on(&bed, &outward);
    for (target, _, version) in targets {
        let accepted = outward.until_accepted(target, 1).await;
        assert_eq!(accepted.len(), 1);
        assert_eq!(accepted[0].rpc, "on-conversation-updated");
        assert_eq!(accepted[0].version, version, "{target}");
        let old_keys = accepted[0].body.contains(r#""cuConvId""#);
        assert_eq!(old_keys, version == "0", "{target}: {}", accepted[0].body);
    }
    pushing.end().await;
}

pub(crate) async fn a_target_that_learned_a_version_is_asked_before_it_is_judged<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let queue = bed.open();
    outward.speaks(B, r#"{"supported":[0,1],"supported_versions":[0,1]}"#);
    queue.publish(vec![message(B, 0)]).await.unwrap();
    let pushing = Pushing::on(&bed, &outward);
    outward.until_accepted(B, 1).await;
    outward.speaks(B, r#"{"supported":[0,1],"supported_versions":[0,1,2]}"#);
    let body = String::from_utf8(message(B, 1).body.to_vec()).unwrap();
    let newer = raw(B, body.replace(r#"{"from":0}"#, r#"{"from":2}"#));
    queue.publish(vec![newer, message(B, 2)]).await.unwrap();
    until_number(&outward, B, 2).await;
    pushing.end().await;
    let accepted = outward.accepted(B);
    let numbers = numbers(&accepted);
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(outward.attempts(B).1, 2, "it is asked once more");
}

pub(crate) async fn messages_in_the_old_format_are_delivered<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    bed.open()
        .publish(vec![raw(B, legacy()), message(B, 1)])
        .await
        .unwrap();
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 2).await;
    pushing.end().await;
    let first = &accepted[0];
    assert_eq!(
        (first.component.as_str(), first.rpc.as_str()),
        ("galley", "on-mls-message-sent")
    );
    assert_eq!(
        (first.version.as_str(), first.request_id.as_str()),
        ("0", "N/A")
    );
    assert_eq!(
        first.body, r#"{ "anything" : 1e2 }"#,
        "not a byte of it is changed"
    );
    assert_eq!(outward.attempts(B).1, 1, "only the second needed a version");
}

pub(crate) async fn what_the_target_cannot_read_goes_to_the_dead_letters<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let unreadable = Answer::remote(400, "bad-request");
    outward.answers(
        B,
        [unreadable, Answer::ok(), Answer::remote(413, "too-large")],
    );
    let messages = vec![
        message(B, 0),
        raw(B, "no JSON"),
        message(B, 1),
        message(B, 2),
        raw(B, r#"{"notifications":[]}"#),
        message(B, 3),
    ];
    bed.open().publish(messages).await.unwrap();
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 2).await;
    pushing.end().await;
    let numbers = numbers(&accepted);
    assert_eq!(numbers, [1, 3]);

    let dead = bed
        .operate()
        .peek(&domain(B), Shelf::Dead, 10)
        .await
        .unwrap();
    let reasons: Vec<_> = dead
        .iter()
        .map(|kept| kept.reason.as_deref().unwrap())
        .collect();
    let expected = ["bad-request", "unreadable", "too large", "unreadable"];
    assert_eq!(reasons.len(), expected.len(), "{reasons:?}");
    for (reason, expected) in reasons.iter().zip(expected) {
        assert!(reason.contains(expected), "{reasons:?}");
    }
    assert_eq!(dead[0].body, message(B, 0).body);
    assert_eq!(dead[1].body, "no JSON".as_bytes());
}

pub(crate) async fn a_reason_of_any_length_holds_nothing_up<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    // More than one frame of a broker.
    outward.answers(
        B,
        [Answer::remote(400, "bad-request").saying(&"ö".repeat(100_000))],
    );
    bed.open()
        .publish(vec![message(B, 0), message(B, 1)])
        .await
        .unwrap();
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 1).await;
    pushing.end().await;
    assert_eq!(number(&accepted[0].body), 1);
    let dead = bed
        .operate()
        .peek(&domain(B), Shelf::Dead, 10)
        .await
        .unwrap();
    let reason = dead[0].reason.as_deref().unwrap();
    assert!(reason.ends_with("öö…"), "{reason}");
    assert_eq!(reason.chars().count(), 1001);
}

pub(crate) async fn without_dead_letters_it_is_dropped_or_tried_for_ever<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    outward.answers(B, [Answer::remote(400, "bad-request")]);
    outward.speaks(C, r#"{"supported":[0,1],"supported_versions":[7]}"#);
    let messages = vec![
        message(B, 0),
        raw(B, "no JSON"),
        message(B, 1),
        message(C, 0),
    ];
    bed.open().publish(messages).await.unwrap();
    let as_others = Settings {
        dead_letters: false,
        ..settings()
    };
    let pushing = Pushing::begin(bed.open(), &outward.url(), as_others);
    let accepted = outward.until_accepted(B, 1).await;
    assert_eq!(number(&accepted[0].body), 1);
    outward.until(|outward| outward.attempts(C).1 > 5).await;
    assert_eq!(outward.accepted(C), []);
    // The target becomes one that can read it.
    outward.speaks(C, r#"{"supported":[0,1],"supported_versions":[0,7]}"#);
    outward.until_accepted(C, 1).await;
    pushing.end().await;
    let overview = bed.operate().overview().await.unwrap();
    assert!(overview.iter().all(|of| of.dead == 0), "{overview:?}");
}

pub(crate) async fn an_answer_that_is_none_counts_as_failure<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let html = Answer {
        content_type: "text/html",
        body: "<html>".to_owned(),
        ..Answer::ok()
    };
    outward.answers(B, [html.clone(), html]);
    // What backends of 2023 answer is an answer.
    let seed = Answer {
        body: "[]".to_owned(),
        ..Answer::ok()
    };
    outward.answers(B, [seed]);
    bed.open()
        .publish(vec![message(B, 0), message(B, 1)])
        .await
        .unwrap();
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 2).await;
    pushing.end().await;
    let numbers = numbers(&accepted);
    assert_eq!(numbers, [0, 1]);
    let (attempts, negotiations) = outward.attempts(B);
    assert_eq!(attempts - negotiations, 4);
}
