//! HTTP/2 frames that cost their receiver work and carry nothing: settings, pings, priorities, whatever is
//! unknown. A library answers or skips each; a peer that sends nothing else keeps a whole thread busy with it.
//!
//! Such a peer is not cut off, since libraries measure round trips with pings. It is read more slowly.
//!
//! Source: RFC 9113 §4.1, §6, §10.5.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// So many of these frames may come in a second, and as many at once.
const FRAMES: u32 = 1000;

/// So many frames that open windows or give streams up may come for one of the others. A reader of a fast
/// stream sends some; a peer without end sends as many as it can.
const LIGHT: u32 = 20;

/// What a connection of HTTP/2 begins with (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The head of a frame, in bytes.
const HEAD: usize = 9;

/// Reads a connection, and reads it slowly where too many frames carry nothing.
#[derive(Debug)]
pub struct Paced<R> {
    reader: R,
    frames: Frames,
    /// What may still come before the next second.
    left: u32,
    since: Instant,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<R> Paced<R> {
    /// Reads from `reader`, a connection that has just begun.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            frames: Frames::Preface(0),
            left: FRAMES * LIGHT,
            since: Instant::now(),
            waiting: None,
        }
    }

    /// Weighs the frames that carry nothing. With too many of them there is something to wait for.
    fn weigh(&mut self, bytes: &[u8]) {
        let weight = self.frames.weigh(bytes);
        if weight == 0 {
            return;
        }
        let passed = self.since.elapsed();
        if passed >= Duration::from_secs(1) {
            self.left = FRAMES * LIGHT;
            self.since = Instant::now();
        }
        match self.left.checked_sub(weight) {
            Some(left) => self.left = left,
            None => {
                let second = Duration::from_secs(1);
                self.left = 0;
                self.waiting = Some(Box::pin(sleep(
                    second.saturating_sub(passed).max(second / 10),
                )));
            }
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Paced<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(waiting) = &mut self.waiting {
            ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.reader).poll_read(cx, buffer))?;
        self.weigh(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

/// Where in the frames the bytes are that come next.
#[derive(Debug)]
enum Frames {
    /// So much of the preface was there.
    Preface(usize),
    /// In the head of a frame, so much of which was there: its length and its kind.
    Head {
        seen: usize,
        length: usize,
        kind: u8,
    },
    /// So much of a frame is still to come.
    Payload(usize),
    /// It is not HTTP/2.
    None,
}

impl Frames {
    const BEGIN: Self = Self::Head {
        seen: 0,
        length: 0,
        kind: 0,
    };

    /// The weight of the frames that begin in these bytes.
    fn weigh(&mut self, mut bytes: &[u8]) -> u32 {
        let mut weight = 0;
        while let [first, rest @ ..] = bytes {
            match self {
                Self::None => return 0,
                Self::Preface(seen) if PREFACE[*seen] != *first => *self = Self::None,
                Self::Preface(seen) => {
                    *seen += 1;
                    if *seen == PREFACE.len() {
                        *self = Self::BEGIN;
                    }
                    bytes = rest;
                }
                Self::Payload(missing) => {
                    let there = bytes.len().min(*missing);
                    *missing -= there;
                    if *missing == 0 {
                        *self = Self::BEGIN;
                    }
                    bytes = &bytes[there..];
                }
                Self::Head { seen, length, kind } => {
                    match seen {
                        0..3 => *length = *length << 8 | usize::from(*first),
                        3 => *kind = *first,
                        _ => {}
                    }
                    *seen += 1;
                    if *seen == HEAD {
                        weight += weight_of(*kind);
                        *self = match length {
                            0 => Self::BEGIN,
                            length => Self::Payload(*length),
                        };
                    }
                    bytes = rest;
                }
            }
        }
        weight
    }
}

/// DATA, HEADERS and CONTINUATION are requests, which have bounds of their own; RST_STREAM and
/// WINDOW_UPDATE come with them.
fn weight_of(kind: u8) -> u32 {
    match kind {
        0x0 | 0x1 | 0x9 => 0,
        0x3 | 0x8 => 1,
        _ => LIGHT,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt;
    use tokio::time::Instant;

    use super::{FRAMES, Frames, LIGHT, PREFACE, Paced, weight_of};

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, 0], &[0; 4]].concat();
        [&head, payload].concat()
    }

    async fn time_to_read(bytes: Vec<u8>) -> Duration {
        let begun = Instant::now();
        let mut read = Vec::new();
        let mut reader = Paced::new(&bytes[..]);
        reader.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, bytes);
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn pings_without_end_are_read_slowly_and_requests_at_once() {
        let pings = frame(0x6, b"attacker").repeat(FRAMES as usize * 10);
        let slow = time_to_read([PREFACE, &pings].concat()).await;
        assert!(slow > Duration::from_secs(1), "{slow:?}");

        let windows = frame(0x8, &[0, 0, 0, 1]).repeat((FRAMES * LIGHT) as usize * 10);
        let slow = time_to_read([PREFACE, &windows].concat()).await;
        assert!(slow > Duration::from_secs(1), "{slow:?}");

        let requests = frame(0x1, &[0; 200]).repeat(FRAMES as usize * 10);
        assert_eq!(
            time_to_read([PREFACE, &requests].concat()).await,
            Duration::ZERO
        );
        let some_pings = frame(0x6, b"measured").repeat(FRAMES as usize / 2);
        assert_eq!(
            time_to_read([PREFACE, &some_pings].concat()).await,
            Duration::ZERO
        );
    }

    #[tokio::test(start_paused = true)]
    async fn another_protocol_is_none_of_its_business() {
        let mut http1 = b"POST /federation/get-asset HTTP/1.1\r\n\r\n".to_vec();
        http1.extend(frame(0x6, b"attacker").repeat(FRAMES as usize * 10));
        assert_eq!(time_to_read(http1).await, Duration::ZERO);
    }

    proptest! {
        /// Wherever a read ends, the same frames are seen.
        #[test]
        fn pieces_do_not_matter(
            frames in vec((any::<u8>(), vec(any::<u8>(), 0..300)), 0..20),
            cuts in vec(1..100_usize, 0..50),
        ) {
            let expected = frames.iter().map(|(kind, _)| weight_of(*kind)).sum::<u32>();
            let sent = frames.iter().flat_map(|(kind, payload)| frame(*kind, payload));
            let bytes: Vec<u8> = PREFACE.iter().copied().chain(sent).collect();
            let (mut rest, mut counter, mut counted) = (&bytes[..], Frames::Preface(0), 0);
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let (piece, others) = rest.split_at(cut.min(rest.len()));
                counted += counter.weigh(piece);
                rest = others;
            }
            prop_assert_eq!(counted, expected);
        }
    }
}
