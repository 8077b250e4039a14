//! The routes for operators: health and metrics.
//!
//! Source: `transport.md` §18.1, §18.2.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::answer::{Body, empty, full, with_status};
use crate::config::Endpoint;
use crate::local::Local;
use crate::metrics::Meters;
use crate::path::Operation;

/// How long the other listener may take to say that it lives.
const PATIENCE: Duration = Duration::from_secs(5);

/// The routes for operators of one listener.
#[derive(Debug)]
pub(crate) struct Operations {
    pub(crate) meters: Arc<Meters>,
    pub(crate) local: Local,
    /// The other listener. (The existing federator asks Outward from both; here each asks the other.)
    pub(crate) other: OnceLock<Sibling>,
}

/// The other listener of the same federator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sibling {
    pub(crate) address: SocketAddr,
    /// It ends TLS itself and has no routes for operators: that it takes connections must do.
    pub(crate) tls: bool,
}

impl Operations {
    pub(crate) async fn answer(&self, operation: Operation) -> Response<Body> {
        match operation {
            Operation::Metrics => {
                let mut response = with_status(StatusCode::OK, full(self.meters.render()));
                let text = HeaderValue::from_static("text/plain; version=0.0.4");
                response.headers_mut().insert(CONTENT_TYPE, text);
                response
            }
            Operation::Status { standalone: true } => with_status(StatusCode::OK, empty()),
            Operation::Status { standalone: false } => {
                let lives = match self.other.get() {
                    None => false,
                    Some(other) => timeout(PATIENCE, self.lives(*other)).await.unwrap_or(false),
                };
                let status = if lives {
                    StatusCode::OK
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                };
                with_status(status, empty())
            }
        }
    }

    async fn lives(&self, other: Sibling) -> bool {
        let address = reachable(other.address);
        if other.tls {
            return TcpStream::connect(address).await.is_ok();
        }
        let endpoint = Endpoint {
            host: address.ip().to_string(),
            port: address.port(),
        };
        let request = Request::new(Full::default());
        let answered = self
            .local
            .send(&endpoint, "/i/status?standalone", request)
            .await;
        answered.is_ok_and(|response| response.status().is_success())
    }
}

/// Where a listener on every address is reached from this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
