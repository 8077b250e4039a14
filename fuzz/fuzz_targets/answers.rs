//! Answers of a stranger to every RPC of the clients: a value or an error that can be told, never a panic.
//!
//! An input is the name of an RPC, the status, and the body, on lines of their own.

#![no_main]

use bytes::Bytes;
use federation_api::Call;
use federation_clients::{
    Address, Connection, DynamicAnswer, InProcess, Options, Versions, brig, cargohold, galley,
};
use futures_util::TryStreamExt;
use http::{Response, StatusCode};
use http_body_util::Full;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (name, status, body) = (line(), line(), Bytes::copy_from_slice(line()));
    let status = StatusCode::from_bytes(status).unwrap_or(StatusCode::OK);
    let answer = tower::service_fn(move |_| {
        let mut response = Response::new(Full::new(body.clone()));
        *response.status_mut() = status;
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert("content-type", json);
        std::future::ready(Ok::<_, std::io::Error>(response))
    });
    let all = || {
        [brig::ALL, galley::ALL, cargohold::ALL]
            .into_iter()
            .flatten()
    };
    let rpc = all().find(|rpc| rpc.rpc().name.as_bytes() == name);
    let rpc = rpc
        .or_else(|| all().nth(name.len() % all().count()))
        .expect("there are RPCs");
    let (version, request) = federation_fuzz::request_of(rpc);
    let connection = Connection::new(
        Address::direct("http://b.example.com").expect("an address"),
        InProcess::new(answer),
        Options::default().versions(Versions::Fixed(version)),
    );
    let call = Call::new(
        "a.example.com".parse().expect("a domain"),
        "b.example.com".parse().expect("a domain"),
    );
    federation_fuzz::block_on(async {
        match rpc.invoke(&connection, &call, &request).await {
            Ok(DynamicAnswer::Json(_)) => {}
            Ok(DynamicAnswer::Bytes(bytes)) => drop(bytes.try_collect::<Vec<_>>().await),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    });
});
