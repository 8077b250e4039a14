//! A file of Bob's, which Alice downloads (`scenarios.md` B8).

use bytes::{Buf, Bytes};
use federation_api::asset::AssetToken;
use federation_api::{ByteStream, Qualified};
use federation_backend::{Asset, OperationError, Refusal, derived};
use futures_util::StreamExt;

use super::{Cast, unexpected};
use crate::demo::memory;
use crate::demo::narrator::{Narrator, Seen};
use crate::fault::Fault;

const MIB: u64 = 1024 * 1024;
const SIZE: u64 = 64 * MIB;
/// What the seed calls the asset.
const FILM: &str = "film";

/// An asset with and without its token.
pub(super) async fn assets(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    narrator.step(
        "A file of Bob's",
        "Bob has uploaded 64 MiB at B and told Alice the key and the token, inside an encrypted message. A's\n\
         cargohold asks B's whether the token opens the asset, then takes the bytes as they come, through\n\
         both federators, without holding them. The times of hops are those until the first byte.",
    )?;
    let film = derived::asset_id(bob.backend().domain(), FILM);
    let missing = || Fault::Failed(format!("the seed of B has no asset `{FILM}` with a token"));
    let asset = bob.backend().asset(film).ok_or_else(missing)?;
    let Asset {
        key,
        token,
        content,
        ..
    } = asset;
    let token = token.ok_or_else(missing)?;
    let key = Qualified::new(key, bob.backend().domain().clone());
    let rpcs = &["cargohold/get-asset", "cargohold/stream-asset"];
    narrator
        .twice("Alice downloads it", rpcs, async |stage, _| {
            let before = memory::peak();
            let fetched = alice
                .fetch_asset(&stage.a.callers.cargohold, &key, Some(token.clone()))
                .await;
            match fetched {
                Ok(bytes) => same(bytes, content.stream()).await?,
                Err(error) => return Err(unexpected(&error)),
            }
            let grown = before.and_then(|before| Some(memory::peak()?.saturating_sub(before)));
            in_little_memory(grown)
        })
        .await?;
    let rpcs = &["cargohold/get-asset"];
    narrator
        .twice("Alice tries a wrong token", rpcs, async |stage, _| {
            let wrong = Some(AssetToken::random());
            let fetched = alice
                .fetch_asset(&stage.a.callers.cargohold, &key, wrong)
                .await;
            match fetched {
                Err(OperationError::Refused(Refusal::AssetNotFound)) => {
                    Ok("not available, as if there were no such asset".to_owned())
                }
                other => Err(unexpected(&other)),
            }
        })
        .await
}

fn in_little_memory(grown: Option<u64>) -> Seen {
    let whole = "64 MiB, every byte as it was uploaded";
    match grown {
        None => Ok(whole.to_owned()),
        Some(grown) if grown < SIZE / 2 => Ok(format!(
            "{whole}; the memory of everything together grew by {} MiB",
            grown.div_ceil(MIB)
        )),
        Some(grown) => Err(format!("64 MiB took {} MiB of memory", grown / MIB)),
    }
}

/// Takes the bytes as they come, and compares them with those that were uploaded.
async fn same(mut bytes: ByteStream, mut uploaded: ByteStream) -> Result<(), String> {
    let mut count = 0;
    let mut expected = Bytes::new();
    while let Some(chunk) = bytes.next().await {
        let mut chunk =
            chunk.map_err(|error| format!("broken off after {count} bytes: {error}"))?;
        count += chunk.len() as u64;
        while !chunk.is_empty() {
            if expected.is_empty() {
                let next = uploaded.next().await.and_then(Result::ok);
                expected = next.unwrap_or_default();
            }
            let length = expected.len().min(chunk.len());
            if length == 0 || expected[..length] != chunk[..length] {
                return Err(format!("different before byte {count}"));
            }
            expected.advance(length);
            chunk.advance(length);
        }
    }
    if count == SIZE {
        Ok(())
    } else {
        Err(format!("{count} bytes in place of {SIZE}"))
    }
}
