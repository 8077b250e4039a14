//! Peers that want to take a server down, written frame by frame, while normal calls go on.
//!
//! Each attack must end: the server answers it or closes its connection. Meanwhile and afterwards every
//! normal call is answered.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by failing"
)]

mod frames;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use federation_api::Cargohold;
use federation_clients::{Connection, cargohold};
use federation_servers::{Limits, Routes, Settings};
use federation_tests::{Misbehaving, Server, asset_request, call, domain};
use frames::{Frame, Peer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

const GET_ASSET: &str = "/federation/get-asset";

/// Longer than any attack may last, the machine being busy.
const PATIENCE: Duration = Duration::from_secs(60);

fn routes() -> Routes {
    let settings = Settings::default().body_deadline(Duration::from_secs(1));
    federation_servers::cargohold::routes(Misbehaving, domain("b.example.com"), settings)
}

async fn server() -> Server {
    let router = routes().into_router();
    let limits = Limits::default()
        .header_deadline(Duration::from_secs(1))
        .idle(Duration::from_secs(2))
        .connections(200);
    Server::start_with(router, limits).await
}

/// Runs an attack while normal calls are made one after the other, and a few more behind it.
async fn withstood<F: Future>(server: &Server, attack: F) -> F::Output {
    let client = cargohold::Client::new(Connection::direct(&server.url()).unwrap());
    let over = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let calls = tokio::spawn({
        let (over, answered) = (Arc::clone(&over), Arc::clone(&answered));
        async move {
            let mut behind = 0;
            while behind < 5 {
                let answer = client.get_asset(&call(), asset_request(None)).await;
                assert!(answer.unwrap().available);
                answered.fetch_add(1, Ordering::Relaxed);
                behind += usize::from(over.load(Ordering::Relaxed));
            }
        }
    });
    // The attack meets a server at work.
    while answered.load(Ordering::Relaxed) == 0 && !calls.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let outcome = tokio::time::timeout(PATIENCE, attack).await;
    over.store(true, Ordering::Relaxed);
    tokio::time::timeout(PATIENCE, calls)
        .await
        .expect("normal calls go on")
        .unwrap();
    outcome.expect("the attack ends")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_loris() {
    let server = server().await;
    withstood(&server, async {
        let mut lorises = Vec::new();
        for _ in 0..100 {
            let mut socket = TcpStream::connect(server.address()).await.unwrap();
            let begun = b"POST /federation/get-asset HTTP/1.1\r\nHost: b\r\nX-Slow: ";
            socket.write_all(begun).await.unwrap();
            lorises.push(socket);
        }
        for mut loris in lorises {
            // A byte now and then does not keep the connection.
            while loris.write_all(b"x").await.is_ok() {
                let mut answer = [0; 1024];
                let read = loris.read(&mut answer);
                let read = tokio::time::timeout(Duration::from_millis(200), read).await;
                if matches!(read, Ok(Ok(0) | Err(_))) {
                    break;
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rapid_reset() {
    let server = server().await;
    withstood(&server, async {
        let mut peer = Peer::connect(server.address()).await.unwrap();
        for first in (1..).step_by(2000).take(20) {
            if !peer.send(&opened_and_reset(first, 1000)).await {
                break;
            }
        }
        assert_eq!(peer.closed().await, Some(frames::ENHANCE_YOUR_CALM));
    })
    .await;
}

/// A caller that goes away in the middle of its work, behind a proxy or a federator that goes on: the calls
/// of others are on the same connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_up_on_all_calls_at_once_is_no_attack() {
    let server = server().await;
    withstood(&server, async {
        let mut peer = Peer::connect(server.address()).await.unwrap();
        assert!(peer.send(&opened_and_reset(1, 200)).await);
        // In time for being silent, not at once for doing too much.
        assert_ne!(peer.closed().await, Some(frames::ENHANCE_YOUR_CALM));
    })
    .await;
}

/// So many requests from this stream on, each given up at once.
fn opened_and_reset(first: u32, count: usize) -> Vec<Frame> {
    let request = frames::request(GET_ASSET);
    (first..)
        .step_by(2)
        .take(count)
        .flat_map(|stream| [Frame::headers(stream, &request), Frame::reset(stream)])
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_continuations() {
    let server = server().await;
    withstood(&server, async {
        let mut peer = Peer::connect(server.address()).await.unwrap();
        peer.send(&[Frame::headers_begun(1, &frames::request(GET_ASSET))])
            .await;
        let filler = frames::literal("x-filler", &"x".repeat(8 * 1024));
        for _ in 0..100_000 {
            if !peer.send(&[Frame::continuation(1, &filler)]).await {
                break;
            }
        }
        peer.closed().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_of_settings_and_pings() {
    for frame in [Frame::settings(), Frame::ping()] {
        let server = server().await;
        withstood(&server, async {
            // Answers are never read: what is not taken must not be kept without bound.
            let mut peer = Peer::deaf(server.address()).await.unwrap();
            let flood: Vec<Frame> = vec![frame.clone(); 1000];
            for _ in 0..500 {
                let sent = tokio::time::timeout(Duration::from_secs(1), peer.send(&flood)).await;
                // The server stops reading, or has ended the connection.
                if sent != Ok(true) {
                    break;
                }
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_that_are_none() {
    let server = server().await;
    withstood(&server, async {
        let oversized = Frame::raw(0, 0, 1, &vec![0; 20_000]);
        let on_stream_zero = Frame::headers(0, &frames::request(GET_ASSET));
        let even_stream = Frame::headers(2, &frames::request(GET_ASSET));
        let window_overflow = Frame::window_update(0, 0x7fff_ffff);
        let bad_compression = Frame::headers(1, &[0xff; 64]);
        for frame in [
            oversized,
            on_stream_zero,
            even_stream,
            window_overflow,
            bad_compression,
        ] {
            let mut peer = Peer::connect(server.address()).await.unwrap();
            peer.send(&[frame]).await;
            assert!(peer.closed().await.is_some(), "closed with a reason");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_without_end_on_many_streams() {
    let server = server().await;
    withstood(&server, async {
        let mut peer = Peer::connect(server.address()).await.unwrap();
        // Bodies are announced and never sent.
        let opened = (1..).step_by(2).take(1000);
        let opened = opened.map(|stream| Frame::headers(stream, &frames::request(GET_ASSET)));
        peer.send(&opened.collect::<Vec<_>>()).await;
        peer.closed().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compression_bomb_is_not_unpacked() {
    let server = server().await;
    // A gzip stream of a mebibyte of spaces; small outside.
    let mut bomb = b"POST /federation/get-asset HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\
        Wire-Origin-Domain: a.example.com\r\nContent-Type: application/json\r\n\
        Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
        .to_vec();
    bomb.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    bomb.extend([0; 10]);
    let answer = withstood(&server, async {
        let mut socket = TcpStream::connect(server.address()).await.unwrap();
        socket.write_all(&bomb).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    })
    .await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn an_address_has_so_many_connections() {
    let limits = Limits::default().connections_per_address(3);
    let server = Server::start_with(routes().into_router(), limits).await;
    let connect = async |from: [u8; 4]| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        let mut socket = socket.connect(server.address()).await.unwrap();
        let ended = tokio::time::timeout(Duration::from_millis(300), socket.read_u8()).await;
        (socket, ended.is_ok())
    };
    let mut kept = Vec::new();
    for (from, is_closed) in [(1, false), (1, false), (1, false), (1, true), (2, false)] {
        let (socket, ended) = connect([127, 0, 0, from]).await;
        assert_eq!(ended, is_closed);
        kept.push(socket);
    }
    // When one of them is gone there is room for another.
    kept.remove(0);
    tokio::time::timeout(PATIENCE, async { while connect([127, 0, 0, 1]).await.1 {} })
        .await
        .unwrap();
}

/// Good calls, one after the other, on a connection from this address of the own machine.
async fn call_again_and_again(from: [u8; 4], server: SocketAddr, calls: &AtomicUsize) {
    let body = serde_json::to_string(&asset_request(None)).unwrap();
    let request = format!(
        "POST {GET_ASSET} HTTP/1.1\r\nHost: b\r\nWire-Origin-Domain: a.example.com\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    let mut socket = socket.connect(server).await.unwrap();
    loop {
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"{\"available\":true}") {
            assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0);
        }
        calls.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whoever has a hundred connections is not served a hundred times as often.
#[tokio::test]
async fn addresses_take_turns() {
    let router = routes().into_router();
    let server = Server::start_with(router, Limits::default()).await;
    let [greedy, modest] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let mut callers = JoinSet::new();
    for number in 0..101 {
        let (from, calls) = match number {
            0 => ([127, 0, 0, 2], &modest),
            _ => ([127, 0, 0, 1], &greedy),
        };
        let (calls, server) = (Arc::clone(calls), server.address());
        callers.spawn(async move { call_again_and_again(from, server, &calls).await });
    }
    // Everybody is there when counting begins.
    let calls = |calls: &AtomicUsize| calls.load(Ordering::Relaxed);
    let [mut greedy_before, mut modest_before] = [0, 0];
    while calls(&modest) < modest_before + 500 {
        if callers.try_join_next().is_some() {
            panic!("a caller failed");
        }
        tokio::task::yield_now().await;
        if modest_before == 0 && calls(&greedy) > 2000 {
            [greedy_before, modest_before] = [calls(&greedy), calls(&modest)];
        }
    }
    let times = (calls(&greedy) - greedy_before) as f64 / (calls(&modest) - modest_before) as f64;
    assert!((0.1..10.0).contains(&times), "{times} times as often");
}
