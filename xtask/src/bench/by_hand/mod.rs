//! The yardstick: the service as one writes it by hand in the usual way.
//!
//! axum with its `Json` extractor, reqwest with `.json()`, plain structs of strings and UUIDs with the
//! derives of serde, maps with hashing. The headers are those of the federation API; the origin is
//! looked at, since no handler could do its work without. Nothing is checked beyond that.

mod client;
pub(crate) mod documents;
pub(crate) mod galley;
mod server;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::TcpListener;

use bench_harness::{Caller, Failed};

pub(crate) fn serve(listener: TcpListener) -> BoxFuture<'static, Result<(), Failed>> {
    server::serve(listener).boxed()
}

pub(crate) fn connect(server: &str) -> Result<Box<dyn Caller>, Failed> {
    Ok(Box::new(client::ByHand::new(server)?))
}
