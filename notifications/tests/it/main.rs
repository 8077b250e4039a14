//! Both queues, the publishers and the pusher, against real files and a real broker.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

#[path = "../support/broker.rs"]
mod broker;
#[path = "../support/outward.rs"]
mod outward;
#[path = "../support/proxy.rs"]
mod proxy;

mod amqp;
mod bed;
mod bundles;
mod deletion;
mod embedded;
mod suite;
mod tls;
