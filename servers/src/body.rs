//! Taking in a request body: whole, in one piece, of bounded size and within bounded time.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use federation_api::Failure;
use http_body::Body;
use http_body_util::BodyExt;

use crate::deadline;
use crate::memory::Held;

/// The most that is set aside because a header announces it.
const MAX_ANNOUNCED: u64 = 1024 * 1024;

/// Reads a body to its end. It counts in `memory`.
pub(crate) async fn collect<B>(
    body: B,
    limit: usize,
    time: Duration,
    memory: &mut Held<'_>,
) -> Result<Bytes, Failure>
where
    B: Body<Data = Bytes>,
{
    // What arrived together with the headers needs no timer.
    deadline::within(time, read(body, limit, memory))
        .await
        .unwrap_or_else(|| {
            Err(Failure::client_error(
                408,
                format!(
                    "Request Timeout: the body did not arrive within {} s",
                    time.as_secs_f32()
                ),
            ))
        })
}

async fn read<B>(body: B, limit: usize, memory: &mut Held<'_>) -> Result<Bytes, Failure>
where
    B: Body<Data = Bytes>,
{
    let announced = body.size_hint().lower();
    if announced > limit as u64 {
        return Err(too_large(limit));
    }
    let mut body = pin!(body);
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(Failure::client_error(
                400,
                "Invalid Request: the body broke off",
            ));
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if whole.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        memory.grow(data.len())?;
        if whole.is_empty() {
            if body.is_end_stream() {
                return Ok(data);
            }
            whole.reserve(announced.min(MAX_ANNOUNCED) as usize);
        }
        // A few bytes of a body that goes on would hold all that was read with them.
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

fn too_large(limit: usize) -> Failure {
    Failure::client_error(
        413,
        format!("The request body is larger than {limit} bytes, which is the limit for this RPC"),
    )
}
