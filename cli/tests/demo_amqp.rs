//! `federation demo --amqp`: the same over a RabbitMQ, which is as before afterwards.

#[path = "../../notifications/tests/support/broker.rs"]
mod broker;
mod program;

use broker::Broker;
use program::run;

#[test]
fn over_a_broker_and_nothing_stays_there() {
    let broker = Broker::start();
    let (url, management) = (broker.url(), broker.management());
    let ran = run(["demo", "--amqp", &url]).ends_with(0);
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.contains("all as expected"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('✗'), "{}", ran.stdout);
    let listing = ["--amqp", &url, "--management", &management];
    let listed = run(["queue", "list"].into_iter().chain(listing)).ends_with(0);
    assert_eq!(listed.stdout, "");
    assert_eq!(listed.stderr, "nothing waits for anybody\n");
}
