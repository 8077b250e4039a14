//! A cable that can be cut: a TCP proxy in front of a listener.
#![allow(dead_code, reason = "not everybody who includes it needs all of it")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Never reached.
const UNCUT: usize = usize::MAX;

pub(crate) struct Proxy {
    address: SocketAddr,
    wire: Arc<Wire>,
    served: JoinHandle<()>,
}

struct Wire {
    /// How many bytes still go through, both ways together, before all connections are cut.
    left: AtomicUsize,
    cuts: watch::Sender<usize>,
}

impl Proxy {
    pub(crate) async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let wire = Arc::new(Wire {
            left: AtomicUsize::new(UNCUT),
            cuts: watch::Sender::new(0),
        });
        let shared = wire.clone();
        let served = tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                // Nobody there: cut at once.
                if let Ok(far) = TcpStream::connect(target).await {
                    tokio::spawn(shared.clone().carry(near, far));
                }
            }
        });
        Self {
            address,
            wire,
            served,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts all connections after so many more bytes; new ones go through again.
    pub(crate) fn cut_after(&self, bytes: usize) {
        self.wire.left.store(bytes, Ordering::SeqCst);
    }

    /// How often it was cut.
    pub(crate) fn cuts(&self) -> usize {
        *self.wire.cuts.borrow()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.served.abort();
        self.wire.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Wire {
    async fn carry(self: Arc<Self>, near: TcpStream, far: TcpStream) {
        let mut cuts = self.cuts.subscribe();
        let (mut near_in, mut near_out) = near.into_split();
        let (mut far_in, mut far_out) = far.into_split();
        let there = self.copy(&mut near_in, &mut far_out);
        let back = self.copy(&mut far_in, &mut near_out);
        tokio::select! {
            () = there => {}
            () = back => {}
            _ = cuts.changed() => {}
        }
    }

    async fn copy(
        &self,
        from: &mut (impl AsyncReadExt + Unpin),
        to: &mut (impl AsyncWriteExt + Unpin),
    ) {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let left = self.left.load(Ordering::SeqCst);
            let through = read.min(left);
            if to.write_all(&buffer[..through]).await.is_err() {
                return;
            }
            if left == UNCUT {
                continue;
            }
            if through < read {
                self.left.store(UNCUT, Ordering::SeqCst);
                self.cuts.send_modify(|cuts| *cuts += 1);
                return;
            }
            self.left.fetch_sub(through, Ordering::SeqCst);
        }
    }
}
