//! What federators hold: memory while they stream, and nothing when they are done.
//!
//! In a process of its own, one test after the other: what is measured is the process.

// What a test cannot set up has failed.
#![allow(clippy::unwrap_used)]

#[path = "it/support/mod.rs"]
#[allow(dead_code, unused_imports)]
mod support;

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use federation_api::Cargohold;
use federation_api::asset::GetAsset;
use federation_clients::cargohold::Client;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use tokio::runtime::Runtime;

use support::component::response;
use support::{Backend, Component, Gate, Setup, World, json, look_up};

const MIB: usize = 1024 * 1024;

#[test]
fn one_after_the_other() {
    constant_memory();
    a_reader_that_stops();
    nothing_is_left();
}

fn asset() -> GetAsset {
    serde_json::from_value(serde_json::json!({
        "user": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31",
        "key": "3-1-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77",
        "token": null,
    }))
    .unwrap()
}

/// Two backends; the second has an asset of 64 MiB.
async fn pair(world: &World, limits: &str) -> (Backend, Backend) {
    let setup = Setup {
        limits: limits.into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let component = Component::answering(|_| {
        static CHUNK: [u8; 64 * 1024] = [7; 64 * 1024];
        let chunks = (0..1024).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&CHUNK)));
        response(
            200,
            "application/octet-stream",
            Body::from_stream(stream::iter(chunks)),
        )
    });
    let setup = Setup {
        component: Some(component.await),
        limits: limits.into(),
        ..world.setup("b.example.com")
    };
    (a, world.with(setup).await)
}

/// The most memory that the process had since this was last asked, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak = line
        .trim()
        .trim_end_matches(" kB")
        .parse::<usize>()
        .unwrap()
        * 1024;
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    peak
}

fn constant_memory() {
    Runtime::new().unwrap().block_on(async {
        let world = World::new().await;
        let (a, _b) = pair(&world, "").await;
        let client = Client::new(a.connection());
        let read = async || {
            let mut stream = client
                .stream_asset(&a.call("b.example.com"), asset())
                .await
                .unwrap();
            let mut length = 0;
            while let Some(chunk) = stream.next().await {
                length += chunk.unwrap().len();
            }
            assert_eq!(length, 64 * MIB);
        };
        support::raw::get(a.federator.outward(), "/i/status").await;
        peak();
        let before = peak();
        read().await;
        let during = peak();
        assert!(
            during < before + 16 * MIB,
            "{} MiB",
            (during - before) / MIB
        );
    });
}

/// Somebody who asks and does not read: little is held for them, and not for long.
fn a_reader_that_stops() {
    Runtime::new().unwrap().block_on(async {
        let world = World::new().await;
        let (a, _b) = pair(&world, "idleStream: 300, requestsPerPeer: 1").await;
        let client = Client::new(a.connection());
        let call = a.call("b.example.com");
        peak();
        let before = peak();
        let mut unread = client.stream_asset(&call, asset()).await.unwrap();
        let first = unread.next().await.unwrap().unwrap();
        // The only place at the target is free again when the time is over.
        let second = client.stream_asset(&call, asset()).await.unwrap();
        drop(second);
        assert!(peak() < before + 16 * MIB);
        // What arrived can be read; then the stream turns out to be broken, not complete.
        let mut length = first.len();
        let error = loop {
            match unread.next().await {
                Some(Ok(chunk)) => length += chunk.len(),
                Some(Err(error)) => break error,
                None => panic!("taken for complete after {length} bytes"),
            }
        };
        assert!(length < 64 * MIB, "{error}");
    });
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// After faults of every kind and many calls, files and tasks return to their level.
fn nothing_is_left() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let world = World::new().await;
        let setup = Setup {
            limits: "idleConnection: 200, idleStream: 200".into(),
            ..world.setup("a.example.com")
        };
        let a = world.with(setup).await;
        let component = Component::after(|seen| async move {
            if seen.path.ends_with("stream-asset") {
                let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from("x")));
                return response(200, "application/octet-stream", Body::from_stream(endless));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            json(200, "null")
        });
        let setup = Setup {
            component: Some(component.await),
            limits: "idleConnection: 200, idleStream: 200".into(),
            ..world.setup("b.example.com")
        };
        let b = world.with(setup).await;
        let gate = Gate::before(b.federator.inward()).await;
        let record = (0, 1, "infra.b.example.com", gate.address.port());
        world.dns.service("b.example.com", &[record]).await;

        let files = open_files();
        let metrics = tokio::runtime::Handle::current().metrics();
        let tasks = metrics.num_alive_tasks();
        for round in 0..5 {
            let connection = a.connection();
            let call = a.call("b.example.com");
            let calls = join_all((0..100).map(|_| look_up(&connection, &call)));
            let given_up = join_all((0..20).map(|_| {
                tokio::time::timeout(Duration::from_millis(5), look_up(&connection, &call))
            }));
            let client = Client::new(connection.clone());
            let streams = join_all((0..10).map(|_| client.stream_asset(&call, asset())));
            let cut = async {
                tokio::time::sleep(Duration::from_millis(30)).await;
                if round % 2 == 1 {
                    gate.cut();
                }
            };
            let (_, _, streams, ()) = tokio::join!(calls, given_up, streams, cut);
            drop(streams);
            a.look_up("nowhere.example.com").await.unwrap_err();
        }
        let mut level = (0, 0);
        for _ in 0..100 {
            level = (open_files(), metrics.num_alive_tasks());
            // A few of the component's own connections are kept.
            if level.0 <= files + 4 && level.1 <= tasks + 4 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("files {files} → {}, tasks {tasks} → {}", level.0, level.1);
    });
}
