//! How it gets there: through trouble, to a thousand targets, and watched by operators.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use federation_api::{Call, Galley, Rpc};
use federation_clients::{Connection, galley as client};
use federation_notifications::pusher::Settings;
use federation_notifications::{Announcement, Outlet, Shelf, galley};
use serde::{Serialize, Serializer};

use crate::bed::{
    Bed, Pushing, at_least_once_and_in_order, domain, message, numbers, settings, until_number,
};
use crate::bundles::conversation_update;
use crate::outward::{Answer, Outward};
use crate::proxy::Proxy;

const B: &str = "b.example.com";
const C: &str = "c.example.com";

pub(crate) async fn a_pusher_that_breaks_off_loses_nothing<T: Bed>() {
    const COUNT: usize = 150;
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let queue = bed.open();
    queue
        .publish((0..COUNT).map(|number| message(B, number)).collect())
        .await
        .unwrap();
    for accepted in (10..COUNT).step_by(10) {
        let pushing = Pushing::on(&bed, &outward);
        outward.until_accepted(B, accepted).await;
        pushing.break_off().await;
    }
    let pushing = Pushing::on(&bed, &outward);
    until_number(&outward, B, COUNT - 1).await;
    pushing.end().await;
    let accepted = outward.accepted(B);
    at_least_once_and_in_order(numbers(&accepted), COUNT);
}

pub(crate) async fn a_cut_cable_to_the_federator_loses_nothing<T: Bed>() {
    const COUNT: usize = 120;
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let proxy = Proxy::to(outward.address()).await;
    bed.open()
        .publish((0..COUNT).map(|number| message(B, number)).collect())
        .await
        .unwrap();
    let federator = format!("http://{}", proxy.address());
    let pushing = Pushing::begin(bed.open(), &federator, settings());
    for round in 0..40 {
        // In the middle of everything: of preambles, headers and bodies, there and back.
        proxy.cut_after(7 + round * 23);
        let done =
            |outward: &Outward| proxy.cuts() > round || outward.accepted(B).len() >= COUNT + round;
        outward.until(done).await;
        if numbers(&outward.accepted(B)).contains(&(COUNT - 1)) {
            break;
        }
        tokio::time::timeout(crate::outward::PATIENCE, async {
            while proxy.cuts() <= round {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
    }
    assert!(proxy.cuts() >= 5, "it was cut {} times only", proxy.cuts());
    until_number(&outward, B, COUNT - 1).await;
    pushing.end().await;
    let accepted = outward.accepted(B);
    at_least_once_and_in_order(numbers(&accepted), COUNT);
}

pub(crate) async fn a_target_that_is_down_for_long_holds_nobody_up<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    outward.is_down(B, true);
    let queue = bed.open();
    let pushing = Pushing::on(&bed, &outward);
    for number in 0..30 {
        queue
            .publish(vec![message(B, number), message(C, number)])
            .await
            .unwrap();
    }
    outward.until_accepted(C, 30).await;
    // With the back-off of this test, what is days with the usual one.
    outward.until(|outward| outward.attempts(B).0 >= 60).await;
    assert_eq!(outward.accepted(B), []);
    outward.is_down(B, false);
    let accepted = outward.until_accepted(B, 30).await;
    pushing.end().await;
    let numbers = numbers(&accepted);
    assert_eq!(numbers, (0..30).collect::<Vec<_>>());
}

pub(crate) async fn targets_that_never_answer_leave_places_for_the_others<T: Bed>() {
    const SILENT: [&str; 4] = [
        "w.example.com",
        "x.example.com",
        "y.example.com",
        "z.example.com",
    ];
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let queue = bed.open();
    for target in SILENT {
        // Once it fails at once, then it does not answer for longer than a test waits.
        let silent = Answer::down().after(crate::outward::PATIENCE * 2);
        outward.answers(target, [Answer::down(), silent]);
        queue.publish(vec![message(target, 0)]).await.unwrap();
    }
    let few = Settings {
        at_once: 2,
        timeout: crate::outward::PATIENCE * 2,
        shutdown: Duration::ZERO,
        ..settings()
    };
    let pushing = Pushing::begin(bed.open(), &outward.url(), few);
    let tried = |target: &&str, outward: &Outward| {
        let (attempts, negotiations) = outward.attempts(target);
        attempts - negotiations
    };
    outward
        .until(|outward| {
            let tries = SILENT.iter().map(|target| tried(target, outward));
            tries.clone().all(|tries| tries > 0) && tries.sum::<usize>() > SILENT.len()
        })
        .await;
    for number in 0..10 {
        queue.publish(vec![message(C, number)]).await.unwrap();
    }
    outward.until_accepted(C, 10).await;
    pushing.end().await;
}

/// Counts how often it is written.
struct Counted<'a>(&'a AtomicUsize);

impl Serialize for Counted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        serializer.serialize_str("counted")
    }
}

