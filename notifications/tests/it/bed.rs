//! What every test of a queue stands on: a fresh queue, a federator, and a pusher between them.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use federation_api::Domain;
use federation_clients::{Address, Connection, HttpSettings, HttpTransport, Options};
use federation_notifications::pusher::Settings;
use federation_notifications::{Backoff, Message, Operate, Pusher, Queue};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::outward::{Outward, PATIENCE, Received};

/// A kind of queue, fresh for one test.
pub(crate) trait Bed: Send + Sync {
    fn fresh() -> impl Future<Output = Self> + Send;

    /// The queue, opened or connected to once more.
    fn open(&self) -> Arc<dyn Queue>;

    fn operate(&self) -> Arc<dyn Operate>;
}

pub(crate) fn domain(name: &str) -> Domain {
    name.parse().unwrap()
}

/// Back-off and looks that a test can wait for.
pub(crate) fn settings() -> Settings {
    Settings {
        backoff: Backoff {
            min: Duration::from_millis(2),
            max: Duration::from_millis(50),
        },
        refresh: Duration::from_millis(100),
        timeout: Duration::from_secs(20),
        ..Settings::default()
    }
}

/// A pusher in this process.
pub(crate) struct Pushing {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Pushing {
    pub(crate) fn begin(queue: Arc<dyn Queue>, federator: &str, settings: Settings) -> Self {
        let transport = HttpTransport::new(&HttpSettings::default()).unwrap();
        let address = Address::via_federator(federator).unwrap();
        let connection = Connection::new(address, transport, Options::default());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(Pusher::new(queue, connection, settings).run(async {
            stopped.await.unwrap_or_default();
        }));
        Self {
            stop: Some(stop),
            task,
        }
    }

    pub(crate) fn on(bed: &impl Bed, outward: &Outward) -> Self {
        Self::begin(bed.open(), &outward.url(), settings())
    }

    /// Asks it to end and waits until it has.
    pub(crate) async fn end(mut self) {
        let _ = self.stop.take().unwrap().send(());
        tokio::time::timeout(PATIENCE, self.task)
            .await
            .unwrap()
            .unwrap();
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) async fn break_off(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

/// A message with one form for all versions.
pub(crate) fn message(target: &str, number: usize) -> Message {
    let body = format!(
        r#"{{"notifications":[{{"ownDomain":"a.example.com","targetComponent":"galley","path":"on-message-sent","body":"{{\"n\":{number}}}","bodyVersions":{{"from":0}},"requestId":"request-{number}"}}]}}"#
    );
    raw(target, body)
}

pub(crate) fn raw(target: &str, body: impl Into<Vec<u8>>) -> Message {
    Message {
        target: domain(target),
        body: body.into().into(),
    }
}

/// The number in a message that arrived.
pub(crate) fn number(body: &str) -> usize {
    let digits = body.trim_start_matches(r#"{"n":"#).trim_end_matches('}');
    digits.parse().unwrap()
}

/// The numbers of messages that arrived, as they came.
pub(crate) fn numbers(arrived: &[Received]) -> Vec<usize> {
    let bodies = arrived.iter().map(|received| &received.body);
    bodies.map(|body| number(body)).collect()
}

/// Waits until the message with this number has arrived.
#[track_caller]
pub(crate) fn until_number(
    outward: &Outward,
    domain: &str,
    last: usize,
) -> impl Future<Output = ()> {
    outward.until(move |outward| numbers(&outward.accepted(domain)).contains(&last))
}

/// Each of the first `count` messages is there, and for the first time behind those before it.
#[track_caller]
pub(crate) fn at_least_once_and_in_order(numbers: impl IntoIterator<Item = usize>, count: usize) {
    let mut next = 0;
    let mut all = Vec::new();
    for number in numbers {
        all.push(number);
        assert!(number <= next, "{number} came before {next}: {all:?}");
        if number == next {
            next += 1;
        }
    }
    assert_eq!(next, count, "messages are missing: {all:?}");
}

/// The metrics of this process.
pub(crate) fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().unwrap())
}
