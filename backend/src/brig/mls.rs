//! What clients can do with MLS, and their key packages: each is handed out once.

use std::collections::BTreeSet;

use federation_api::key_package::{
    ClaimKeyPackageRequest, KeyPackageBundle, KeyPackageBundleEntry,
};
use federation_api::mls::{
    CipherSuite, ClientInfo, MlsClientRequest, MlsClientsRequest, SupportedSuite,
};
use federation_api::timestamp::UtcTimeMillis;
use federation_api::{Call, Domain, Failure};

use super::local;
use crate::state::State;
use crate::user::AccountStatus;

fn supported(suite: CipherSuite) -> Result<&'static SupportedSuite, Failure> {
    suite
        .details()
        .ok_or_else(|| Failure::mls_protocol_error("Unknown ciphersuite"))
}

/// `brig.md` §4.9.
pub(super) fn clients(
    state: &mut State,
    call: &Call,
    request: MlsClientsRequest,
    now: UtcTimeMillis,
) -> Result<BTreeSet<ClientInfo>, Failure> {
    let suite = supported(request.cipher_suite)?;
    let user = state.users.get_mut(&local(call, &request.user_id));
    Ok(user.map_or_else(BTreeSet::new, |user| {
        let clients = user.clients.values_mut();
        clients.map(|client| client.mls_info(suite, now)).collect()
    }))
}

/// `brig.md` §4.10.
pub(super) fn client(
    state: &mut State,
    call: &Call,
    request: MlsClientRequest,
    now: UtcTimeMillis,
) -> Result<ClientInfo, Failure> {
    let suite = supported(request.cipher_suite)?;
    let known = state
        .users
        .get_mut(&local(call, &request.user_id))
        .and_then(|user| user.clients.get_mut(&request.client_id));
    Ok(known.map_or(
        ClientInfo {
            id: request.client_id,
            mls_signature_key: None,
            mls: false,
        },
        |client| client.mls_info(suite, now),
    ))
}

/// `brig.md` §4.12, from step 2 on.
pub(super) fn claim(
    domain: &Domain,
    state: &mut State,
    call: &Call,
    request: ClaimKeyPackageRequest,
    now: UtcTimeMillis,
) -> Result<Option<KeyPackageBundle>, Failure> {
    let suite = supported(request.cipher_suite)?;
    let Some(user) = state.users.get_mut(&local(call, &request.target)) else {
        return Ok(None);
    };
    if !user.activated || user.status != AccountStatus::Active || user.under_legal_hold() {
        return Ok(None);
    }
    let target = user.qualified(domain);
    let key_packages = user
        .clients
        .values_mut()
        .filter_map(|client| {
            let package = client.take_key_package(suite.suite, now, &mut state.random)?;
            Some(KeyPackageBundleEntry {
                user: target.clone(),
                client: client.id,
                key_package_ref: package.reference(suite.hash),
                key_package: package,
            })
        })
        .collect();
    Ok(Some(KeyPackageBundle { key_packages }))
}
