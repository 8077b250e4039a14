//! Makes clients of what a seed says, with prekeys and key packages that need not be spelt out.

use std::time::{SystemTime, UNIX_EPOCH};

use federation_api::base64::Base64Bytes;
use federation_api::mls::{SignatureSchemeTag, SupportedSuite};
use federation_api::prekey::PrekeyId;
use federation_api::timestamp::UtcTimeMillis;
use federation_api::{Domain, Qualified, UserId};

use super::{SeedClient, SeedKeyPackages};
use crate::client::{Client, StoredKeyPackage};
use crate::derived;
use crate::key_package::{KeyPackageContent, basic_identity};

/// The most key packages that one entry of a seed may ask for.
const MOST_KEY_PACKAGES: u16 = 1000;

/// Where in the client, and what is wrong there.
type Fault = (String, String);

pub(super) fn client(domain: &Domain, user: UserId, seed: SeedClient) -> Result<Client, Fault> {
    let id = seed
        .id
        .unwrap_or_else(|| derived::client_id(domain, user, &seed.name));
    let label = format!("{domain}/{user}/{id}");
    let mut client = Client {
        class: seed.class,
        signature_keys: seed.signature_keys,
        ..Client::new(id)
    };
    if seed.generated_prekeys == PrekeyId::LAST_RESORT.0 {
        let fault = "at most 65534 prekeys, since 65535 is the last-resort one".to_owned();
        return Err((".generated_prekeys".to_owned(), fault));
    }
    let last_resort = seed.last_resort_prekey.then_some(PrekeyId::LAST_RESORT);
    for id in (1..=seed.generated_prekeys)
        .map(PrekeyId)
        .chain(last_resort)
    {
        client.prekeys.insert(id, derived::prekey(&label, id));
    }
    for (index, prekey) in seed.prekeys.into_iter().enumerate() {
        if client.prekeys.insert(prekey.id, prekey.key).is_some() {
            let fault = format!("there are two prekeys of the number {}", prekey.id.0);
            return Err((format!(".prekeys[{index}].id"), fault));
        }
    }
    let user = Qualified::new(user, domain.clone());
    for (index, packages) in seed.key_packages.iter().enumerate() {
        key_packages(&mut client, &user, &label, index, packages)
            .map_err(|(key, fault)| (format!(".key_packages[{index}]{key}"), fault.to_owned()))?;
    }
    Ok(client)
}

fn key_packages(
    client: &mut Client,
    user: &Qualified<UserId>,
    label: &str,
    entry: usize,
    seed: &SeedKeyPackages,
) -> Result<(), (&'static str, &'static str)> {
    let suite = seed.cipher_suite.details().ok_or((
        ".cipher_suite",
        "no supported cipher suite: 1, 2, 5, 7 or 61489",
    ))?;
    let stored = |data| StoredKeyPackage {
        suite: suite.suite,
        data,
        not_after: seed.not_after,
    };
    match (&seed.data, seed.count) {
        (Some(data), None) => client.key_packages.push(stored(data.clone().into())),
        (None, Some(count)) if count <= MOST_KEY_PACKAGES => {
            let signature_key = client
                .signature_keys
                .entry(suite.signature_scheme)
                .or_insert_with(|| signature_key(suite, label))
                .to_vec();
            let content = KeyPackageContent {
                suite: suite.suite,
                signature_key,
                identity: basic_identity(user, client.id),
                not_before: seed.not_before.map_or(0, unix_seconds),
                not_after: unix_seconds(seed.not_after),
            };
            for number in 0..count {
                let package = format!("{label}/{entry}/{number}");
                client.key_packages.push(stored(
                    content.write(|what| derived::bytes(&format!("{package}/{what}"), 64)),
                ));
            }
        }
        (None, Some(_)) => return Err((".count", "at most 1000 key packages")),
        _ => return Err(("", "give one of `count` and `data`")),
    }
    Ok(())
}

/// A public key of the length that the scheme has; uncompressed points begin with 4.
fn signature_key(suite: &SupportedSuite, label: &str) -> Base64Bytes {
    let (prefix, length): (&[u8], _) = match suite.signature_scheme {
        SignatureSchemeTag::Ed25519 => (&[], 32),
        SignatureSchemeTag::EcdsaSecp256r1Sha256 => (&[4], 64),
        SignatureSchemeTag::EcdsaSecp384r1Sha384 => (&[4], 96),
        SignatureSchemeTag::EcdsaSecp521r1Sha512 => (&[4], 132),
    };
    let scheme = suite.signature_scheme;
    [
        prefix,
        &derived::bytes(&format!("{label}/{scheme}"), length),
    ]
    .concat()
    .into()
}

/// Seconds since 1970; none before that.
fn unix_seconds(time: UtcTimeMillis) -> u64 {
    SystemTime::try_from(time)
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_secs())
}
