//! What happens when targets are silent, calls are abandoned and connections do nothing: places are
//! given back, nobody waits for what has nothing to do with them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};

use federation_api::{Brig, Call, Cargohold, OfRecipient, Version};
use federation_clients::{Address, Connection, HttpSettings, Options, Versions, brig, cargohold};
use federation_servers::Limits;
use federation_tests::{Misbehaving, Server, asset_request, call, domain, network};
use futures_util::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A federator that never answers for `silent….example.com` and knows nobody else.
async fn half_silent_federator() -> Server {
    let router = axum::Router::new().fallback(|request: axum::extract::Request| async move {
        if request.uri().path().contains("/silent") {
            std::future::pending::<()>().await;
        }
        let body = if request.uri().path().ends_with("api-version") {
            r#"{"supported":[0,1],"supported_versions":[0,1,2,3]}"#
        } else {
            "null"
        };
        ([("content-type", "application/json")], body)
    });
    Server::start(router).await
}

async fn look_up(client: &brig::Client, call: &Call) -> Result<(), federation_clients::CallError> {
    let handle = OfRecipient::new("mira".parse().unwrap());
    client.get_user_by_handle(call, handle).await.map(drop)
}

#[tokio::test]
async fn abandoned_negotiations_do_not_keep_their_places() {
    let server = half_silent_federator().await;
    let settings = HttpSettings::default()
        .connections(2)
        .calls_per_connection(2);
    let transport = network!().transport(&settings);
    let options = Options::default().timeout(Duration::from_millis(500));
    let address = Address::via_federator(&server.url()).unwrap();
    let client = brig::Client::new(Connection::new(address, transport, options));
    for number in 0..4 {
        let silent = domain(&format!("silent{number}.example.com"));
        let call =
            Call::new(domain("a.example.com"), silent).with_timeout(Duration::from_millis(50));
        look_up(&client, &call).await.unwrap_err();
    }
    let call = call().with_timeout(Duration::from_secs(5));
    look_up(&client, &call).await.expect("a place");
}

