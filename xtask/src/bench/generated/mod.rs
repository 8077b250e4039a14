//! What this workspace generates: the routers on `federation_servers::serve`, the clients over one
//! HTTP/2 connection. No setting differs from the defaults except the number of connections.

mod client;
mod server;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::TcpListener;

use crate::bench::Failed;
use crate::bench::load::Caller;

pub(crate) fn serve(listener: TcpListener) -> BoxFuture<'static, Result<(), Failed>> {
    server::serve(listener).boxed()
}

pub(crate) fn connect(server: &str) -> Result<Box<dyn Caller>, Failed> {
    Ok(Box::new(client::Generated::new(server)?))
}
