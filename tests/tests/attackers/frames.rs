//! HTTP/2 by hand: what no well-behaved library would send.
//!
//! Source: RFC 9113 §4, §6; RFC 7541 §6.2.2 (literals without indexing).

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::task::JoinHandle;

/// The error code of a peer that does too much (RFC 9113 §7).
pub(crate) const ENHANCE_YOUR_CALM: u32 = 0xb;

const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const GOAWAY: u8 = 0x7;

/// One frame, as bytes.
#[derive(Clone, Debug)]
pub(crate) struct Frame(Vec<u8>);

impl Frame {
    pub(crate) fn raw(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Self {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        Self(frame)
    }

    /// A request whose body does not end.
    pub(crate) fn headers(stream: u32, block: &[u8]) -> Self {
        Self::raw(0x1, END_HEADERS, stream, block)
    }

    /// A request whose headers do not end.
    pub(crate) fn headers_begun(stream: u32, block: &[u8]) -> Self {
        Self::raw(0x1, END_STREAM, stream, block)
    }

    pub(crate) fn continuation(stream: u32, block: &[u8]) -> Self {
        Self::raw(0x9, 0, stream, block)
    }

    pub(crate) fn reset(stream: u32) -> Self {
        Self::raw(0x3, 0, stream, &8_u32.to_be_bytes())
    }

    pub(crate) fn settings() -> Self {
        Self::raw(0x4, 0, 0, &[0, 4, 0, 0, 0xff, 0xff])
    }

    pub(crate) fn ping() -> Self {
        Self::raw(0x6, 0, 0, b"attacker")
    }

    pub(crate) fn window_update(stream: u32, increment: u32) -> Self {
        Self::raw(0x8, 0, stream, &increment.to_be_bytes())
    }
}

/// A header as a literal that no table learns.
pub(crate) fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut block = vec![0];
    for text in [name, value] {
        block.extend(length(text.len()));
        block.extend(text.as_bytes());
    }
    block
}

/// A number of seven bits and as many more as it takes (RFC 7541 §5.1).
fn length(number: usize) -> Vec<u8> {
    if number < 0x7f {
        return vec![u8::try_from(number).unwrap()];
    }
    let (mut bytes, mut rest) = (vec![0x7f], number - 0x7f);
    while rest >= 0x80 {
        bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap());
    bytes
}

/// The headers of a call of a backend that makes no normal calls.
pub(crate) fn request(path: &str) -> Vec<u8> {
    [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "b"),
        ("content-type", "application/json"),
        ("wire-origin-domain", "m.example.com"),
    ]
    .into_iter()
    .flat_map(|(name, value)| literal(name, value))
    .collect()
}

/// A connection on which HTTP/2 was begun.
pub(crate) struct Peer {
    sending: OwnedWriteHalf,
    receiving: Receiving,
}

enum Receiving {
    /// What comes is taken at once, so that the server's farewell is not lost behind it.
    Listening(JoinHandle<Option<u32>>),
    /// Nothing is taken before the end.
    Deaf(OwnedReadHalf),
}

impl Peer {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::begun(address, |socket| {
            Receiving::Listening(tokio::spawn(received(socket)))
        })
        .await
    }

    /// One that never reads.
    pub(crate) async fn deaf(address: SocketAddr) -> io::Result<Self> {
        Self::begun(address, Receiving::Deaf).await
    }

    async fn begun(
        address: SocketAddr,
        receiving: impl Fn(OwnedReadHalf) -> Receiving,
    ) -> io::Result<Self> {
        let (socket, mut sending) = TcpStream::connect(address).await?.into_split();
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        sending.write_all(preface).await?;
        let mut peer = Self {
            sending,
            receiving: receiving(socket),
        };
        peer.send(&[Frame::raw(0x4, 0, 0, &[])]).await;
        Ok(peer)
    }

    /// Whether the server still takes anything.
    pub(crate) async fn send(&mut self, frames: &[Frame]) -> bool {
        let bytes: Vec<u8> = frames.iter().flat_map(|frame| frame.0.clone()).collect();
        self.sending.write_all(&bytes).await.is_ok()
    }

    /// Waits until the server closes the connection; the error code of its farewell if there was one.
    pub(crate) async fn closed(self) -> Option<u32> {
        match self.receiving {
            Receiving::Listening(task) => task.await.unwrap(),
            Receiving::Deaf(socket) => received(socket).await,
        }
    }
}

/// Reads to the end. (A reset by the server ends the reading as well as a proper end does.)
async fn received(mut socket: OwnedReadHalf) -> Option<u32> {
    let mut received = Vec::new();
    let mut chunk = [0; 16 * 1024];
    while let Ok(count @ 1..) = socket.read(&mut chunk).await {
        received.extend(&chunk[..count]);
    }
    farewell(&received)
}

/// The error code of the last GOAWAY.
fn farewell(mut received: &[u8]) -> Option<u32> {
    let mut code = None;
    while let Some((head, rest)) = received.split_at_checked(9) {
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let (payload, rest) = rest.split_at_checked(length)?;
        if head[3] == GOAWAY {
            code = Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
        }
        received = rest;
    }
    code
}