pub(crate) async fn a_thousand_targets_cost_one_serialisation<T: Bed>() {
    const TARGETS: usize = 1000;
    const RPC: Rpc = Rpc::new("galley", "on-message-sent").notification();
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let targets: Vec<_> = (0..TARGETS).map(|n| format!("t{n}.example.com")).collect();
    let to = Announcement::new(
        domain("a.example.com"),
        targets.iter().map(|name| domain(name)),
    );
    let outlet = Outlet::new(bed.open());
    let written = AtomicUsize::new(0);
    for _ in 0..2 {
        let mut bundle = outlet.bundle(&to);
        bundle.add(&RPC, &Counted(&written)).unwrap();
        bundle.publish().await.unwrap();
    }
    assert_eq!(written.into_inner(), 2, "once for each message");
    let pushing = Pushing::on(&bed, &outward);
    for target in &targets {
        let accepted = outward.until_accepted(target, 2).await;
        assert_eq!(accepted.len(), 2);
        assert_eq!(accepted[0].body, r#""counted""#);
    }
    pushing.end().await;
}

pub(crate) async fn a_large_message_arrives_as_it_is<T: Bed>() {
    const RPC: Rpc = Rpc::new("galley", "on-message-sent").notification();
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let text: String = (0..10 * 1024 * 1024)
        .map(|n: u32| char::from(b'a' + (n % 23) as u8))
        .collect();
    let to = Announcement::new(domain("a.example.com"), [domain(B)]);
    let outlet = Outlet::new(bed.open());
    let mut bundle = outlet.bundle(&to);
    bundle.add(&RPC, &text).unwrap();
    bundle.publish().await.unwrap();
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 1).await;
    pushing.end().await;
    assert!(
        accepted[0].body == format!("\"{text}\""),
        "{} bytes",
        accepted[0].body.len()
    );

    let small = Outlet::new(bed.open()).with_max_message(1024);
    let mut bundle = small.bundle(&to);
    bundle.add(&RPC, &text).unwrap();
    let refused = bundle.publish().await.unwrap_err();
    assert!(
        refused.to_string().contains("larger than the 1024"),
        "{refused}"
    );
}

pub(crate) async fn operators_see_and_mend<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let operate = bed.operate();
    assert_eq!(operate.overview().await.unwrap(), []);
    let messages = (0..5)
        .map(|number| message(B, number))
        .chain([message(C, 0)])
        .collect();
    bed.open().publish(messages).await.unwrap();
    let counts = async || {
        let overview = operate.overview().await.unwrap();
        let counts = overview
            .iter()
            .map(|of| (of.target.to_string(), of.waiting, of.dead));
        counts.collect::<Vec<_>>()
    };
    assert_eq!(counts().await, [(B.to_owned(), 5, 0), (C.to_owned(), 1, 0)]);
    for _ in 0..2 {
        let kept = operate.peek(&domain(B), Shelf::Waiting, 2).await.unwrap();
        let bodies: Vec<_> = kept.iter().map(|kept| kept.body.clone()).collect();
        assert_eq!(bodies, [message(B, 0).body, message(B, 1).body]);
        let age = kept[0].published.unwrap().elapsed().unwrap_or_default();
        assert!(age < Duration::from_secs(600), "{age:?}");
    }
    assert_eq!(
        operate
            .discard(&domain(B), Shelf::Waiting, 2)
            .await
            .unwrap(),
        2
    );
    assert_eq!(counts().await[0], (B.to_owned(), 3, 0));

    outward.answers(B, [Answer::remote(400, "bad-request")]);
    let pushing = Pushing::on(&bed, &outward);
    outward.until_accepted(B, 2).await;
    outward.until_accepted(C, 1).await;
    pushing.end().await;
    assert_eq!(counts().await, [(B.to_owned(), 0, 1), (C.to_owned(), 0, 0)]);
    assert_eq!(operate.revive(&domain(B), 10).await.unwrap(), 1);
    assert_eq!(counts().await[0], (B.to_owned(), 1, 0));
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 3).await;
    pushing.end().await;
    let numbers = numbers(&accepted);
    assert_eq!(numbers, [3, 4, 2]);
    assert_eq!(
        operate.discard(&domain(B), Shelf::Dead, 10).await.unwrap(),
        0
    );
}

