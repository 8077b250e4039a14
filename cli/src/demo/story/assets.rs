//! A file of Bob's, which Alice downloads.

use bytes::{Buf, Bytes};
use federation_api::asset::{AssetToken, GetAsset};
use federation_api::{ByteStream, Cargohold, OfRecipient, OfSender};
use federation_backend::{Asset, derived};
use futures_util::StreamExt;

use super::{ALICE, unexpected};
use crate::demo::memory;
use crate::demo::report::Report;
use crate::demo::scene::Scene;
use crate::fault::Fault;

const MIB: u64 = 1024 * 1024;
const SIZE: u64 = 64 * MIB;
/// What the seed calls the asset.
const FILM: &str = "film";

/// An asset with and without its token, and one that does not exist.
pub(super) async fn assets(scene: &Scene, report: &mut Report) -> Result<(), Fault> {
    let (cargohold, call) = (&scene.b.cargohold, scene.to_b());
    report.step(
        "A file of Bob's",
        "Bob has uploaded 64 MiB at B and told Alice the key and the token, inside an encrypted message.\n\
         A asks B's cargohold whether the token opens the asset, then takes the bytes as they come.",
    )?;

    let film = derived::asset_id(scene.b.domain(), FILM);
    let missing = || {
        Fault::Failed(format!(
            "the seed of {} has no asset `{FILM}`",
            scene.b.domain()
        ))
    };
    let Asset {
        key,
        token,
        content,
        ..
    } = scene.b.backend.asset(film).ok_or_else(missing)?;
    let token = token.ok_or_else(missing)?;
    let alice = OfSender::new(scene.a.user(ALICE)?);
    let asset = |token| GetAsset {
        user: alice,
        key: OfRecipient::new(key),
        token: Some(token),
    };

    let answer = cargohold
        .get_asset(&call, asset(AssetToken::random()))
        .await;
    report.outcome(match answer {
        Ok(answer) if !answer.available => Ok("with a wrong token: not available".to_owned()),
        other => Err(unexpected(&other)),
    })?;

    let answer = cargohold.get_asset(&call, asset(token.clone())).await;
    report.outcome(match answer {
        Ok(answer) if answer.available => Ok("with Bob's token: available".to_owned()),
        other => Err(unexpected(&other)),
    })?;

    let before = memory::peak();
    let received = match cargohold.stream_asset(&call, asset(token)).await {
        Ok(bytes) => receive(bytes, content.stream(), report).await?,
        Err(error) => Err(unexpected(&error)),
    };
    let grown = before.and_then(|before| Some(memory::peak()?.saturating_sub(before)));
    report.outcome(match (received, grown) {
        (Ok(()), Some(grown)) if grown < SIZE / 2 => Ok(format!(
            "64 MiB, every byte as it was uploaded; the memory of both backends together grew by {} MiB",
            grown.div_ceil(MIB)
        )),
        (Ok(()), None) => Ok("64 MiB, every byte as it was uploaded".to_owned()),
        (Ok(()), Some(grown)) => Err(format!("64 MiB took {} MiB of memory", grown / MIB)),
        (Err(wrong), _) => Err(wrong),
    })?;

    let answer = cargohold
        .stream_asset(&call, asset(AssetToken::random()))
        .await;
    report.outcome(match answer {
        Err(error)
            if error
                .failure()
                .inner
                .as_ref()
                .is_some_and(|inner| inner.code == 404) =>
        {
            Ok(format!("the bytes with a wrong token: {error}"))
        }
        other => Err(unexpected(&other)),
    })?;
    Ok(())
}

/// Takes the bytes as they come, and compares them with those that were uploaded.
async fn receive(
    mut bytes: ByteStream,
    mut uploaded: ByteStream,
    report: &mut Report,
) -> Result<Result<(), String>, Fault> {
    let mut count = 0;
    let mut expected = Bytes::new();
    while let Some(chunk) = bytes.next().await {
        let mut chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(format!("broken off after {count} bytes: {error}"))),
        };
        count += chunk.len() as u64;
        report.count(count, SIZE)?;
        while !chunk.is_empty() {
            if expected.is_empty() {
                expected = uploaded
                    .next()
                    .await
                    .and_then(Result::ok)
                    .unwrap_or_default();
            }
            let length = expected.len().min(chunk.len());
            if length == 0 || expected[..length] != chunk[..length] {
                return Ok(Err(format!("different before byte {count}")));
            }
            expected.advance(length);
            chunk.advance(length);
        }
    }
    Ok(if count == SIZE {
        Ok(())
    } else {
        Err(format!("{count} bytes in place of {SIZE}"))
    })
}
