//! What Alice needs to write to Bob: prekeys for Proteus, key packages for MLS.

use federation_api::client::{ClientId, GetUserClients};
use federation_api::key_package::ClaimKeyPackageRequest;
use federation_api::mls::{CipherSuite, MlsClientsRequest};
use federation_api::user_map::UserClients;
use federation_api::{Brig, OfRecipient, OfSender};

use super::{ALICE, BOB, unexpected, user};
use crate::demo::report::Report;
use crate::demo::scene::Scene;
use crate::fault::Fault;

/// Prekeys: of one client twice, then of all.
pub(super) async fn prekeys(scene: &Scene, report: &mut Report) -> Result<(), Fault> {
    let (brig, call) = (&scene.b.brig, scene.to_b());
    let bob = OfRecipient::new(scene.b.user(BOB)?);
    report.step(
        "Keys for a first message",
        "Bob's clients have left prekeys at B. Each is given out once, so claiming changes B's stock.",
    )?;

    let listed = brig
        .get_user_clients(&call, GetUserClients { users: vec![bob] })
        .await;
    let clients: Vec<ClientId> = match &listed {
        Ok(users) => users.values().flatten().map(|client| client.id).collect(),
        Err(_) => Vec::new(),
    };
    let Some(client) = clients.first().copied() else {
        report.outcome(Err(unexpected(&listed)))?;
        return Ok(());
    };
    report.outcome(Ok(format!(
        "Bob has {} clients: {}",
        clients.len(),
        list(&clients)
    )))?;

    let first = brig.claim_prekey(&call, (bob, client)).await;
    let second = brig.claim_prekey(&call, (bob, client)).await;
    report.outcome(match (first, second) {
        (Ok(Some(first)), Ok(Some(second))) if first.prekey.id != second.prekey.id => Ok(format!(
            "client {client} gave prekey {}, then prekey {}",
            first.prekey.id.0, second.prekey.id.0
        )),
        other => Err(unexpected(&other)),
    })?;

    let wanted: UserClients = [(bob, clients.iter().copied().collect())]
        .into_iter()
        .collect();
    let claimed = brig.claim_multi_prekey_bundle(&call, wanted).await;
    report.outcome(match claimed {
        Ok(users)
            if users.values().map(|of_user| of_user.len()).sum::<usize>() == clients.len() =>
        {
            let keys = users.values().flat_map(|of_user| of_user.values());
            let given = keys.filter(|key| key.is_some()).count();
            Ok(format!(
                "{given} prekeys for {} clients in one call",
                clients.len()
            ))
        }
        other => Err(unexpected(&other)),
    })?;
    Ok(())
}

/// Key packages: which clients have one, and one of each.
pub(super) async fn key_packages(scene: &Scene, report: &mut Report) -> Result<(), Fault> {
    let (brig, call) = (&scene.b.brig, scene.to_b());
    let alice = OfSender::new(scene.a.user(ALICE)?);
    let bob = user(&scene.b, BOB)?;
    report.step(
        "Keys for an MLS group",
        "To add Bob to a group, Alice needs one key package of each of his clients.",
    )?;

    let user_id = OfRecipient::new(*bob.id());
    let cipher_suite = CipherSuite::DEFAULT;
    let asked = MlsClientsRequest {
        user_id,
        cipher_suite,
    };
    let able = brig.get_mls_clients(&call, asked).await;
    let expected = match &able {
        Ok(clients) => clients.iter().filter(|client| client.mls).count(),
        Err(_) => 0,
    };
    report.outcome(match &able {
        Ok(clients) if expected > 0 => Ok(format!(
            "{expected} of {} clients can use cipher suite {}",
            clients.len(),
            cipher_suite.0
        )),
        other => Err(unexpected(other)),
    })?;

    let request = ClaimKeyPackageRequest {
        claimant: alice,
        target: user_id,
        cipher_suite,
    };
    let claimed = brig.claim_key_packages(&call, request).await;
    report.outcome(match claimed {
        Ok(Some(bundle))
            if bundle.key_packages.len() == expected
                && bundle.key_packages.iter().all(|entry| entry.user == bob) =>
        {
            let clients: Vec<_> = bundle
                .key_packages
                .iter()
                .map(|entry| entry.client)
                .collect();
            Ok(format!(
                "{expected} key packages, of the clients {}",
                list(&clients)
            ))
        }
        other => Err(unexpected(&other)),
    })?;
    Ok(())
}

fn list(clients: &[ClientId]) -> String {
    let texts: Vec<_> = clients.iter().map(ToString::to_string).collect();
    texts.join(", ")
}
