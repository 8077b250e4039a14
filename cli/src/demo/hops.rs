//! What really went over the network, seen from a transport that every request passes.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use federation_api::{Domain, headers};
use federation_clients::{
    BodyError, BoxFuture, HttpTransport, ResponseBody, Transport, TransportError,
};
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};

/// One request and what came back.
#[derive(Debug, Clone)]
pub(super) struct Hop {
    /// Counts the requests of the demonstration from 1 on, in the order in which they were sent.
    pub(super) number: u32,
    /// Who says to have sent it.
    pub(super) sender: String,
    /// Whose address it went to.
    pub(super) receiver: Domain,
    /// The path.
    pub(super) path: String,
    /// What the version header says, if there is one.
    pub(super) version: Option<String>,
    /// The request id.
    pub(super) request_id: String,
    /// Which HTTP was spoken.
    pub(super) http: String,
    /// The HTTP status, or why there is none.
    pub(super) answer: Result<u16, String>,
    /// From sending the request to the end of the answer.
    pub(super) time: Duration,
    /// How many bytes the body of the answer had.
    pub(super) bytes: u64,
}

/// The hops that are over and have not been told of yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Hops {
    over: Arc<Mutex<Vec<Hop>>>,
    sent: Arc<AtomicU32>,
}

impl Hops {
    /// The hops since the last time, in the order in which they were sent.
    pub(super) fn take(&self) -> Vec<Hop> {
        let mut hops = std::mem::take(&mut *self.lock());
        hops.sort_by_key(|hop| hop.number);
        hops
    }

    fn push(&self, hop: Hop) {
        self.lock().push(hop);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Hop>> {
        self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries requests to one backend and notes each.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) inner: HttpTransport,
    pub(super) receiver: Domain,
    pub(super) hops: Hops,
}

impl Transport for Observed {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let mut hop = self.begun(&request);
            let begun = Instant::now();
            match self.inner.send(request).await {
                Ok(response) => {
                    hop.http = format!("{:?}", response.version());
                    hop.answer = Ok(response.status().as_u16());
                    let hops = self.hops.clone();
                    Ok(response.map(|inner| {
                        ResponseBody::new(Counted {
                            inner,
                            hop: Some(hop),
                            begun,
                            hops,
                        })
                    }))
                }
                Err(error) => {
                    hop.answer = Err(error.to_string());
                    hop.time = begun.elapsed();
                    self.hops.push(hop);
                    Err(error)
                }
            }
        })
    }
}

impl Observed {
    fn begun(&self, request: &Request<Bytes>) -> Hop {
        let header = |name| text_of(request.headers(), name);
        Hop {
            number: self.hops.sent.fetch_add(1, Ordering::Relaxed) + 1,
            sender: header(headers::ORIGIN_DOMAIN).unwrap_or_default(),
            receiver: self.receiver.clone(),
            path: request.uri().path().to_owned(),
            version: header(headers::API_VERSION),
            request_id: header(headers::ORIGIN_REQUEST_ID).unwrap_or_default(),
            http: String::new(),
            answer: Err("no answer".to_owned()),
            time: Duration::ZERO,
            bytes: 0,
        }
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Counts the bytes of a body. The hop is over when the body is read or given up.
struct Counted {
    inner: ResponseBody,
    hop: Option<Hop>,
    begun: Instant,
    hops: Hops,
}

impl Body for Counted {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let (Some(data), Some(hop)) = (frame.data_ref(), &mut self.hop)
        {
            hop.bytes += data.len() as u64;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(mut hop) = self.hop.take() {
            hop.time = self.begun.elapsed();
            self.hops.push(hop);
        }
    }
}
