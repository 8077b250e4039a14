//! Calls, as many at once as wanted.

use std::time::{Duration, Instant};

use federation_api::asset::GetAsset;
use federation_api::{Call, Cargohold};
use federation_clients::Connection;
use federation_clients::cargohold::Client;
use futures_util::StreamExt;
use futures_util::future::try_join_all;

use super::component::ASSET;
use super::scene::{ORIGIN, TARGET};
use bench_harness::Failed;

/// What came of calling for a while.
pub(crate) struct Called {
    pub(crate) calls: usize,
    pub(crate) time: Duration,
    /// The median time of a call.
    pub(crate) latency: Duration,
}

fn request() -> Result<(Call, GetAsset), Failed> {
    let asset = serde_json::json!({
        "user": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31",
        "key": "3-1-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77",
        "token": null,
    });
    let call = Call::new(ORIGIN.parse()?, TARGET.parse()?);
    Ok((call, serde_json::from_value(asset)?))
}

/// Small calls, `at_once` at once, for `seconds`.
pub(crate) async fn calls(
    connection: &Connection,
    at_once: usize,
    seconds: f64,
) -> Result<Called, Failed> {
    let client = Client::new(connection.clone());
    let (call, asset) = request()?;
    let begun = Instant::now();
    let until = begun + Duration::from_secs_f64(seconds);
    let callers = (0..at_once).map(|_| async {
        let mut times = Vec::new();
        let mut now = Instant::now();
        while now < until {
            let answer = client.get_asset(&call, asset.clone()).await?;
            if !answer.available {
                return Err(Failed::from("the wrong answer"));
            }
            let then = Instant::now();
            times.push(then - now);
            now = then;
        }
        Ok(times)
    });
    let mut times = try_join_all(callers).await?.concat();
    let time = begun.elapsed();
    times.sort_unstable();
    Ok(Called {
        calls: times.len(),
        time,
        latency: times.get(times.len() / 2).copied().unwrap_or_default(),
    })
}

/// The asset, once; in MiB per second.
pub(super) async fn stream(connection: &Connection) -> Result<f64, Failed> {
    let (call, asset) = request()?;
    let begun = Instant::now();
    let mut stream = Client::new(connection.clone())
        .stream_asset(&call, asset)
        .await?;
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        length += chunk?.len();
    }
    if length != ASSET {
        return Err(format!("{length} bytes of {ASSET}").into());
    }
    let mebibytes = ASSET as f64 / (1024.0 * 1024.0);
    Ok(mebibytes / begun.elapsed().as_secs_f64())
}
