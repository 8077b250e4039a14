//! An RPC for tools that are told its name when they run: JSON text in, JSON text out.

use federation_api::json::{self, DecodeError};
use federation_api::{ByteStream, Call, Rpc};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::Connection;
use crate::error::CallError;

/// One declared RPC with its types hidden. Emitted code has a table of them for each component.
#[derive(Clone, Copy)]
pub struct DynamicRpc {
    rpc: Rpc,
    recode_request: Recode,
    recode_response: Option<Recode>,
    call: for<'a> fn(&'a Connection, &'a Rpc, &'a Call, &'a [u8]) -> Calling<'a>,
}

/// Reads a body and writes it again.
type Recode = fn(&[u8]) -> Result<String, DecodeError>;

type Calling<'a> = BoxFuture<'a, Result<DynamicAnswer, DynamicError>>;

/// What an RPC answered.
#[derive(Debug)]
pub enum DynamicAnswer {
    /// The JSON text of the response, as this side would write it.
    Json(String),
    /// The bytes of a stream.
    Bytes(ByteStream),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum DynamicError {
    /// The request is not what the RPC takes; nothing was sent.
    #[error("the request is not what the RPC takes: {0}")]
    Request(#[from] DecodeError),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl DynamicRpc {
    /// An RPC that answers JSON. For emitted code.
    #[must_use]
    pub const fn call<Request, Response>(rpc: Rpc) -> Self
    where
        Request: Serialize + DeserializeOwned + Send + Sync + 'static,
        Response: Serialize + DeserializeOwned + Send + 'static,
    {
        Self {
            rpc,
            recode_request: recode::<Request>,
            recode_response: Some(recode::<Response>),
            call: |connection, rpc, call, request| {
                Box::pin(async move {
                    let request: Request = json::decode(request)?;
                    let response: Response = connection.call(rpc, call, &request).await?;
                    Ok(DynamicAnswer::Json(text(&response)))
                })
            },
        }
    }

    /// An RPC that answers raw bytes. For emitted code.
    #[must_use]
    pub const fn byte_stream<Request>(rpc: Rpc) -> Self
    where
        Request: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        Self {
            rpc,
            recode_request: recode::<Request>,
            recode_response: None,
            call: |connection, rpc, call, request| {
                Box::pin(async move {
                    let request: Request = json::decode(request)?;
                    let bytes = connection.byte_stream(rpc, call, &request).await?;
                    Ok(DynamicAnswer::Bytes(bytes))
                })
            },
        }
    }

    /// What is known of the RPC.
    #[must_use]
    pub fn rpc(&self) -> &Rpc {
        &self.rpc
    }

    /// Reads a request and writes it again.
    ///
    /// # Errors
    ///
    /// Where and why it is not what the RPC takes.
    pub fn recode_request(&self, body: &[u8]) -> Result<String, DecodeError> {
        (self.recode_request)(body)
    }

    /// Reads a response and writes it again; `None` if the RPC answers raw bytes.
    ///
    /// # Errors
    ///
    /// Where and why it is not what the RPC answers.
    pub fn recode_response(&self, body: &[u8]) -> Option<Result<String, DecodeError>> {
        self.recode_response.map(|recode| recode(body))
    }

    /// Makes a call with a request in JSON.
    ///
    /// # Errors
    ///
    /// When the request is not what the RPC takes, or the call fails.
    pub async fn invoke(
        &self,
        connection: &Connection,
        call: &Call,
        request: &[u8],
    ) -> Result<DynamicAnswer, DynamicError> {
        (self.call)(connection, &self.rpc, call, request).await
    }
}

impl std::fmt::Debug for DynamicRpc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DynamicRpc").field(&self.rpc).finish()
    }
}

fn recode<T: Serialize + DeserializeOwned>(body: &[u8]) -> Result<String, DecodeError> {
    json::decode::<T>(body).map(|value| text(&value))
}

/// What was decoded has a JSON form.
fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("\"no JSON form: {error}\""))
}