#[tokio::test]
async fn an_abandoned_negotiation_is_not_resumed() {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&asked);
    let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
        let count = std::sync::Arc::clone(&count);
        async move {
            if request.uri().path().ends_with("api-version")
                && count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0
            {
                std::future::pending::<()>().await;
            }
            let body = if request.uri().path().ends_with("api-version") {
                r#"{"supported":[0,1]}"#
            } else {
                "null"
            };
            ([("content-type", "application/json")], body)
        }
    });
    let server = Server::start(router).await;
    let transport = network!().transport(&HttpSettings::default());
    let options = Options::default().timeout(Duration::from_millis(200));
    let address = Address::via_federator(&server.url()).unwrap();
    let client = brig::Client::new(Connection::new(address, transport, options));
    let hasty = call().with_timeout(Duration::from_millis(20));
    look_up(&client, &hasty).await.unwrap_err();
    tokio::time::sleep(Duration::from_millis(400)).await;
    look_up(&client, &call().with_timeout(Duration::from_secs(5)))
        .await
        .expect("asked anew");
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_busy_connection_does_not_stall_the_free_one() {
    let router = federation_servers::cargohold::router(Misbehaving, domain("b.example.com"));
    let server = Server::start(router).await;
    let settings = HttpSettings::default()
        .connections(2)
        .calls_per_connection(1);
    let options = Options::default().versions(Versions::Fixed(Version::V3));
    let transport = network!().transport(&settings);
    let address = Address::direct(&server.url()).unwrap();
    let client = cargohold::Client::new(Connection::new(address, transport, options));
    let slow = {
        let client = client.clone();
        tokio::spawn(async move {
            // Longer than the others take on a busy machine, shorter than the server gives it.
            let call = call().with_timeout(Duration::from_secs(9));
            client.get_asset(&call, asset_request(Some("slow"))).await
        })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    let fast = (0..8).map(|_| {
        let client = client.clone();
        tokio::spawn(async move {
            for _ in 0..40 {
                client
                    .get_asset(&call(), asset_request(None))
                    .await
                    .expect("an answer");
            }
        })
    });
    for fast in fast.collect::<Vec<_>>() {
        fast.await.unwrap();
    }
    let elapsed = begun.elapsed();
    assert!(
        !slow.is_finished(),
        "the free connection waited for the busy one: {elapsed:?}"
    );
    slow.abort();
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let router = federation_servers::cargohold::router(Misbehaving, domain("b.example.com"));
    let limits = Limits::default()
        .header_deadline(Duration::from_millis(200))
        .idle(Duration::from_millis(400));
    let server = Server::start_with(router, limits).await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    for said in [
        &b""[..],
        b"PRI * HT",
        b"POST /federation/get-asset HTTP/1.1\r\n",
        preface,
    ] {
        let mut socket = TcpStream::connect(server.address()).await.unwrap();
        socket.write_all(said).await.unwrap();
        let closed = tokio::time::timeout(Duration::from_secs(5), async {
            let mut rest = Vec::new();
            let _ = socket.read_to_end(&mut rest).await;
        });
        assert!(closed.await.is_ok(), "still open after {said:?}");
    }
    let client = cargohold::Client::new(network!().direct(&server.url()));
    for _ in 0..3 {
        client
            .get_asset(&call(), asset_request(None))
            .await
            .expect("an answer");
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
}

/// What comes next on a connection, as far as the body `{"available":true}`.
async fn available(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = async {
        while !answer.ends_with(b"}") {
            assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "closed");
        }
    };
    let read = tokio::time::timeout(Duration::from_secs(20), read).await;
    read.expect("an answer");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn silence_between_requests_is_no_slow_head() {
    let router = federation_servers::cargohold::router(Misbehaving, domain("b.example.com"));
    let limits = Limits::default().header_deadline(Duration::from_millis(200));
    let server = Server::start_with(router, limits).await;
    let body = serde_json::to_string(&asset_request(None)).unwrap();
    let head = "POST /federation/get-asset HTTP/1.1\r\nHost: b\r\n\
        Wire-Origin-Domain: a.example.com\r\nContent-Length: ";
    let request = format!("{head}{}\r\n\r\n{body}", body.len());
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    for _ in 0..2 {
        // The end of the body comes late, too: it is not a head.
        let (most, rest) = request.split_at(request.len() - 3);
        socket.write_all(most.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
        socket.write_all(rest.as_bytes()).await.unwrap();
        let answer = available(&mut socket).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    // A head that is begun has to end.
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "still open");
    assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_given_up() {
    let router = federation_servers::cargohold::router(Misbehaving, domain("b.example.com"));
    let limits = Limits::default().idle(Duration::from_millis(500));
    let server = Server::start_with(router, limits).await;
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    let body = serde_json::to_vec(&asset_request(Some("endless"))).unwrap();
    let head = format!(
        "POST /federation/stream-asset HTTP/1.1\r\nHost: b\r\nWire-Origin-Domain: a.example.com\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&body).await.unwrap();
    // Not a byte is read until the server has had enough.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut rest = Vec::new();
    let reading =
        tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut rest)).await;
    assert!(
        reading.is_ok(),
        "the stream goes on for ever: {} bytes",
        rest.len()
    );
}

#[tokio::test]
async fn an_unusable_url_is_refused_at_once() {
    for url in [
        "https://127.0.0.1:1",
        "ftp://x",
        "127.0.0.1:80",
        "http://h/path",
    ] {
        assert!(Connection::direct(url).is_err(), "{url}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    assert!(Connection::direct(&format!("http://{}", listener.local_addr().unwrap())).is_ok());
}

#[tokio::test]
async fn chunks_of_nothing_do_not_end_the_connection() {
    let own = domain("b.example.com");
    let server = Server::start(federation_servers::cargohold::router(Misbehaving, own)).await;
    let client = cargohold::Client::new(Connection::direct(&server.url()).unwrap());
    for _ in 0..2 {
        let stream = client
            .stream_asset(&call(), asset_request(Some("empty")))
            .await
            .unwrap();
        let chunks: Vec<_> = stream.try_collect().await.unwrap();
        assert_eq!(chunks.concat(), b"something");
    }
}
