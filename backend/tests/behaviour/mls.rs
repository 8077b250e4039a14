//! What clients can do with MLS, and claiming key packages: `brig.md` §4.9, §4.10, §4.12.

use std::collections::BTreeSet;

use federation_api::key_package::{ClaimKeyPackageRequest, KeyPackageBundle, KeyPackageData};
use federation_api::mls::{
    CipherSuite, HashAlgorithm, MlsClientRequest, MlsClientsRequest, MlsClientsRequestV0,
    SignatureSchemeTag,
};
use federation_api::user::UserLegalHoldStatus;
use federation_api::{Brig, Failure, OfSender, TeamId, UserId};
use federation_backend::{AccountStatus, Backend, Client, Settings, StoredKeyPackage};

use crate::world::{
    add_with, at_b, b, backend, backend_with, call, change, client, of_target, settings,
    with_client,
};

fn package(suite: u16, content: &str, not_after: &str) -> StoredKeyPackage {
    StoredKeyPackage {
        suite: CipherSuite(suite),
        data: KeyPackageData::from(content.as_bytes().to_vec()),
        not_after: not_after.parse().unwrap(),
    }
}

const LATER: &str = "2031-08-04T12:00:00.001Z";
const NOW: &str = "2031-08-04T12:00:00.000Z";

fn mls_client(id: u64, packages: &[StoredKeyPackage]) -> Client {
    let mut client = client(id, &[]);
    let key = b"public key".to_vec().into();
    client
        .signature_keys
        .insert(SignatureSchemeTag::Ed25519, key);
    client.key_packages = packages.to_vec();
    client
}

/// Bob's clients: 1 has two packages of suite 1 and one of suite 7, 2 an expired one, 3 none.
fn with_bob(settings: Settings) -> (Backend, UserId) {
    let backend = backend_with(b(), settings);
    let bob = add_with(&backend, "bob", |user| {
        let packages = [
            package(1, "one", LATER),
            package(7, "seven", LATER),
            package(1, "another", LATER),
        ];
        with_client(user, mls_client(1, &packages));
        with_client(user, mls_client(2, &[package(1, "old", NOW)]));
        with_client(user, client(3, &[]));
    });
    (backend, bob)
}

async fn claim(
    backend: &Backend,
    target: UserId,
    suite: u16,
) -> Result<Option<KeyPackageBundle>, Failure> {
    let request = ClaimKeyPackageRequest {
        claimant: OfSender::new(UserId::random()),
        target: of_target(target),
        cipher_suite: CipherSuite(suite),
    };
    backend.brig().claim_key_packages(&call(), request).await
}

fn unknown_suite() -> Failure {
    Failure::new(400, "mls-protocol-error", "Unknown ciphersuite")
}

#[tokio::test]
async fn one_of_each_client_and_each_once() {
    let (backend, bob) = with_bob(settings());
    let mut claimed = BTreeSet::new();
    for _ in 0..2 {
        let bundle = claim(&backend, bob, 1).await.unwrap().unwrap();
        assert_eq!(
            bundle.key_packages.len(),
            1,
            "2 has an expired one, 3 has none"
        );
        for entry in bundle.key_packages {
            assert_eq!(entry.user, at_b(bob));
            assert_eq!(entry.client, 1.into());
            let reference = entry.key_package.reference(HashAlgorithm::Sha256);
            assert_eq!(entry.key_package_ref, reference);
            claimed.insert(entry.key_package.as_ref().to_vec());
        }
    }
    assert_eq!(claimed, [b"one".to_vec(), b"another".to_vec()].into());
    let empty = claim(&backend, bob, 1).await.unwrap();
    assert_eq!(empty, Some(KeyPackageBundle::default()), "not null");

    let bundle = claim(&backend, bob, 7).await.unwrap().unwrap();
    let entry = bundle.key_packages.first().unwrap();
    let reference = entry.key_package.reference(HashAlgorithm::Sha384);
    assert_eq!(entry.key_package_ref, reference, "the hash is the suite's");
}

#[tokio::test]
async fn the_choice_is_random_and_follows_from_the_seed() {
    let mut orders = BTreeSet::new();
    for seed in 0..20 {
        let settings = || Settings {
            random_seed: Some(seed),
            ..settings()
        };
        let ((one, bob), (same, _)) = (with_bob(settings()), with_bob(settings()));
        let first = claim(&one, bob, 1).await;
        assert_eq!(first, claim(&same, bob, 1).await);
        orders.insert(format!("{first:?}"));
    }
    assert_eq!(orders.len(), 2);
}

