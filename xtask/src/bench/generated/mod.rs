//! What this workspace generates: the routers on `federation_servers::serve`, the clients over one
//! HTTP/2 connection, or over HTTP/1.1. No other setting differs from the defaults.

mod client;
mod galley;
mod server;

use bench_harness::{Caller, Failed};
use federation_clients::{HttpSettings, HttpTransport, HyperTransport};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::TcpListener;

pub(crate) fn serve(listener: TcpListener) -> BoxFuture<'static, Result<(), Failed>> {
    server::serve(listener).boxed()
}

pub(crate) fn connect(server: &str) -> Result<Box<dyn Caller>, Failed> {
    let transport = HttpTransport::new(&one_connection())?;
    Ok(Box::new(client::Generated::new(server, transport)?))
}

/// The same client without reqwest's layers.
pub(crate) fn connect_lean(server: &str) -> Result<Box<dyn Caller>, Failed> {
    let transport = HyperTransport::new(&one_connection());
    Ok(Box::new(client::Generated::new(server, transport)?))
}

/// The same client over HTTP/1.1, where each call under way has a connection of its own.
pub(crate) fn connect_http1(server: &str) -> Result<Box<dyn Caller>, Failed> {
    let transport = HttpTransport::new(&HttpSettings::default().http1(true))?;
    Ok(Box::new(client::Generated::new(server, transport)?))
}

/// The same client without reqwest's layers, over HTTP/1.1.
pub(crate) fn connect_lean_http1(server: &str) -> Result<Box<dyn Caller>, Failed> {
    let transport = HyperTransport::new(&HttpSettings::default().http1(true));
    Ok(Box::new(client::Generated::new(server, transport)?))
}

fn one_connection() -> HttpSettings {
    HttpSettings::default().connections(1)
}
