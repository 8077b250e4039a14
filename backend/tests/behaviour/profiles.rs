//! `get-user-by-handle`, `get-users-by-ids`, `get-user-clients`, `api-version`, and what a profile
//! shows: `brig.md` §4.1–4.3, §4.8, §5.1.

use crate::world::{
    a, add, add_with, at_b, b, backend, backend_with, call, client, noon, of_target, settings,
    with_client,
};
use federation_api::client::{ClientClass, GetUserClients};
use federation_api::mls::{CipherSuite, MlsClientRequest, MlsClientsRequest, MlsClientsRequestV0};
use federation_api::user::{BaseProtocolTag, UserLegalHoldStatus, UserType};
use federation_api::{Brig, Call, Failure, OfSender, TeamId, Unit, UserId, UserProfile, Version};
use federation_backend::{AccountStatus, Backend, Clock, Settings};

async fn profiles(backend: &Backend, ids: &[UserId]) -> Vec<UserProfile> {
    let ids = ids.iter().copied().map(of_target).collect();
    backend.brig().get_users_by_ids(&call(), ids).await.unwrap()
}

async fn profile(backend: &Backend, id: UserId) -> UserProfile {
    profiles(backend, &[id]).await.remove(0)
}

/// All, some or none of them are known (`scenarios.md` D95).
#[tokio::test]
async fn d95_in_the_order_asked_for() {
    let backend = backend(b());
    let (bob, eve) = (add(&backend, "bob"), add(&backend, "eve"));
    let invited = add_with(&backend, "invited", |user| {
        user.status = AccountStatus::PendingInvitation;
    });
    let found = profiles(&backend, &[eve, UserId::random(), bob, invited, eve]).await;
    let found: Vec<_> = found
        .into_iter()
        .map(|profile| profile.qualified_id)
        .collect();
    assert_eq!(found, [at_b(eve), at_b(bob), at_b(eve)]);
    assert_eq!(profiles(&backend, &[bob, eve]).await.len(), 2);
    assert_eq!(profiles(&backend, &[UserId::random()]).await, []);
    assert_eq!(profiles(&backend, &[]).await, []);
    for (handle, expected) in [("eve", true), ("invited", false), ("nobody", false)] {
        let asked = of_target(handle.parse().unwrap());
        let found = backend
            .brig()
            .get_user_by_handle(&call(), asked)
            .await
            .unwrap();
        assert_eq!(found.is_some(), expected, "{handle}");
    }
}

#[tokio::test]
async fn a_deleted_user_is_a_tombstone() {
    let backend = backend(b());
    let team = TeamId::random();
    let gone = add_with(&backend, "gone", |user| {
        user.status = AccountStatus::Deleted;
        user.team = Some(team);
        user.email = Some("gone@b.example.com".parse().unwrap());
        user.text_status = Some("bye".parse().unwrap());
        with_client(user, client(1, &[1]));
    });
    let tombstone = serde_json::to_value(profile(&backend, gone).await).unwrap();
    assert_eq!(
        tombstone,
        serde_json::json!({
            "qualified_id": {"domain": "b.example.com", "id": gone}, "id": gone,
            "name": "default", "text_status": "bye", "picture": [], "assets": [], "accent_id": 0,
            "deleted": true, "team": team, "legalhold_status": "disabled",
            "supported_protocols": ["proteus"], "type": "regular", "searchable": true
        })
    );
    // Its handle is free, its clients are gone.
    let asked = of_target("gone".parse().unwrap());
    assert_eq!(
        backend.brig().get_user_by_handle(&call(), asked).await,
        Ok(None)
    );
    add_with(&backend, "other", |user| {
        user.handle = Some("gone".parse().unwrap());
    });
    assert!(backend.user(gone).unwrap().clients.is_empty());
}

