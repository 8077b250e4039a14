//! Publishing on RabbitMQ, beside a loop over lapin that does the same.

use std::time::Instant;

use federation_notifications::{Address, Amqp, Queue};
use futures_util::future::try_join_all;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};

use crate::{BATCH, Measured, batch, bundle, in_turns};

const BATCHES: usize = 40;

async fn bare(channel: &Channel) -> f64 {
    let bodies: Vec<_> = (0..BATCH).map(bundle).collect();
    let begun = Instant::now();
    for _ in 0..BATCHES {
        let mut confirms = Vec::with_capacity(BATCH);
        for body in &bodies {
            let properties = BasicProperties::default()
                .with_content_type("application/json".into())
                .with_delivery_mode(2);
            let options = BasicPublishOptions::default();
            let sent = channel.basic_publish(
                "".into(),
                "bare".into(),
                options,
                body.as_bytes(),
                properties,
            );
            confirms.push(sent.await.unwrap());
        }
        let confirmed = try_join_all(confirms).await.unwrap();
        assert!(
            confirmed
                .iter()
                .all(|confirmed| *confirmed == Confirmation::Ack(None))
        );
    }
    (BATCHES * BATCH) as f64 / begun.elapsed().as_secs_f64()
}

async fn ours(queue: &Amqp) -> f64 {
    let messages = batch("ours.example.com");
    let begun = Instant::now();
    for _ in 0..BATCHES {
        queue.publish(messages.clone()).await.unwrap();
    }
    (BATCHES * BATCH) as f64 / begun.elapsed().as_secs_f64()
}

pub(crate) async fn publishing(rounds: usize, url: &str) -> Measured {
    let connection = Connection::connect(url, ConnectionProperties::default())
        .await
        .unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await
        .unwrap();
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-queue-type".into(),
        AMQPValue::LongString("quorum".into()),
    );
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    let durable = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    channel
        .queue_declare("bare".into(), durable, arguments)
        .await
        .unwrap();
    let queue = Amqp::new(Address::parse(url).unwrap(), Amqp::PREFETCH).unwrap();
    // Everything is declared and connected before anything is measured.
    ours(&queue).await;
    bare(&channel).await;
    let lapin = async || bare(&channel).await;
    let measured = in_turns(rounds, lapin, async || ours(&queue).await).await;
    Measured {
        what: "publish on RabbitMQ with confirms, batches of 100",
        bare: "lapin alone",
        goal: 0.9,
        rounds: measured,
    }
}
