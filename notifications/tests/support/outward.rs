//! The local federator as a pusher sees it: a listener over HTTP/2 that answers for every target, as a test
//! says, and remembers what it was asked.
#![allow(dead_code, reason = "not everybody who includes it needs all of it")]

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a test waits for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// One notification that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) component: String,
    pub(crate) rpc: String,
    pub(crate) origin: String,
    pub(crate) version: String,
    pub(crate) request_id: String,
    pub(crate) body: String,
}

/// What the listener answers to one notification.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    pub(crate) after: Duration,
}

impl Answer {
    pub(crate) fn ok() -> Self {
        Self {
            status: 200,
            content_type: "application/json;charset=utf-8",
            body: "{}".to_owned(),
            after: Duration::ZERO,
        }
    }

    /// What a federator says when the target answered like this.
    pub(crate) fn remote(status: u16, label: &str) -> Self {
        let inner = format!(r#"{{"code":{status},"label":"{label}","message":"no"}}"#);
        let body = format!(
            r#"{{"code":533,"label":"federation-remote-error","message":"no","inner":{inner}}}"#
        );
        Self {
            status: 533,
            body,
            ..Self::ok()
        }
    }

    /// The same with another message.
    pub(crate) fn saying(self, message: &str) -> Self {
        let said = format!(r#""message":"{message}""#);
        let body = self.body.replace(r#""message":"no""#, &said);
        Self { body, ..self }
    }

    /// What a federator says when the target is down.
    pub(crate) fn down() -> Self {
        let body = r#"{"code":521,"label":"federation-connection-refused","message":"down"}"#;
        Self {
            status: 521,
            body: body.to_owned(),
            ..Self::ok()
        }
    }

    pub(crate) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

#[derive(Default)]
struct Peer {
    versions: Option<String>,
    answers: VecDeque<Answer>,
    down: bool,
    attempts: usize,
    negotiations: usize,
    accepted: Vec<Received>,
}

struct Peers {
    peers: Mutex<HashMap<String, Peer>>,
    changed: watch::Sender<()>,
}

/// The listener, until it is dropped.
pub(crate) struct Outward {
    peers: Arc<Peers>,
    address: SocketAddr,
    served: JoinHandle<()>,
}

impl Outward {
    pub(crate) async fn start() -> Self {
        let peers = Arc::new(Peers {
            peers: Mutex::default(),
            changed: watch::Sender::new(()),
        });
        let router = axum::Router::new()
            .route("/rpc/{domain}/{component}/{rpc}", post(answer))
            .layer(DefaultBodyLimit::disable())
            .with_state(peers.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            peers,
            address,
            served,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the target says of its versions; all of ours unless something else is said.
    pub(crate) fn speaks(&self, domain: &str, info: &str) {
        self.peer(domain, |peer| peer.versions = Some(info.to_owned()));
    }

    /// What the next notifications get for an answer; those after them are accepted.
    pub(crate) fn answers(&self, domain: &str, answers: impl IntoIterator<Item = Answer>) {
        self.peer(domain, |peer| peer.answers.extend(answers));
    }

    /// Whether the target can be reached at all.
    pub(crate) fn is_down(&self, domain: &str, down: bool) {
        self.peer(domain, |peer| peer.down = down);
    }

    /// What the target has accepted.
    pub(crate) fn accepted(&self, domain: &str) -> Vec<Received> {
        self.peer(domain, |peer| peer.accepted.clone())
    }

    /// How often anything was sent there, and how often it was asked for its versions.
    pub(crate) fn attempts(&self, domain: &str) -> (usize, usize) {
        self.peer(domain, |peer| (peer.attempts, peer.negotiations))
    }

    fn peer<T>(&self, domain: &str, with: impl FnOnce(&mut Peer) -> T) -> T {
        with(self.peers.lock().entry(domain.to_owned()).or_default())
    }

    /// Waits until this holds.
    #[track_caller]
    pub(crate) fn until(&self, what: impl Fn(&Self) -> bool) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let mut changed = self.peers.changed.subscribe();
            let waiting = async {
                while !what(self) {
                    changed.changed().await.unwrap();
                }
            };
            let done = tokio::time::timeout(PATIENCE, waiting).await;
            assert!(done.is_ok(), "{caller}: waited in vain");
        }
    }

    /// Waits until the target has accepted so many.
    #[track_caller]
    pub(crate) fn until_accepted(
        &self,
        domain: &str,
        count: usize,
    ) -> impl Future<Output = Vec<Received>> {
        let there =
            self.until(move |outward| outward.peer(domain, |peer| peer.accepted.len() >= count));
        async move {
            there.await;
            self.accepted(domain)
        }
    }
}

impl Drop for Outward {
    fn drop(&mut self) {
        self.served.abort();
    }
}

impl Peers {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Peer>> {
        self.peers.lock().unwrap()
    }
}

async fn answer(
    State(peers): State<Arc<Peers>>,
    Path((domain, component, rpc)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let answer = {
        let mut all = peers.lock();
        let peer = all.entry(domain).or_default();
        peer.attempts += 1;
        let negotiates = (component.as_str(), rpc.as_str()) == ("brig", "api-version");
        if peer.down {
            Answer::down()
        } else if negotiates {
            peer.negotiations += 1;
            let info = r#"{"supported":[0,1],"supported_versions":[0,1,2,3]}"#;
            let info = peer.versions.clone().unwrap_or_else(|| info.to_owned());
            Answer {
                body: info,
                ..Answer::ok()
            }
        } else {
            let answer = peer.answers.pop_front().unwrap_or_else(Answer::ok);
            let header = |name: &str| {
                let value = headers.get(name).map(|value| value.to_str().unwrap());
                value.unwrap_or_default().to_owned()
            };
            if answer.status == 200 && answer.content_type.starts_with("application/json") {
                peer.accepted.push(Received {
                    component,
                    rpc,
                    origin: header("wire-origin-domain"),
                    version: header("x-wire-api-version"),
                    request_id: header("wire-origin-request-id"),
                    body: String::from_utf8(body.to_vec()).unwrap(),
                });
            }
            answer
        }
    };
    peers.changed.send_replace(());
    tokio::time::sleep(answer.after).await;
    Response::builder()
        .status(answer.status)
        .header("content-type", answer.content_type)
        .body(Body::from(answer.body))
        .unwrap()
}
