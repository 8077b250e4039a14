//! Delivering from a file, beside the client alone that makes the same calls, one after the other for each
//! target.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use axum::routing::post;
use federation_api::{Call, Version};
use federation_clients::Connection;
use federation_notifications::pusher::Settings;
use federation_notifications::{Embedded, Message, Pusher, Queue, StoredMessage};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::{Measured, bundle, in_turns};

const MESSAGES: usize = 3000;

/// A federator that takes everything, and tells when it has taken so many.
struct Federator {
    url: String,
    taken: Arc<(AtomicUsize, Notify)>,
}

impl Federator {
    async fn start(until: usize) -> Self {
        let taken = Arc::new((AtomicUsize::new(0), Notify::new()));
        let counting = taken.clone();
        let json = [("content-type", "application/json")];
        let router = axum::Router::new()
            .route(
                "/rpc/{domain}/brig/api-version",
                post(async move || {
                    (
                        json,
                        r#"{"supported":[0,1],"supported_versions":[0,1,2,3]}"#,
                    )
                }),
            )
            .route(
                "/rpc/{domain}/galley/on-message-sent",
                post(async move |_: axum::body::Bytes| {
                    if counting.0.fetch_add(1, Ordering::Relaxed) + 1 == until {
                        counting.1.notify_one();
                    }
                    (json, "{}")
                }),
            );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, taken }
    }
}

async fn bare(targets: &[String]) -> f64 {
    let federator = Federator::start(usize::MAX).await;
    let connection = Connection::via_federator(&federator.url).unwrap();
    let each = MESSAGES / targets.len();
    let begun = Instant::now();
    let tasks = targets.iter().map(|target| {
        let (connection, target) = (connection.clone(), target.clone());
        tokio::spawn(async move {
            let call = Call::new("a.example.com".parse().unwrap(), target.parse().unwrap());
            connection.version(&call).await.unwrap();
            for number in 0..each {
                let stored = StoredMessage::read(bundle(number).as_bytes()).unwrap();
                let body = stored.notifications()[0].body.clone().into();
                let made =
                    connection.deliver("galley", "on-message-sent", &call, Version::V3, body);
                made.await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    (each * targets.len()) as f64 / begun.elapsed().as_secs_f64()
}

async fn ours(targets: &[String]) -> f64 {
    let folder = tempfile::tempdir_in(".").unwrap();
    let queue = Arc::new(Embedded::open(folder.path().join("queue")).unwrap());
    let each = MESSAGES / targets.len();
    let messages = targets.iter().flat_map(|target| {
        (0..each).map(move |number| Message {
            target: target.parse().unwrap(),
            body: bundle(number).into(),
        })
    });
    queue.publish(messages.collect()).await.unwrap();
    let federator = Federator::start(each * targets.len()).await;
    let connection = Connection::via_federator(&federator.url).unwrap();
    let begun = Instant::now();
    let pusher = Pusher::new(queue, connection, Settings::default());
    let mut took = f64::INFINITY;
    pusher
        .run(async {
            federator.taken.1.notified().await;
            took = begun.elapsed().as_secs_f64();
        })
        .await;
    (each * targets.len()) as f64 / took
}

async fn compared(what: &'static str, rounds: usize, targets: usize) -> Measured {
    let targets: Vec<_> = (0..targets).map(|n| format!("t{n}.example.com")).collect();
    let client = async || bare(&targets).await;
    let measured = in_turns(rounds, client, async || ours(&targets).await).await;
    Measured {
        what,
        bare: "the client alone",
        goal: 0.8,
        rounds: measured,
    }
}

pub(crate) async fn one_target(rounds: usize) -> Measured {
    compared("deliver from a file to one target", rounds, 1).await
}

pub(crate) async fn many_targets(rounds: usize) -> Measured {
    compared("deliver from a file to 50 targets", rounds, 50).await
}
