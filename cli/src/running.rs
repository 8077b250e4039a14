//! Routes that are answered on an address of this machine.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use federation_servers::Limits;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Routes that are answered on an address of this machine, until they are stopped or dropped.
#[derive(Debug)]
pub(crate) struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Begins to answer on a free port of the loopback interface.
    pub(crate) async fn on_loopback(routes: Router) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            // Stopped and dropped are the same.
            let stopped = async { stopped.await.unwrap_or_default() };
            federation_servers::serve(listener, routes, Limits::default(), stopped).await
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

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Finishes the running calls and ends.
    pub(crate) async fn stop(self) -> io::Result<()> {
        // An error says that it has ended already.
        let _ = self.stop.send(());
        self.served.await.map_err(io::Error::other)?
    }
}
