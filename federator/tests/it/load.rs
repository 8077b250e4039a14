//! More than fits at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use federation_api::Failure;
use federation_clients::Stage;
use futures_util::future::join_all;

use crate::support::{Component, Setup, World, json, look_up};

/// Counts how many calls it has at once.
async fn counting(time: Duration) -> (Component, Arc<AtomicUsize>) {
    let (now, most) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let seen = Arc::clone(&most);
    let component = Component::after(move |_| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(time).await;
            now.fetch_sub(1, Ordering::SeqCst);
            json(200, "null")
        }
    });
    (component.await, seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_with_a_limit_of_a_hundred() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let (component, most) = counting(Duration::from_millis(10)).await;
    let setup = Setup {
        component: Some(component),
        ..world.setup("b.example.com")
    };
    let b = world.with(setup).await;
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    let all = (0..1000).map(|_| {
        let (connection, call) = (connection.clone(), call.clone());
        tokio::spawn(async move { look_up(&connection, &call).await })
    });
    for answer in join_all(all).await {
        answer.unwrap().unwrap();
    }
    assert_eq!(b.component.seen().len(), 1000);
    let most = most.load(Ordering::SeqCst);
    assert!(most <= 100 && most > 10, "{most}");
    assert!(a.opened().await <= 2);
}

/// Who waits too long, or would be one too many, is told so.
#[tokio::test]
async fn no_place() {
    let world = World::new().await;
    let setup = Setup {
        limits: "requestsPerPeer: 2, waitingPerPeer: 3, waitingTime: 300".into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let (component, most) = counting(Duration::from_millis(600)).await;
    let setup = Setup {
        component: Some(component),
        ..world.setup("b.example.com")
    };
    let _b = world.with(setup).await;
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    let answers = join_all((0..10).map(|_| look_up(&connection, &call))).await;
    let good = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((good, most.load(Ordering::SeqCst)), (2, 2));
    for error in answers.into_iter().filter_map(Result::err) {
        let seen = (error.stage(), error.status(), error.label());
        assert_eq!(seen, (Stage::LocalFederator, 503, "server-error"));
    }
    // Another backend is not touched by that.
    let _c = world.start("c.example.com").await;
    a.look_up("c.example.com").await.unwrap();
}

/// One backend must not take all places of Inward.
#[tokio::test]
async fn the_share_of_one_origin() {
    let world = World::new().await;
    let (a, c) = (
        world.start("a.example.com").await,
        world.start("c.example.com").await,
    );
    let (component, _) = counting(Duration::from_millis(300)).await;
    let setup = Setup {
        component: Some(component),
        limits: "requestsPerOrigin: 3".into(),
        ..world.setup("b.example.com")
    };
    let _b = world.with(setup).await;
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    let many = join_all((0..8).map(|_| look_up(&connection, &call)));
    let (many, other) = tokio::join!(many, c.look_up("b.example.com"));
    other.unwrap();
    assert_eq!(many.iter().filter(|answer| answer.is_ok()).count(), 3);
    for error in many.into_iter().filter_map(Result::err) {
        let inner = error.failure().inner.as_deref().expect("what Inward said");
        let expected =
            Failure::client_error(429, "Too many requests of a.example.com are under way");
        assert_eq!(*inner, expected);
    }
    // The places are given back.
    look_up(&connection, &call).await.unwrap();
}

/// The memory for request bodies is bounded as a whole.
#[tokio::test]
async fn the_memory_for_bodies() {
    let world = World::new().await;
    let setup = Setup {
        limits: "bufferedBodies: 1024".into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let (component, _) = counting(Duration::from_millis(300)).await;
    let setup = Setup {
        component: Some(component),
        ..world.setup("b.example.com")
    };
    let _b = world.with(setup).await;
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    let answers = join_all((0..3).map(|_| look_up(&connection, &call))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    // It is given back.
    look_up(&connection, &call).await.unwrap();
}
