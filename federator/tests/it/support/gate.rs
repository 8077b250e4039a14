//! A TCP proxy that counts, and that can cut every connection or let it go dead.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

#[derive(Clone, Copy)]
enum End {
    Cut,
    Dead,
}

/// See the [module](self). It ends when this is dropped.
pub(crate) struct Gate {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    ends: broadcast::Sender<End>,
    task: JoinHandle<()>,
}

impl Gate {
    pub(crate) async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::<AtomicUsize>::default();
        let (ends, _) = broadcast::channel(1);
        let (count, all) = (Arc::clone(&accepted), ends.clone());
        let task = tokio::spawn(async move {
            loop {
                let (mut here, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
                let mut end = all.subscribe();
                tokio::spawn(async move {
                    let mut there = TcpStream::connect(target).await.unwrap();
                    here.set_nodelay(true).unwrap();
                    there.set_nodelay(true).unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut here, &mut there) => {}
                        end = end.recv() => if matches!(end, Ok(End::Dead)) {
                            // Open for as long as the test takes.
                            std::future::pending::<()>().await;
                        },
                    }
                });
            }
        });
        Self {
            address,
            accepted,
            ends,
            task,
        }
    }

    /// Connections so far.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Cuts every connection; new ones are let in.
    pub(crate) fn cut(&self) {
        drop(self.ends.send(End::Cut));
    }

    /// Nothing goes through the connections any more, which stay open; new ones are well.
    pub(crate) fn go_dead(&self) {
        drop(self.ends.send(End::Dead));
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}
