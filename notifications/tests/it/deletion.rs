//! Somebody deletes a queue of the broker while it is used.

use lapin::Channel;
use lapin::options::QueueDeleteOptions;

use crate::amqp::{Vhost, arguments, durable};
use crate::bed::{Bed, Pushing, at_least_once_and_in_order, message, numbers};
use crate::outward::Outward;

const B: &str = "b.example.com";
const NAME: &str = "backend-notifications.b.example.com";

async fn delete(channel: &Channel) {
    let options = QueueDeleteOptions::default();
    channel.queue_delete(NAME.into(), options).await.unwrap();
}

/// One message arrives, the queue is deleted, and others follow.
async fn goes_on_after(deleting: impl AsyncFnOnce(&Channel)) {
    let (vhost, outward) = (Vhost::fresh().await, Outward::start().await);
    let queue = vhost.open();
    let pushing = Pushing::on(&vhost, &outward);
    queue.publish(vec![message(B, 0)]).await.unwrap();
    outward.until_accepted(B, 1).await;
    let (_connection, channel) = vhost.raw().await;
    deleting(&channel).await;
    for number in 1..5 {
        queue.publish(vec![message(B, number)]).await.unwrap();
    }
    let accepted = outward.until_accepted(B, 5).await;
    at_least_once_and_in_order(numbers(&accepted), 5);
    pushing.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_is_deleted_comes_back_with_the_next_message() {
    goes_on_after(delete).await;
}

/// The broker moves the consumers to the new queue and never sends them anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_is_deleted_and_made_again_at_once_is_delivered_from() {
    goes_on_after(async |channel: &Channel| {
        delete(channel).await;
        let declaring = channel.queue_declare(NAME.into(), durable(), arguments());
        declaring.await.unwrap();
    })
    .await;
}

/// What was under way when the queue was deleted may be gone; nothing that came later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_after_a_queue_was_made_again_is_there() {
    let vhost = Vhost::fresh().await;
    let queue = vhost.open();
    let (_connection, channel) = vhost.raw().await;
    for _ in 0..10 {
        queue.publish(vec![message(B, 0)]).await.unwrap();
        delete(&channel).await;
        let declaring = channel.queue_declare(NAME.into(), durable(), arguments());
        declaring.await.unwrap();
        let messages = (1..100).map(|number| message(B, number)).collect();
        queue.publish(messages).await.unwrap();
        let declaring = channel.queue_declare(NAME.into(), durable(), arguments());
        assert_eq!(declaring.await.unwrap().message_count(), 99);
    }
}
