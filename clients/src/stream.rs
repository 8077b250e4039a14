//! Reading a response body: chunk by chunk, or whole.

use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream;
use http_body_util::BodyExt;

use crate::transport::{BodyError, ResponseBody};

/// As many pieces of a body are kept before they are put together.
const MANY: usize = 64;

/// The chunks, one after the other as they arrive; nothing is read ahead.
pub(crate) fn chunks(
    body: ResponseBody,
    idle_timeout: Duration,
) -> impl Stream<Item = Result<Bytes, BodyError>> + Send {
    stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        loop {
            let frame = match tokio::time::timeout(idle_timeout, body.frame()).await {
                Ok(frame) => frame?,
                Err(_) => return Some((Err(BodyError::Silent(idle_timeout)), None)),
            };
            match frame.map(http_body::Frame::into_data) {
                Ok(Ok(chunk)) => return Some((Ok(chunk), Some(body))),
                // Trailers say nothing here.
                Ok(Err(_)) => {}
                Err(error) => return Some((Err(error), None)),
            }
        }
    })
}

/// The whole body, in one piece.
///
/// The pieces are put together when all are there: the long piece of memory lives briefly and is the
/// same one from response to response, where one for each response under way makes the heap grow and
/// shrink, which costs page faults. Only so many pieces are kept, as a sender may make
/// them as small as it likes.
pub(crate) async fn collect(mut body: ResponseBody, limit: usize) -> Result<Bytes, BodyError> {
    let mut length = 0;
    let mut first = Bytes::new();
    let mut pieces = Vec::new();
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        length += data.len();
        if length > limit {
            return Err(BodyError::TooLarge(limit));
        }
        if first.is_empty() && length == data.len() {
            first = data;
            continue;
        }
        pieces.push(data);
        if pieces.len() == MANY {
            whole.extend_from_slice(&std::mem::take(&mut first));
            append(&mut whole, &mut pieces);
        }
    }
    if pieces.is_empty() && whole.is_empty() {
        return Ok(first);
    }
    whole.reserve_exact(length - whole.len());
    whole.extend_from_slice(&first);
    append(&mut whole, &mut pieces);
    Ok(whole.into())
}

fn append(whole: &mut Vec<u8>, pieces: &mut Vec<Bytes>) {
    for piece in pieces.drain(..) {
        whole.extend_from_slice(&piece);
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    fn body(pieces: usize, size: usize) -> ResponseBody {
        let frames =
            (0..pieces).map(move |n| Ok(http_body::Frame::data(Bytes::from(vec![n as u8; size]))));
        StreamBody::new(stream::iter(frames)).boxed_unsync()
    }

    #[tokio::test]
    async fn a_body_is_whole_however_it_is_cut() {
        for size in [0, 1, 7] {
            for pieces in [0, 1, 2, 3, MANY, MANY + 1, MANY + 2, 3 * MANY + 5] {
                let expected: Vec<u8> = (0..pieces).flat_map(|n| vec![n as u8; size]).collect();
                let read = collect(body(pieces, size), expected.len())
                    .await
                    .expect("whole");
                assert_eq!(read, expected, "{pieces} of {size}");
                if size > 0 && pieces > 0 {
                    let cut = collect(body(pieces, size), expected.len() - 1).await;
                    assert!(matches!(cut, Err(BodyError::TooLarge(_))));
                }
            }
        }
    }
}
