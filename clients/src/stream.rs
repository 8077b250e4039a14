//! Reading a response body: chunk by chunk, or whole.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::stream;
use http_body::Body;
use http_body_util::BodyExt;

use crate::transport::{BodyError, ResponseBody};

/// The most that is set aside because a header announces it.
const MAX_ANNOUNCED: usize = 1024 * 1024;

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
pub(crate) async fn collect(mut body: ResponseBody, limit: usize) -> Result<Bytes, BodyError> {
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        if first.len() + whole.len() + data.len() > limit {
            return Err(BodyError::TooLarge(limit));
        }
        if first.is_empty() && whole.is_empty() {
            first = data;
            continue;
        }
        if whole.is_empty() {
            let rest = usize::try_from(body.size_hint().lower()).unwrap_or(limit);
            let expected = first.len() + data.len() + rest;
            whole.reserve(expected.min(MAX_ANNOUNCED));
            whole.extend_from_slice(&first);
            first.clear();
        }
        whole.extend_from_slice(&data);
    }
    Ok(if whole.is_empty() {
        first
    } else {
        whole.freeze()
    })
}