#[tokio::test]
async fn who_cannot_be_added_is_null() {
    type Change = fn(&mut federation_backend::User);
    let changes: &[(&str, Change, bool)] = &[
        ("as it is", |_| {}, true),
        (
            "suspended",
            |user| user.status = AccountStatus::Suspended,
            false,
        ),
        (
            "ephemeral",
            |user| user.status = AccountStatus::Ephemeral,
            false,
        ),
        (
            "deleted",
            |user| user.status = AccountStatus::Deleted,
            false,
        ),
        (
            "invited",
            |user| user.status = AccountStatus::PendingInvitation,
            false,
        ),
        ("not activated", |user| user.activated = false, false),
        (
            "legal hold without team",
            |user| user.legal_hold = UserLegalHoldStatus::Enabled,
            true,
        ),
        (
            "legal hold",
            |user| {
                user.team = Some(TeamId::random());
                user.legal_hold = UserLegalHoldStatus::Enabled;
            },
            false,
        ),
        (
            "legal hold pending",
            |user| {
                user.team = Some(TeamId::random());
                user.legal_hold = UserLegalHoldStatus::Pending;
            },
            false,
        ),
        (
            "no consent",
            |user| {
                user.team = Some(TeamId::random());
                user.legal_hold = UserLegalHoldStatus::NoConsent;
            },
            true,
        ),
    ];
    for (what, made, found) in changes {
        let (backend, bob) = with_bob(settings());
        change(&backend, bob, made);
        let bundle = claim(&backend, bob, 1).await.unwrap();
        assert_eq!(bundle.is_some(), *found, "{what}");
    }
    let (backend, _) = with_bob(settings());
    assert_eq!(claim(&backend, UserId::random(), 1).await, Ok(None));
}

#[tokio::test]
async fn mls_disabled_comes_before_everything_else() {
    let (backend, bob) = with_bob(Settings {
        mls: false,
        ..settings()
    });
    for suite in [1, 3] {
        assert_eq!(claim(&backend, bob, suite).await, Ok(None));
    }
    // The other questions do not depend on it.
    let request = MlsClientsRequest {
        user_id: of_target(bob),
        cipher_suite: CipherSuite(1),
    };
    let clients = backend.brig().get_mls_clients(&call(), request).await;
    assert_eq!(clients.unwrap().len(), 3);
}

#[tokio::test]
async fn an_unknown_suite_is_an_error_even_for_an_unknown_user() {
    let (backend, bob) = with_bob(settings());
    let brig = backend.brig();
    for user in [bob, UserId::random()] {
        for suite in [0, 3, 4, 6, 65535] {
            let (user_id, cipher_suite) = (of_target(user), CipherSuite(suite));
            assert_eq!(claim(&backend, user, suite).await, Err(unknown_suite()));
            let list = MlsClientsRequest {
                user_id,
                cipher_suite,
            };
            let one = MlsClientRequest {
                user_id,
                client_id: 1.into(),
                cipher_suite,
            };
            let answer = brig.get_mls_clients(&call(), list).await;
            assert_eq!(answer, Err(unknown_suite()));
            let answer = brig.get_mls_client(&call(), one).await;
            assert_eq!(answer, Err(unknown_suite()));
        }
        for suite in [1, 2, 5, 7, 0xf031] {
            assert!(claim(&backend, user, suite).await.is_ok());
        }
    }
}

#[tokio::test]
async fn clients_with_key_and_packages() {
    let (backend, bob) = with_bob(settings());
    let brig = backend.brig();
    let key = "cHVibGljIGtleQ==";
    let list = |suite| MlsClientsRequest {
        user_id: of_target(bob),
        cipher_suite: CipherSuite(suite),
    };
    let of_suite_1 = serde_json::json!([
        {"id": "1", "mls_signature_key": key, "mls": true},
        {"id": "2", "mls_signature_key": key, "mls": false},
        {"id": "3", "mls": false}
    ]);
    let answer = brig.get_mls_clients(&call(), list(1)).await.unwrap();
    assert_eq!(serde_json::to_value(answer).unwrap(), of_suite_1);
    // Expired packages are gone for good.
    let two = backend.user(bob).unwrap().clients[&2.into()].clone();
    assert!(two.key_packages.is_empty());

    let v0: MlsClientsRequestV0 = serde_json::from_value(serde_json::json!({
        "user_id": bob, "signature_scheme": "ecdsa_secp521r1_sha512"
    }))
    .unwrap();
    let answer = brig.get_mls_clients_v0(&call(), v0).await.unwrap();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        of_suite_1,
        "the scheme is ignored"
    );

    let answer = brig.get_mls_clients(&call(), list(7)).await.unwrap();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        serde_json::json!([
            {"id": "1", "mls": true},
            {"id": "2", "mls": false},
            {"id": "3", "mls": false}
        ]),
        "the key is that of the suite's scheme"
    );
    let stranger = MlsClientsRequest {
        user_id: of_target(UserId::random()),
        cipher_suite: CipherSuite(1),
    };
    let answer = brig.get_mls_clients(&call(), stranger).await.unwrap();
    assert!(answer.is_empty());
}

#[tokio::test]
async fn one_client_is_never_not_found() {
    let (backend, bob) = with_bob(settings());
    for (user, client, mls, key) in [
        (bob, 1, true, true),
        (bob, 2, false, true),
        (bob, 3, false, false),
        (bob, 99, false, false),
        (UserId::random(), 1, false, false),
    ] {
        let request = MlsClientRequest {
            user_id: of_target(user),
            client_id: client.into(),
            cipher_suite: CipherSuite(1),
        };
        let info = backend
            .brig()
            .get_mls_client(&call(), request)
            .await
            .unwrap();
        assert_eq!(info.id, client.into());
        assert_eq!(
            (info.mls, info.mls_signature_key.is_some()),
            (mls, key),
            "{client}"
        );
    }
}

#[test]
fn a_backend_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let backend = backend(b());
    shared(&backend);
    shared(&backend.brig());
    shared(&backend.cargohold());
}