pub(crate) async fn many_are_taken_away_and_looked_at_in_their_order<T: Bed>() {
    let bed = T::fresh().await;
    let messages = (0..300).map(|number| message(B, number)).collect();
    bed.open().publish(messages).await.unwrap();
    let operate = bed.operate();
    let b = domain(B);
    let discarded = operate.discard(&b, Shelf::Waiting, 150).await.unwrap();
    assert_eq!(discarded, 150);
    let kept = operate.peek(&b, Shelf::Waiting, 1000).await.unwrap();
    let bodies: Vec<_> = kept.into_iter().map(|kept| kept.body).collect();
    let expected: Vec<_> = (150..300).map(|number| message(B, number).body).collect();
    assert_eq!(bodies, expected);
}

pub(crate) async fn a_pusher_that_is_asked_to_end_finishes_what_it_does<T: Bed>() {
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let slow = Answer::ok().after(Duration::from_millis(300));
    outward.answers(B, [slow]);
    bed.open()
        .publish((0..3).map(|number| message(B, number)).collect())
        .await
        .unwrap();
    let pushing = Pushing::on(&bed, &outward);
    // It has arrived, and its answer is still on the way.
    outward.until_accepted(B, 1).await;
    pushing.end().await;
    assert_eq!(outward.accepted(B).len(), 1, "nothing new is begun");
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 3).await;
    pushing.end().await;
    let numbers = numbers(&accepted);
    assert_eq!(numbers, [0, 1, 2], "nothing is sent twice");
}

pub(crate) async fn the_declared_trait_goes_through_the_queue<T: Bed>() {
    async fn announce<G: Galley>(galley: &G, call: &Call) -> Result<(), G::Error> {
        galley
            .on_conversation_updated(call, conversation_update())
            .await
            .map(drop)
    }

    let (bed, outward) = (T::fresh().await, Outward::start().await);
    outward.is_down(B, true);
    let direct = client::Client::new(Connection::via_federator(&outward.url()).unwrap());
    let call = Call::new(domain("a.example.com"), domain(B));
    announce(&direct, &call).await.expect_err("nobody is there");
    let queued = galley::Queued::new(direct, Outlet::new(bed.open()));
    announce(&queued, &call).await.unwrap();
    outward.is_down(B, false);
    let pushing = Pushing::on(&bed, &outward);
    let accepted = outward.until_accepted(B, 1).await;
    pushing.end().await;
    assert_eq!(accepted[0].request_id, call.request_id().as_str());
}

pub(crate) async fn what_is_spoken_is_asked_for_once<T: Bed>() {
    for (keep, expected) in [(Duration::from_secs(60), 1), (Duration::ZERO, 10)] {
        let (bed, outward) = (T::fresh().await, Outward::start().await);
        bed.open()
            .publish((0..10).map(|number| message(B, number)).collect())
            .await
            .unwrap();
        let settings = Settings {
            keep_versions: keep,
            ..settings()
        };
        let pushing = Pushing::begin(bed.open(), &outward.url(), settings);
        outward.until_accepted(B, 10).await;
        pushing.end().await;
        assert_eq!(outward.attempts(B).1, expected);
    }
}

pub(crate) async fn the_metrics_tell<T: Bed>() {
    let metrics = crate::bed::metrics();
    let (bed, outward) = (T::fresh().await, Outward::start().await);
    let target = format!("m{}.example.com", fastrand::u64(..));
    let value = |name: &str| -> Option<f64> {
        let text = metrics.render();
        let line = text
            .lines()
            .find(|line| line.starts_with(name) && line.contains(&target))?;
        line.rsplit(' ').next()?.parse().ok()
    };
    outward.is_down(&target, true);
    outward.answers(&target, [Answer::remote(400, "bad-request")]);
    bed.open()
        .publish(vec![message(&target, 0), message(&target, 1)])
        .await
        .unwrap();
    let pushing = Pushing::on(&bed, &outward);
    outward
        .until(|outward| outward.attempts(&target).0 > 3)
        .await;
    assert_eq!(value("wire_backend_notifications_stuck_queues"), Some(1.0));
    assert!(value("wire_backend_notifications_errors") >= Some(2.0));
    assert!(value("federation_notifications_age_seconds") > Some(0.0));
    outward.is_down(&target, false);
    outward.until_accepted(&target, 1).await;
    pushing.end().await;
    assert_eq!(value("wire_backend_notifications_pushed"), Some(1.0));
    assert_eq!(value("federation_notifications_dead"), Some(1.0));
    assert_eq!(value("wire_backend_notifications_stuck_queues"), Some(0.0));
    assert_eq!(value("federation_notifications_age_seconds"), Some(0.0));
}
