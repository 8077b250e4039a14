//! The queue on RabbitMQ: the suite, and what only a broker can do.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use federation_notifications::{Address, Amqp, Operate, Queue};
use lapin::options::QueueDeclareOptions;
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::task::spawn_blocking;

use crate::bed::{
    Bed, Pushing, at_least_once_and_in_order, domain, message, numbers, settings, until_number,
};
use crate::broker::Broker;
use crate::outward::{Outward, PATIENCE};
use crate::proxy::Proxy;

const B: &str = "b.example.com";

/// The broker of all tests that do not end it.
fn shared() -> &'static Broker {
    static BROKER: OnceLock<Broker> = OnceLock::new();
    BROKER.get_or_init(Broker::start)
}

/// A virtual host of its own.
pub(crate) struct Vhost {
    url: String,
    management: String,
}

impl Vhost {
    async fn on(broker: &Broker) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let vhost = format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let made = reqwest::Client::new()
            .put(format!("{}/api/vhosts/{vhost}", broker.management()))
            .basic_auth("guest", Some("guest"))
            .send();
        made.await.unwrap().error_for_status().unwrap();
        Self {
            url: broker.url().replace("%2f", &vhost),
            management: broker.management(),
        }
    }

    fn at(&self, url: &str) -> Arc<Amqp> {
        let address = Address::parse(url)
            .unwrap()
            .with_management(&self.management);
        Arc::new(Amqp::new(address, Amqp::PREFETCH).unwrap())
    }

    fn opened(&self) -> Arc<Amqp> {
        self.at(&self.url)
    }

    /// As the existing system connects.
    pub(crate) async fn raw(&self) -> (Connection, Channel) {
        let connected = Connection::connect(&self.url, ConnectionProperties::default());
        let connection = connected.await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }
}

impl Bed for Vhost {
    async fn fresh() -> Self {
        Self::on(spawn_blocking(shared).await.unwrap()).await
    }

    fn open(&self) -> Arc<dyn Queue> {
        self.opened()
    }

    fn operate(&self) -> Arc<dyn Operate> {
        self.opened()
    }
}

crate::suite::suite!(Vhost);

pub(crate) fn durable() -> QueueDeclareOptions {
    QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    }
}

