//! A backend that answers on an address of this machine.

use std::io;
use std::net::SocketAddr;

use federation_backend::Backend;
use federation_servers::{Limits, Routes, Settings, brig, cargohold, galley};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// All RPCs of a backend, each under `/federation/<rpc>`.
pub(crate) fn routes(backend: &Backend) -> Routes {
    let domain = backend.domain().clone();
    let settings = Settings::default;
    brig::routes(backend.brig(), domain.clone(), settings())
        .and(galley::routes(backend.galley(), domain.clone(), settings()))
        .and(cargohold::routes(backend.cargohold(), domain, settings()))
}

/// A backend that answers on an address of this machine, until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Begins to answer on a free port of the loopback interface.
    pub(crate) async fn on_loopback(backend: &Backend) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = routes(backend).into_router();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            // Stopped and dropped are the same.
            let stopped = async { stopped.await.unwrap_or_default() };
            federation_servers::serve(listener, router, Limits::default(), stopped).await
        });
        Ok(Self {
            address,
            stop,
            served,
        })
    }

    /// `http://` and the address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Finishes the running calls and ends.
    pub(crate) async fn stop(self) -> io::Result<()> {
        // An error says that it has ended already.
        let _ = self.stop.send(());
        self.served.await.map_err(io::Error::other)?
    }
}
