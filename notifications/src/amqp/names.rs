//! Names and arguments on the broker, which are shared with the existing system.
//!
//! Source: `transport.md` §11.3.

use federation_api::Domain;
use lapin::options::QueueDeclareOptions;
use lapin::types::{AMQPValue, FieldTable, ShortString};

/// What the names of the queues begin with, before the domain of the target.
pub(super) const WAITING: &str = "backend-notifications.";

/// The same for dead letters: a name that the existing system does not look for.
pub(super) const DEAD: &str = "federation-dead-notifications.";

/// Which queues the management API is asked for.
pub(super) const PATTERN: &str = r"^(backend-notifications|federation-dead-notifications)\..*";

/// The header of a dead letter that says why it is one.
pub(super) const REASON: &str = "x-federation-reason";

pub(super) fn waiting(target: &Domain) -> ShortString {
    format!("{WAITING}{target}").into()
}

pub(super) fn dead(target: &Domain) -> ShortString {
    format!("{DEAD}{target}").into()
}

pub(super) fn durable() -> QueueDeclareOptions {
    QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    }
}

/// Changing these breaks existing deployments: a broker refuses a queue that is there with others.
pub(super) fn waiting_arguments() -> FieldTable {
    let mut arguments = dead_arguments();
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    arguments
}

pub(super) fn dead_arguments() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-queue-type".into(),
        AMQPValue::LongString("quorum".into()),
    );
    arguments
}
