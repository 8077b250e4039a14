//! What Alice needs to write to Bob: prekeys for Proteus (`scenarios.md` A3, steps 1 to 3), key packages
//! for MLS.

use std::cell::RefCell;

use federation_api::mls::CipherSuite;

use super::{Cast, clients, unexpected};
use crate::demo::narrator::Narrator;
use crate::fault::Fault;

/// Keys of all of Bob's clients.
pub(super) async fn keys(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    let wanted = bob.qualified_id();
    narrator.step(
        "Keys for a first message",
        "Bob's clients have left keys at B. Each is given out once, so claiming changes B's stock, and the\n\
         warm round gets other keys than the cold one.",
    )?;
    let given = RefCell::new(Vec::new());
    narrator
        .twice(
            "Alice claims a prekey of each of Bob's clients",
            &["brig/claim-prekey-bundle"],
            async |stage, _| match alice.claim_prekeys(&stage.a.callers.brig, &wanted).await {
                Ok(bundle) if bundle.clients.len() == clients(bob).len() => {
                    let keys: Vec<_> = bundle.clients.into_iter().map(|one| one.prekey).collect();
                    if given.borrow().iter().any(|key| keys.contains(key)) {
                        return Err("a prekey was given out twice".to_owned());
                    }
                    let ids: Vec<_> = keys.iter().map(|key| key.id.0.to_string()).collect();
                    given.borrow_mut().extend(keys);
                    Ok(format!("prekeys number {}", ids.join(" and ")))
                }
                other => Err(unexpected(&other)),
            },
        )
        .await?;
    narrator
        .twice(
            "Alice claims a key package of each of Bob's clients",
            &["brig/claim-key-packages"],
            async |stage, _| {
                let claimed = alice
                    .claim_key_packages(&stage.a.callers.brig, &wanted, CipherSuite::DEFAULT)
                    .await;
                match claimed {
                    Ok(Some(bundle)) if !bundle.key_packages.is_empty() => Ok(format!(
                        "{} key packages, each checked: cipher suite, reference, owner, time",
                        bundle.key_packages.len()
                    )),
                    other => Err(unexpected(&other)),
                }
            },
        )
        .await
}