#[tokio::test]
async fn what_is_shown_follows_rules() {
    let backend = backend_with(
        b(),
        Settings {
            show_team_emails: true,
            ..settings()
        },
    );
    let team = TeamId::random();
    let mail = "x@b.example.com";
    let app = || {
        Some(federation_api::user::AppInfo {
            category: "tools".into(),
            description: "Helps.".parse().unwrap(),
        })
    };
    let alone = add_with(&backend, "alone", |user| {
        user.email = Some(mail.parse().unwrap());
        user.legal_hold = UserLegalHoldStatus::Enabled;
        user.r#type = Some(UserType::App);
        user.app = app();
    });
    let member = add_with(&backend, "member", |user| {
        user.team = Some(team);
        user.email = Some(mail.parse().unwrap());
        user.legal_hold = UserLegalHoldStatus::Pending;
        user.supported_protocols = [BaseProtocolTag::Mls].into();
        user.r#type = Some(UserType::App);
        user.app = app();
        user.expires_at = Some(noon());
    });
    let bot = add_with(&backend, "bot", |user| {
        user.service = serde_json::from_value(serde_json::json!({
            "id": "c81f0a52-9b4d-4e6f-a1d7-33b1b2f0c9ab",
            "provider": "5a7d1e30-02cc-47b2-9f0e-d0a1c7f4e812"
        }))
        .unwrap();
    });
    let alone = profile(&backend, alone).await;
    assert_eq!(alone.email, None, "no team, no address");
    assert_eq!(alone.legalhold_status, UserLegalHoldStatus::NoConsent);
    assert_eq!(alone.supported_protocols, [BaseProtocolTag::Proteus].into());
    assert_eq!(alone.app, None, "apps are in teams");
    let member = profile(&backend, member).await;
    assert_eq!(member.email.unwrap().as_str(), mail);
    assert_eq!(member.legalhold_status, UserLegalHoldStatus::Pending);
    assert_eq!(member.supported_protocols, [BaseProtocolTag::Mls].into());
    assert!(member.app.is_some());
    assert_eq!(member.expires_at, None, "only guests expire");
    let bot = profile(&backend, bot).await;
    assert_eq!(bot.r#type, UserType::Bot);

    let discreet = crate::world::backend(b());
    let member = add_with(&discreet, "member", |user| {
        user.team = Some(team);
        user.email = Some(mail.parse().unwrap());
    });
    assert_eq!(profile(&discreet, member).await.email, None);
}

#[tokio::test]
async fn a_guest_whose_time_is_over_is_noted_and_still_shown() {
    let backend = backend(b());
    let guest = |handle, end: &str| {
        add_with(&backend, handle, |user| {
            user.status = AccountStatus::Ephemeral;
            user.expires_at = Some(end.parse().unwrap());
        })
    };
    let over = guest("over", "2031-08-04T12:00:00.000Z");
    let staying = guest("staying", "2031-08-04T12:00:00.001Z");
    assert!(backend.due_for_deletion().is_empty());
    let found = profiles(&backend, &[over, staying]).await;
    assert!(
        found
            .iter()
            .all(|profile| profile.expires_at.is_some() && !profile.deleted)
    );
    assert_eq!(backend.due_for_deletion(), [over].into());
}

/// Also of those that do not exist.
#[tokio::test]
async fn d95_clients_of_every_user_asked_for() {
    let backend = backend(b());
    let bob = add_with(&backend, "bob", |user| {
        let mut phone = client(0x2b, &[]);
        phone.class = Some(ClientClass::LegalHold);
        with_client(user, phone);
        with_client(user, client(1, &[]));
    });
    let stranger = UserId::random();
    let users = [bob, stranger, bob].map(of_target).into();
    let found = backend
        .brig()
        .get_user_clients(&call(), GetUserClients { users })
        .await
        .unwrap();
    assert_eq!(
        serde_json::to_value(&found).unwrap(),
        serde_json::json!({
            bob.to_string(): [{"id": "1"}, {"id": "2b", "class": "legalhold"}],
            stranger.to_string(): []
        })
    );
    assert!(found.contains_key(&OfSender::new(stranger)));
}

/// Which forms of the MLS questions a backend of older versions answers.
#[tokio::test]
async fn d75_versions_that_are_offered() {
    for newest in Version::ALL {
        let versions: Vec<_> = Version::ALL.into_iter().filter(|v| *v <= newest).collect();
        let backend = backend_with(
            b(),
            Settings {
                versions: versions.clone(),
                ..settings()
            },
        );
        let brig = backend.brig();
        let info = brig.api_version(&call(), Unit).await.unwrap();
        let numbers: Vec<_> = versions.iter().map(|v| i64::from(v.number())).collect();
        assert_eq!(info.supported_versions, numbers);

        let user_id = of_target(UserId::random());
        let cipher_suite = CipherSuite(1);
        let v0 = MlsClientsRequestV0 {
            user_id,
            cipher_suite,
        };
        let v1 = MlsClientsRequest {
            user_id,
            cipher_suite,
        };
        let v3 = MlsClientRequest {
            user_id,
            client_id: 1.into(),
            cipher_suite,
        };
        assert!(brig.get_mls_clients_v0(&call(), v0).await.is_ok());
        let list = brig.get_mls_clients(&call(), v1).await;
        assert_eq!(list.is_ok(), newest >= Version::V1);
        let one = brig.get_mls_client(&call(), v3).await;
        if newest < Version::V3 {
            assert_eq!(one, Err(Failure::no_endpoint()));
        } else {
            assert!(one.is_ok());
        }
    }
}

#[tokio::test]
async fn a_call_for_another_backend_is_refused() {
    let backend = backend(b());
    add(&backend, "bob");
    let elsewhere = Call::new(a(), "c.example.com".parse().unwrap());
    let error = backend
        .brig()
        .api_version(&elsewhere, Unit)
        .await
        .unwrap_err();
    assert_eq!((error.code, &*error.label), (400, "bad-request"));
    let asked = of_target("bob".parse().unwrap());
    assert!(
        backend
            .brig()
            .get_user_by_handle(&elsewhere, asked)
            .await
            .is_err()
    );
}

#[test]
fn a_clock_can_be_given() {
    assert_eq!(Clock::from_fn(noon).now(), noon());
    assert!(format!("{:?}", settings()).contains("2031-08-04T12:00:00.000Z"));
}
