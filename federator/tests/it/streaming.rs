//! Bodies that come in pieces.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use federation_api::asset::GetAsset;
use federation_api::{Cargohold, StreamError};
use federation_clients::cargohold::Client;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::support::component::response;
use crate::support::{Backend, Component, Gate, Setup, World};

fn asset() -> GetAsset {
    serde_json::from_value(serde_json::json!({
        "user": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31",
        "key": "3-1-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77",
        "token": null,
    }))
    .unwrap()
}

/// A backend that answers with these chunks, and one that asks it.
async fn pair<S>(world: &World, limits: &str, chunks: fn() -> S) -> (Backend, Backend)
where
    S: futures_util::Stream<Item = std::io::Result<Bytes>> + Send + 'static,
{
    let setup = Setup {
        limits: limits.into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let component = Component::answering(move |_| {
        response(200, "application/octet-stream", Body::from_stream(chunks()))
    });
    let setup = Setup {
        component: Some(component.await),
        limits: limits.into(),
        ..world.setup("b.example.com")
    };
    (a, world.with(setup).await)
}

async fn read(a: &Backend) -> Result<Vec<Bytes>, StreamError> {
    let client = Client::new(a.connection());
    let stream = client
        .stream_asset(&a.call("b.example.com"), asset())
        .await
        .unwrap();
    assert_eq!(stream.remote_ip().unwrap().to_string(), "127.0.0.1");
    stream.try_collect().await
}

#[tokio::test]
async fn a_mebibyte_arrives_whole() {
    let world = World::new().await;
    let (a, _b) = pair(&world, "", || {
        stream::iter((0..64_u8).map(|n| Ok(Bytes::from(vec![n; 16 * 1024]))))
    })
    .await;
    let whole = read(&a).await.unwrap().concat();
    assert_eq!(whole.len(), 1024 * 1024);
    assert!(
        whole
            .chunks(16 * 1024)
            .zip(0..)
            .all(|(part, n)| part.iter().all(|b| *b == n))
    );
}

#[tokio::test]
async fn an_empty_one_too() {
    let world = World::new().await;
    let (a, _b) = pair(&world, "", stream::empty).await;
    assert!(read(&a).await.unwrap().concat().is_empty());
}

/// Each chunk is passed on when it comes; a reader that has enough ends the stream everywhere.
/// D4, D58.
#[tokio::test]
async fn endless() {
    let world = World::new().await;
    let (a, b) = pair(&world, "", || {
        stream::unfold(0_u64, |n| async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((Ok(Bytes::from(format!("{n};"))), n + 1))
        })
    })
    .await;
    let client = Client::new(a.connection());
    let stream = client
        .stream_asset(&a.call("b.example.com"), asset())
        .await
        .unwrap();
    let some: Vec<Bytes> = stream.take(5).try_collect().await.unwrap();
    assert!(some.concat().starts_with(b"0;1;2;"), "{some:?}");
    // Others on the same connection are not held up.
    for _ in 0..5 {
        let client = Client::new(a.connection());
        let stream = client
            .stream_asset(&a.call("b.example.com"), asset())
            .await
            .unwrap();
        assert_eq!(stream.take(1).count().await, 1);
    }
    assert_eq!((a.opened().await, b.component.seen().len()), (1, 6));
}

/// A stream that breaks off is never taken for a whole one.
#[tokio::test]
async fn the_component_dies_in_mid_body() {
    let world = World::new().await;
    let (a, _b) = pair(&world, "", || {
        stream::iter([Ok("one"), Err("disk")]).then(|chunk| async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            chunk.map(Bytes::from).map_err(std::io::Error::other)
        })
    })
    .await;
    read(&a).await.unwrap_err();
}

#[tokio::test]
async fn the_remote_dies_in_mid_body() {
    let world = World::new().await;
    let (a, b) = pair(&world, "", || {
        let one = stream::iter([Ok(Bytes::from("one"))]);
        one.chain(stream::pending())
    })
    .await;
    let gate = Gate::before(b.federator.inward()).await;
    let record = (0, 1, "infra.b.example.com", gate.address.port());
    world.dns.service("b.example.com", &[record]).await;
    let client = Client::new(a.connection());
    let call = a.call("b.example.com");
    let mut stream = client.stream_asset(&call, asset()).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), "one");
    gate.cut();
    stream.next().await.unwrap().unwrap_err();
    // The next one finds another connection.
    client.stream_asset(&call, asset()).await.unwrap();
    assert_eq!(gate.accepted(), 2);
}

#[tokio::test]
async fn silence_ends_a_stream() {
    let world = World::new().await;
    let (a, _b) = pair(&world, "idleStream: 100", || {
        let one = stream::iter([Ok(Bytes::from("one"))]);
        one.chain(stream::pending())
    })
    .await;
    read(&a).await.unwrap_err();
}

/// Nothing at all comes: that is still answered with an error, not with a broken stream.
#[tokio::test]
async fn silence_from_the_beginning() {
    let world = World::new().await;
    let (a, _b) = pair(&world, "idleStream: 100", stream::pending).await;
    let client = Client::new(a.connection());
    let error = client
        .stream_asset(&a.call("b.example.com"), asset())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 533);
}
