//! A TCP proxy that counts, and that can cut every connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

/// See the [module](self). It ends when this is dropped.
pub(crate) struct Gate {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    cut: broadcast::Sender<()>,
    task: JoinHandle<()>,
}

impl Gate {
    pub(crate) async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::<AtomicUsize>::default();
        let (cut, _) = broadcast::channel(1);
        let (count, cuts) = (Arc::clone(&accepted), cut.clone());
        let task = tokio::spawn(async move {
            loop {
                let (mut here, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
                let mut cut = cuts.subscribe();
                tokio::spawn(async move {
                    let mut there = TcpStream::connect(target).await.unwrap();
                    here.set_nodelay(true).unwrap();
                    there.set_nodelay(true).unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut here, &mut there) => {}
                        _ = cut.recv() => {}
                    }
                });
            }
        });
        Self {
            address,
            accepted,
            cut,
            task,
        }
    }

    /// Connections so far.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Cuts every connection; new ones are let in.
    pub(crate) fn cut(&self) {
        drop(self.cut.send(()));
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}