/// The existing system declares the same queue: a broker refuses any difference.
pub(crate) fn arguments() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-queue-type".into(),
        AMQPValue::LongString("quorum".into()),
    );
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    arguments
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_broker_can_be_shared_with_the_existing_system() {
    let vhost = Vhost::fresh().await;
    let queue = "backend-notifications.b.example.com";
    vhost.open().publish(vec![message(B, 0)]).await.unwrap();
    let (_connection, channel) = vhost.raw().await;
    let declared = channel
        .queue_declare(queue.into(), durable(), arguments())
        .await
        .unwrap();
    assert_eq!(declared.message_count(), 1);
    let consumer = channel
        .basic_consume(
            queue.into(),
            "".into(),
            Default::default(),
            FieldTable::default(),
        )
        .await;
    let delivery = futures_util::StreamExt::next(&mut consumer.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(delivery.data, message(B, 0).body);
    assert_eq!(
        (delivery.exchange.as_str(), delivery.routing_key.as_str()),
        ("", queue)
    );
    let properties = &delivery.properties;
    assert_eq!(*properties.delivery_mode(), Some(2));
    assert_eq!(
        properties.content_type().as_ref().unwrap().as_str(),
        "application/json"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_queues_of_domains_are_taken() {
    let vhost = Vhost::fresh().await;
    let (_connection, channel) = vhost.raw().await;
    for name in [
        "backend-notifications.foo.example",
        "backend-notifications.bar.example",
        "backend-notifications.baz.example",
        "backend-notifications.not-a-domain",
        "some-other-queue",
        "other-backend-notifications.qux.example",
    ] {
        channel
            .queue_declare(name.into(), durable(), arguments())
            .await
            .unwrap();
    }
    let expected = ["bar.example", "baz.example", "foo.example"].map(domain);
    assert_eq!(vhost.opened().targets().await.unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_queues_are_listed_page_by_page() {
    let vhost = Vhost::fresh().await;
    let targets: Vec<_> = (0..250).map(|n| format!("t{n}.example.com")).collect();
    let messages = targets.iter().map(|target| message(target, 0)).collect();
    vhost.open().publish(messages).await.unwrap();
    assert_eq!(vhost.opened().targets().await.unwrap().len(), 250);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_cable_to_the_broker_loses_nothing() {
    const COUNT: usize = 100;
    let broker = spawn_blocking(shared).await.unwrap();
    let (vhost, outward) = (Vhost::fresh().await, Outward::start().await);
    let proxy = Proxy::to(([127, 0, 0, 1], broker.port()).into()).await;
    let through = vhost.url.replace(
        &broker.port().to_string(),
        &proxy.address().port().to_string(),
    );
    let queue = vhost.at(&through);
    let pushing = Pushing::begin(vhost.at(&through), &outward.url(), settings());
    for number in 0..COUNT {
        // In the middle of handshakes, messages, confirms and acknowledgements.
        proxy.cut_after(31 * number);
        queue.publish(vec![message(B, number)]).await.unwrap();
    }
    assert!(proxy.cuts() >= 10, "it was cut {} times only", proxy.cuts());
    until_number(&outward, B, COUNT - 1).await;
    pushing.end().await;
    let accepted = outward.accepted(B);
    at_least_once_and_in_order(numbers(&accepted), COUNT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_crashes_in_the_middle_loses_nothing() {
    const COUNT: usize = 300;
    let mut broker = spawn_blocking(Broker::start).await.unwrap();
    let (vhost, outward) = (Vhost::on(&broker).await, Outward::start().await);
    let queue = vhost.opened();
    let pushing = Pushing::on(&vhost, &outward);
    queue.publish(vec![message(B, 0)]).await.unwrap();
    outward.until_accepted(B, 1).await;
    // RabbitMQ 3.10 does not keep a queue that is this young when the node is killed; see `Amqp`.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let publisher = tokio::spawn(async move {
        let mut number = 1;
        while number < COUNT {
            // As a component does that got an error: it tries again.
            match queue.publish(vec![message(B, number)]).await {
                Ok(()) => number += 1,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    });
    outward.until_accepted(B, COUNT / 3).await;
    assert!(!publisher.is_finished(), "the crash is in the middle");
    let restarted = spawn_blocking(move || {
        broker.kill();
        broker.start_again();
        broker
    });
    let broker = restarted.await.unwrap();
    publisher.await.unwrap();
    until_number(&outward, B, COUNT - 1).await;
    pushing.end().await;
    drop(broker);
    let accepted = outward.accepted(B);
    at_least_once_and_in_order(numbers(&accepted), COUNT);
}

#[tokio::test]
async fn an_address_says_what_is_wrong_and_never_the_password() {
    for url in ["http://me:secret@host", "nothing"] {
        let refused = Address::parse(url).unwrap_err().to_string();
        assert!(
            refused.contains("amqp://user:password@host:5672/vhost"),
            "{refused}"
        );
        assert!(!refused.contains("secret"), "{refused}");
    }
    let address = Address::parse("amqp://me:secret@127.0.0.1:1/there").unwrap();
    assert!(!format!("{address:?}").contains("secret"));
    // Nobody listens on port 1.
    let queue = Amqp::new(address.with_management("http://127.0.0.1:1"), 1).unwrap();
    let refused = queue
        .publish(vec![message(B, 0)])
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("amqp://127.0.0.1:1/there cannot be reached"),
        "{refused}"
    );
    let refused = queue.targets().await.unwrap_err().to_string();
    assert!(refused.contains("rabbitmq-plugins enable"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_without_connection_gives_nothing_out() {
    let broker = spawn_blocking(shared).await.unwrap();
    let vhost = Vhost::on(broker).await;
    let there = format!("127.0.0.1:{}", broker.port());
    let proxy = Proxy::to(there.parse().unwrap()).await;
    let queue = vhost.at(&vhost.url.replace(&there, &proxy.address().to_string()));
    let messages = (0..4).map(|number| message(B, number)).collect();
    vhost.open().publish(messages).await.unwrap();
    let mut consumer = queue.consume(&domain(B)).await.unwrap();
    let first = consumer.next().await.unwrap();
    consumer.put_back(first);
    // Cuts the cable.
    drop(proxy);
    let refused = tokio::time::timeout(PATIENCE, async {
        loop {
            match consumer.next().await {
                Ok(delivery) => consumer.put_back(delivery),
                Err(refused) => return refused,
            }
            tokio::task::yield_now().await;
        }
    });
    let refused = refused.await.unwrap().to_string();
    assert!(refused.contains("cannot be reached"), "{refused}");
}

/// A broker can be away for days, and a publisher may try again every moment.
#[tokio::test]
async fn attempts_that_fail_leave_nothing_behind() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let address = Address::parse(&format!("amqp://guest:guest@127.0.0.1:{port}/%2f")).unwrap();
    let queue = Amqp::new(address, 1).unwrap();
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    queue.publish(vec![message(B, 0)]).await.unwrap_err();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = tasks();
    for number in 0..8 {
        queue.publish(vec![message(B, number)]).await.unwrap_err();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(
        tasks() <= before + 2,
        "{before} tasks before, {} behind",
        tasks()
    );
}
