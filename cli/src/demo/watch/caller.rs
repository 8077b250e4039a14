//! Requests of a component to its Outward, watched by a transport that each of them passes.

use bytes::Bytes;
use federation_api::headers;
use federation_clients::{BoxFuture, HttpTransport, ResponseBody, Transport, TransportError};
use http::{HeaderMap, Request, Response};

use crate::demo::hop::{Answer, Hop, Kind, Place, Recorder};

/// Carries the requests of one component to its Outward and notes each.
#[derive(Debug)]
pub(crate) struct WatchedCaller {
    pub(crate) inner: HttpTransport,
    pub(crate) sender: Place,
    pub(crate) receiver: Place,
    pub(crate) recorder: Recorder,
}

impl Transport for WatchedCaller {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let mut hop = Hop {
                kind: Kind::ToOutward,
                sender: self.sender.clone(),
                receiver: self.receiver.clone(),
                what: request.uri().path().to_owned(),
                version: text(request.headers(), headers::API_VERSION),
                http: None,
                tls: None,
                answer: Answer::Nothing(String::new()),
                request_id: text(request.headers(), headers::ORIGIN_REQUEST_ID).unwrap_or_default(),
                began: self.recorder.now(),
                time: std::time::Duration::ZERO,
            };
            let sent = self.inner.send(request).await;
            hop.time = self.recorder.now().saturating_sub(hop.began);
            match &sent {
                Ok(response) => {
                    hop.http = Some(format!("{:?}", response.version()));
                    hop.answer = Answer::Status(response.status().as_u16());
                }
                Err(error) => hop.answer = Answer::Nothing(error.to_string()),
            }
            self.recorder.note(hop);
            sent
        })
    }
}

/// The text of a header.
pub(super) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
