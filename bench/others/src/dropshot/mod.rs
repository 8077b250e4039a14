//! dropshot, its service declared as a trait, and the client that progenitor generates from the
//! document of that trait; over HTTP/2, and over HTTP/1.1.

mod api;
mod client;
mod documents;

use bench_harness::{Caller, Failed, sample};
use dropshot::{ConfigDropshot, HandlerTaskMode, ServerBuilder};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use slog::{Discard, Logger, o};
use tokio::net::TcpListener;

use api::{Service, brig_mod};

/// What progenitor read; [`document`] says what it should have read.
const DOCUMENT: &str = include_str!("../../dropshot.json");

pub(crate) fn serve(listener: TcpListener) -> BoxFuture<'static, Result<(), Failed>> {
    async move {
        if document()? != DOCUMENT {
            return Err(
                "bench/others/dropshot.json is old: `others dropshot-document` prints it".into(),
            );
        }
        let store = Service {
            profile: serde_json::from_value(sample::small().response)?,
            profiles: serde_json::from_value(sample::medium().response)?,
            prekeys: serde_json::from_value(sample::nested_map().response)?,
        };
        // It binds for itself.
        let bind_address = listener.local_addr()?;
        drop(listener);
        let config = ConfigDropshot {
            bind_address,
            default_request_body_max_bytes: 1 << 20,
            // What our routers do: a call that nobody waits for is not finished.
            default_handler_task_mode: HandlerTaskMode::CancelOnDisconnect,
            ..ConfigDropshot::default()
        };
        let description = brig_mod::api_description::<Service>()?;
        let server = ServerBuilder::new(description, store, Logger::root(Discard, o!()))
            .config(config)
            .start()?;
        Ok(server.await?)
    }
    .boxed()
}

pub(crate) fn connect(server: &str) -> Result<Box<dyn Caller>, Failed> {
    client::over(server, reqwest::Client::builder().http2_prior_knowledge())
}

pub(crate) fn connect_http1(server: &str) -> Result<Box<dyn Caller>, Failed> {
    client::over(server, reqwest::Client::builder().http1_only())
}

/// The document of the service, which progenitor reads.
pub(crate) fn document() -> Result<String, Failed> {
    let description = brig_mod::stub_api_description()?;
    let document = description.openapi("Brig", semver::Version::new(1, 0, 0));
    Ok(serde_json::to_string_pretty(&document.json()?)? + "\n")
}
