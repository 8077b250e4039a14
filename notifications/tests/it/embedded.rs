//! The queue in a file: the suite, and what only a file can do.

use std::sync::Arc;

use federation_notifications::{Embedded, Operate, Queue, QueueError};
use futures_util::future::join_all;
use tempfile::TempDir;

use crate::bed::{Bed, Pushing, at_least_once_and_in_order, domain, message, number};
use crate::outward::Outward;

pub(crate) struct File(TempDir);

impl File {
    fn opened(&self) -> Arc<Embedded> {
        Arc::new(Embedded::open(self.0.path().join("queue")).unwrap())
    }
}

impl Bed for File {
    async fn fresh() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Arc<dyn Queue> {
        self.opened()
    }

    fn operate(&self) -> Arc<dyn Operate> {
        self.opened()
    }
}

crate::suite::suite!(File);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_publishers_at_once_keep_each_his_order() {
    let (file, outward) = (File::fresh().await, Outward::start().await);
    let queue = file.opened();
    let publishers = (0..20).map(|publisher| {
        let queue = queue.clone();
        tokio::spawn(async move {
            let target = format!("t{publisher}.example.com");
            for number in 0..50 {
                queue.publish(vec![message(&target, number)]).await.unwrap();
            }
        })
    });
    for publisher in join_all(publishers).await {
        publisher.unwrap();
    }
    let pushing = Pushing::on(&file, &outward);
    for publisher in 0..20 {
        let target = format!("t{publisher}.example.com");
        let accepted = outward.until_accepted(&target, 50).await;
        at_least_once_and_in_order(accepted.iter().map(|r| number(&r.body)), 50);
    }
    pushing.end().await;
}

/// Several processes publish into one file and one delivers; here they are openings of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_delivers_at_a_time_and_the_next_takes_over() {
    let (file, outward) = (File::fresh().await, Outward::start().await);
    let (first, second) = (file.opened(), file.opened());
    let target = domain("b.example.com");
    let consumer = first.consume(&target).await.unwrap();
    let refused = second.consume(&target).await.err().unwrap();
    assert!(matches!(refused, QueueError::Busy { .. }), "{refused}");
    assert!(refused.to_string().contains("stop it first"), "{refused}");
    // In one process it is the same: two would both get everything.
    let refused = first.consume(&target).await.err().unwrap();
    assert!(refused.to_string().contains("b.example.com"), "{refused}");
    let other = first.consume(&domain("c.example.com")).await.unwrap();
    other.close().await.unwrap();
    // What another process publishes is noticed, for a new target too.
    let pushing = Pushing::on(&file, &outward);
    file.opened()
        .publish(vec![message("b.example.com", 0)])
        .await
        .unwrap();
    consumer.close().await.unwrap();
    outward.until_accepted("b.example.com", 1).await;
    for number in 1..10 {
        file.opened()
            .publish(vec![message("b.example.com", number)])
            .await
            .unwrap();
        outward.until_accepted("b.example.com", number + 1).await;
    }
    pushing.end().await;
    assert_eq!(outward.accepted("b.example.com").len(), 10);
}

#[tokio::test]
async fn a_file_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue");
    std::fs::write(&path, "a diary, which nobody wants to lose ".repeat(100)).unwrap();
    let refused = Embedded::open(&path).unwrap_err();
    assert!(refused.to_string().contains("queue"), "{refused}");
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .starts_with("a diary")
    );
    let nowhere = Embedded::open(folder.path().join("no/such/folder/queue")).unwrap_err();
    assert!(
        matches!(nowhere, QueueError::Unreachable { .. }),
        "{nowhere}"
    );
}
