//! How many allocations a call makes, on either side, without a socket: they may not grow unnoticed.
//!
//! The bounds are what was counted when they were last looked at. Whoever makes a call leaner lowers them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::alloc::System;
use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use federation_api::{Brig, OfRecipient, UserId, UserProfile};
use federation_backend::{Backend, Settings, seeds};
use federation_clients::{Connection, brig};
use federation_servers::RpcService;
use federation_tests::{call, domain};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tower::Service;
use tower::service_fn;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The profiles of a medium answer.
const MANY: usize = 100;

/// The allocations of `work`: the fewest of several times, since the thread of the test harness allocates
/// too, now and then.
fn allocations<T>(mut work: impl FnMut() -> T) -> usize {
    let once = |work: &mut dyn FnMut() -> T| {
        let region = Region::new(ALLOCATOR);
        drop(work());
        let change = region.change();
        change.allocations + change.reallocations
    };
    (0..20).map(|_| once(&mut work)).min().unwrap()
}

/// What a future gives that never has to wait.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("something is waited for"),
    }
}

fn service() -> RpcService {
    let backend = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).unwrap();
    let settings = federation_servers::Settings::default();
    federation_servers::brig::routes(backend.brig(), domain("b.example.com"), settings)
        .into_service()
}

fn profile() -> UserProfile {
    let connection = Connection::in_process(service());
    let bob = OfRecipient::new("bob".parse().unwrap());
    let (client, envelope) = (brig::Client::new(connection), call());
    let found = client.get_user_by_handle(&envelope, bob);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(found).unwrap().expect("bob")
}

/// The allocations of a server for one call; those of the request that is handed to it do not count.
fn of_server(rpc: &str, body: &Bytes) -> usize {
    let mut service = service();
    let request = || {
        Request::post(format!("/federation/{rpc}"))
            .header("wire-origin-domain", "a.example.com")
            .header("x-wire-api-version", "3")
            .header("request-id", "7")
            .body(Full::new(body.clone()))
            .unwrap()
    };
    let served = allocations(|| {
        let response = at_once(service.call(request())).unwrap();
        assert_eq!(response.status(), 200);
        at_once(response.into_body().collect()).unwrap().to_bytes()
    });
    served - allocations(request)
}

/// A client whose server answers at once, and always the same.
fn client(body: Bytes) -> brig::Client {
    let service = service_fn(move |_: Request<Full<Bytes>>| {
        let mut response = Response::new(Full::new(body.clone()));
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert("content-type", json);
        ready(Ok::<_, Infallible>(response))
    });
    brig::Client::new(Connection::in_process(service))
}

/// The allocations of a client for one call.
fn of_client<T, F>(call: impl Fn() -> F) -> usize
where
    F: Future<Output = T>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    allocations(|| at_once(call()))
}

// One test: others beside it would be counted too.
#[test]
fn they_do_not_grow() {
    let one = profile();
    let ids: Vec<OfRecipient<UserId>> = (0..MANY)
        .map(|_| OfRecipient::new(*one.qualified_id.id()))
        .collect();
    let many: Vec<UserProfile> = (0..MANY).map(|_| one.clone()).collect();
    let one = Bytes::from(serde_json::to_vec(&one).unwrap());
    let many = Bytes::from(serde_json::to_vec(&many).unwrap());
    let asked = Bytes::from(serde_json::to_vec(&ids).unwrap());

    let (small, medium) = (client(one), client(many));
    let (call, bob) = (call(), OfRecipient::new("bob".parse().unwrap()));
    let counted = [
        (
            "server, small",
            of_server("get-user-by-handle", &"\"bob\"".into()),
            9,
        ),
        ("server, medium", of_server("get-users-by-ids", &asked), 219),
        (
            "client, small",
            of_client(|| small.get_user_by_handle(&call, bob.clone())),
            17,
        ),
        (
            "client, medium",
            of_client(|| medium.get_users_by_ids(&call, ids.clone())),
            128,
        ),
    ];
    let grown: Vec<_> = counted
        .iter()
        .filter(|(_, now, bound)| now > bound)
        .collect();
    assert!(grown.is_empty(), "more allocations than before: {grown:?}");
}
