//! Taking in a request body: whole, of bounded size, within bounded time.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use federation_api::Failure;
use http_body::Body;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use crate::answer::Answer;
use crate::limits::Limits;

/// The unit in which memory is given out, in bytes.
const UNIT: usize = 1024;

/// The memory for request bodies that one listener may use.
#[derive(Debug)]
pub(crate) struct Bodies {
    units: Arc<Semaphore>,
    limit: usize,
    time: Duration,
}

/// A request body, and the memory that it takes.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    _memory: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    pub(crate) fn new(limits: &Limits) -> Self {
        let units = (limits.buffered_bodies / UNIT).clamp(1, Semaphore::MAX_PERMITS);
        Self {
            units: Arc::new(Semaphore::new(units)),
            limit: limits.request_body,
            time: limits.body_time,
        }
    }

    /// Reads a body to its end: 413 if it is too large, 408 if it is too slow, 400 if it breaks off, 503
    /// if the memory for bodies is used up.
    pub(crate) async fn collect<B>(&self, body: B) -> Result<Held, Answer>
    where
        B: Body<Data = Bytes>,
    {
        let read = tokio::time::timeout(self.time, self.read(body)).await;
        read.unwrap_or_else(|_| Err(Failure::client_error(408, "Request Timeout").into()))
    }

    async fn read<B>(&self, body: B) -> Result<Held, Answer>
    where
        B: Body<Data = Bytes>,
    {
        if body.size_hint().lower() > self.limit as u64 {
            return Err(self.too_large());
        }
        let mut body = pin!(body);
        let mut whole = BytesMut::new();
        let mut memory = None;
        while let Some(frame) = body.frame().await {
            let broken = |_| Failure::client_error(400, "Invalid Request: the body broke off");
            let frame = frame.map_err(broken)?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if whole.len() + data.len() > self.limit {
                return Err(self.too_large());
            }
            self.reserve(&mut memory, whole.len() + data.len())?;
            if whole.is_empty() && body.is_end_stream() {
                let (bytes, _memory) = (data, memory);
                return Ok(Held { bytes, _memory });
            }
            // A few bytes of a body that goes on would hold all that was read with them.
            whole.extend_from_slice(&data);
        }
        Ok(Held {
            bytes: whole.freeze(),
            _memory: memory,
        })
    }

    fn reserve(
        &self,
        memory: &mut Option<OwnedSemaphorePermit>,
        bytes: usize,
    ) -> Result<(), Answer> {
        let held = memory.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(UNIT).saturating_sub(held);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        let more = Arc::clone(&self.units).try_acquire_many_owned(missing);
        let more = more.map_err(|_: TryAcquireError| {
            Answer::overloaded("The memory for request bodies is used up")
        })?;
        match memory {
            Some(memory) => memory.merge(more),
            None => *memory = Some(more),
        }
        Ok(())
    }

    fn too_large(&self) -> Answer {
        let message = format!("The request body is larger than {} bytes", self.limit);
        Failure::client_error(413, message).into()
    }
}

/// The beginning of an error body, as much as arrives in time and fits.
pub(crate) async fn beginning<B>(body: B, limit: usize, time: Duration) -> Bytes
where
    B: Body<Data = Bytes>,
{
    let mut whole = BytesMut::new();
    let read = async {
        let mut body = pin!(body);
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(data) = frame.into_data() {
                let room = limit - whole.len();
                whole.extend_from_slice(&data[..data.len().min(room)]);
                if data.len() >= room {
                    break;
                }
            }
        }
    };
    // What was there when time ran out is still worth telling.
    drop(tokio::time::timeout(time, read).await);
    whole.freeze()
}
