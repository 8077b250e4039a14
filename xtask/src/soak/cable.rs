//! The network between two federators: a TCP proxy whose connections break, dawdle and go dead.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bench_harness::Failed;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How long a dead connection is kept open: much longer than anybody may take to give it up.
const DEAD: Duration = Duration::from_secs(30);

/// What is done to all connections that there are; new ones are well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blow {
    None,
    /// Ended in order, in the middle of whatever they carry.
    Closed,
    /// Reset.
    Reset,
    /// Open, but nothing goes through any more.
    Dead,
}

/// A proxy in front of a listener; it ends when this is dropped.
pub(super) struct Cable {
    pub(super) address: SocketAddr,
    wire: Arc<Wire>,
    served: JoinHandle<()>,
}

struct Wire {
    target: SocketAddr,
    blows: watch::Sender<Blow>,
    /// The longest time for which a piece of data is held back, in milliseconds.
    delay: AtomicU64,
}

impl Cable {
    pub(super) async fn to(target: SocketAddr) -> Result<Self, Failed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let wire = Arc::new(Wire {
            target,
            blows: watch::Sender::new(Blow::None),
            delay: AtomicU64::new(0),
        });
        let shared = Arc::clone(&wire);
        let served = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&shared).carry(near));
            }
        });
        Ok(Self {
            address,
            wire,
            served,
        })
    }

    pub(super) fn strike(&self, blow: Blow) {
        self.wire.blows.send_replace(blow);
    }

    /// From now on each piece of data is held back for up to so many milliseconds.
    pub(super) fn delay(&self, millis: u64) {
        self.wire.delay.store(millis, Ordering::Relaxed);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.served.abort();
        self.strike(Blow::Closed);
    }
}

impl Wire {
    async fn carry(self: Arc<Self>, mut near: TcpStream) {
        let mut blows = self.blows.subscribe();
        // Nobody there: ended at once.
        let Ok(mut far) = TcpStream::connect(self.target).await else {
            return;
        };
        if near.set_nodelay(true).is_err() || far.set_nodelay(true).is_err() {
            return;
        }
        let blow = {
            let (mut near_in, mut near_out) = near.split();
            let (mut far_in, mut far_out) = far.split();
            let carried = async {
                tokio::join!(
                    self.copy(&mut near_in, &mut far_out),
                    self.copy(&mut far_in, &mut near_out)
                )
            };
            tokio::select! {
                _ = carried => Blow::None,
                _ = blows.changed() => *blows.borrow(),
            }
        };
        match blow {
            Blow::None | Blow::Closed => {}
            Blow::Reset => {
                // What fails here is a connection that has ended already.
                drop(near.set_zero_linger());
                drop(far.set_zero_linger());
            }
            Blow::Dead => sleep(DEAD).await,
        }
    }

    /// Passes on what comes until there is no more, and then says so.
    async fn copy(
        &self,
        from: &mut (impl AsyncReadExt + Unpin),
        to: &mut (impl AsyncWriteExt + Unpin),
    ) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let delay = self.delay.load(Ordering::Relaxed);
            if delay > 0 {
                sleep(some(0..delay)).await;
            }
            if to.write_all(&buffer[..read]).await.is_err() {
                break;
            }
        }
        // An error says that nobody listens any more.
        drop(to.shutdown().await);
    }
}

fn some(millis: Range<u64>) -> Duration {
    Duration::from_millis(fastrand::u64(millis))
}
