//! What the calling side makes of answers that cannot be true, and of calls that fail: `brig.md` §8.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::backends::{
    DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification,
};
use federation_api::client::{ClientId, GetUserClients, PubClient};
use federation_api::connection::{
    NewConnectionRequest, NewConnectionResponse, RemoteConnectionAction,
};
use federation_api::key_package::{ClaimKeyPackageRequest, KeyPackageBundle};
use federation_api::mls::{CipherSuite, ClientInfo, MlsClientRequest, MlsClientsRequest};
use federation_api::prekey::{ClientPrekey, PrekeyBundle};
use federation_api::search::{SearchRequest, SearchResponse};
use federation_api::user_map::{ClientMap, UserClientPrekeyMap, UserClients, UserMap};
use federation_api::{
    Brig, Call, Domain, EmptyResponse, Failure, Handle, OfRecipient, OfSender, Qualified, Unit,
    UserId, UserProfile, VersionInfo,
};
use federation_backend::{
    Backend, BackendBrig, Connection, LocalUser, OperationError, Refusal, Relation, derived, seeds,
    verify,
};

use crate::world::{a, at_b, b, call, settings};

/// What a [`Liar`] does to answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    /// Speaks for users of another backend.
    Domain,
    /// Answers about somebody, or some client, that nobody asked for.
    Other,
    /// Gives more than there may be.
    More,
    /// Gives key packages of another suite.
    Suite,
    /// Gives a key package that is none.
    Garbage,
    /// Gives a wrong reference of a key package.
    Reference,
    /// Gives the key package of another client.
    Credential,
    /// Answers with something that nobody knows.
    Unknown,
    /// Fails.
    Fails,
}

/// The brig of a backend that lies.
struct Liar(BackendBrig, Lie);

impl Liar {
    fn fails(&self) -> Result<(), Failure> {
        match self.1 {
            Lie::Fails => Err(Failure::server_error("out of order")),
            _ => Ok(()),
        }
    }

    fn user(&self, user: &mut Qualified<UserId>) {
        let (id, domain) = user.clone().into_parts();
        *user = match self.1 {
            Lie::Domain => Qualified::new(id, "c.example.com".parse().unwrap()),
            Lie::Other => Qualified::new(UserId::random(), domain),
            _ => return,
        };
    }
}

impl Brig for Liar {
    type Error = Failure;

    async fn api_version(&self, call: &Call, nothing: Unit) -> Result<VersionInfo, Failure> {
        self.0.api_version(call, nothing).await
    }

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<Handle>,
    ) -> Result<Option<UserProfile>, Failure> {
        self.fails()?;
        let mut profile = self.0.get_user_by_handle(call, handle).await?;
        if let Some(profile) = &mut profile {
            self.user(&mut profile.qualified_id);
            if self.1 == Lie::Other {
                profile.handle = None;
            }
        }
        Ok(profile)
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, Failure> {
        self.fails()?;
        let mut profiles = self.0.get_users_by_ids(call, users).await?;
        for profile in &mut profiles {
            self.user(&mut profile.qualified_id);
        }
        Ok(profiles)
    }

    async fn claim_prekey(
        &self,
        call: &Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> Result<Option<ClientPrekey>, Failure> {
        self.fails()?;
        let mut prekey = self.0.claim_prekey(call, client).await?;
        if let Some(prekey) = &mut prekey {
            prekey.client = ClientId(prekey.client.0 ^ 1);
        }
        Ok(prekey)
    }

    async fn claim_prekey_bundle(
        &self,
        call: &Call,
        user: OfRecipient<UserId>,
    ) -> Result<PrekeyBundle, Failure> {
        let bundle = self.0.claim_prekey_bundle(call, user).await?;
        let user = OfSender::new(UserId::random());
        Ok(PrekeyBundle { user, ..bundle })
    }

    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, Failure> {
        let mut prekeys = self.0.claim_multi_prekey_bundle(call, clients).await?;
        if self.1 == Lie::Other {
            prekeys.insert(OfSender::new(UserId::random()), ClientMap::default());
        } else {
            for clients in prekeys.values_mut() {
                clients.insert(ClientId(0xdead), None);
            }
        }
        Ok(prekeys)
    }

    async fn search_users(
        &self,
        call: &Call,
        search: SearchRequest,
    ) -> Result<SearchResponse, Failure> {
        let mut found = self.0.search_users(call, search).await?;
        for contact in &mut found.contacts {
            self.user(&mut contact.qualified_id);
        }
        if self.1 == Lie::More {
            found.contacts = vec![found.contacts[0].clone(); 16];
        }
        Ok(found)
    }

    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, Failure> {
        let mut clients = self.0.get_user_clients(call, users).await?;
        clients.insert(OfSender::new(UserId::random()), BTreeSet::new());
        Ok(clients)
    }

    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, Failure> {
        self.0.get_mls_clients(call, request).await
    }

    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, Failure> {
        self.0.get_mls_client(call, request).await
    }

    async fn send_connection_action(
        &self,
        call: &Call,
        request: NewConnectionRequest,
    ) -> Result<NewConnectionResponse, Failure> {
        self.fails()?;
        match self.1 {
            Lie::Unknown => Ok(serde_json::from_str(r#"{"tag":"NewConnectionMaybe"}"#).unwrap()),
            Lie::Other => Ok(NewConnectionResponse::UserNotActivated),
            // Grants what was not asked for.
            Lie::More => Ok(NewConnectionResponse::Ok(Some(
                RemoteConnectionAction::RemoteRescind,
            ))),
            _ => self.0.send_connection_action(call, request).await,
        }
    }

    async fn claim_key_packages(
        &self,
        call: &Call,
        mut request: ClaimKeyPackageRequest,
    ) -> Result<Option<KeyPackageBundle>, Failure> {
        if self.1 == Lie::Suite {
            request.cipher_suite = CipherSuite(2);
        }
        let bundle = self.0.claim_key_packages(call, request).await?;
        Ok(bundle.map(|bundle| KeyPackageBundle {
            key_packages: bundle
                .key_packages
                .into_iter()
                .map(|mut entry| {
                    self.user(&mut entry.user);
                    match self.1 {
                        Lie::Garbage => entry.key_package = b"garbage".to_vec().into(),
                        Lie::Reference => entry.key_package_ref = b"other".to_vec().into(),
                        Lie::Credential => entry.client = ClientId(entry.client.0 ^ 1),
                        _ => {}
                    }
                    entry
                })
                .collect(),
        }))
    }

    async fn get_not_fully_connected_backends(
        &self,
        call: &Call,
        domains: DomainSet,
    ) -> Result<NonConnectedBackends, Failure> {
        self.0.get_not_fully_connected_backends(call, domains).await
    }

    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, Failure> {
        self.fails()?;
        self.0.on_user_deleted_connections(call, deleted).await
    }
}

fn world() -> (Backend, LocalUser, impl Fn(Lie) -> Liar) {
    let here = Backend::from_seed(seeds::A_EXAMPLE_COM, settings()).unwrap();
    let there = Backend::from_seed(seeds::B_EXAMPLE_COM, settings()).unwrap();
    let alice = here.local_user(derived::user_id(&a(), "alice")).unwrap();
    (here, alice, move |lie| Liar(there.brig(), lie))
}

fn bob() -> Qualified<UserId> {
    at_b(derived::user_id(&b(), "bob"))
}

/// Checks that a lie was noticed, and gives what it says of it.
fn noticed<T: std::fmt::Debug>(outcome: Result<T, OperationError<Failure>>) -> String {
    let error = outcome.expect_err("the lie was believed");
    assert!(
        matches!(error, OperationError::UnexpectedAnswer(_)),
        "{error}"
    );
    let failure = Failure::from(error);
    assert_eq!(
        (failure.code, &*failure.label),
        (533, "federation-unexpected-body")
    );
    let start = "Could parse body, but response was not expected: ";
    failure.message.strip_prefix(start).unwrap().to_owned()
}

#[tokio::test]
async fn users_that_nobody_asked_for() {
    let (_, alice, liar) = world();
    let handle = "bob".parse().unwrap();
    for lie in [Lie::Domain, Lie::Other] {
        let liar = liar(lie);
        noticed(alice.look_up(&liar, &b(), &handle).await);
        noticed(alice.profile(&liar, &bob()).await);
        noticed(alice.connect(&liar, &bob()).await);
        assert_eq!(alice.relation(&bob()), None);
    }
    let told = noticed(alice.search(&liar(Lie::Domain), &b(), "b", None).await);
    assert!(told.starts_with("b.example.com speaks for"), "{told}");
    let told = noticed(alice.search(&liar(Lie::More), &b(), "b", None).await);
    assert_eq!(told, "16 contacts where 15 are the most");
    noticed(alice.clients(&liar(Lie::Other), &bob()).await);
}

#[tokio::test]
async fn key_material_that_nobody_asked_for() {
    let (_, alice, liar) = world();
    let phone = derived::client_id(&b(), *bob().id(), "phone");
    let other = liar(Lie::Other);
    noticed(alice.claim_prekey(&other, &bob(), phone).await);
    noticed(alice.claim_prekeys(&other, &bob()).await);
    let asked = || BTreeMap::from([(*bob().id(), BTreeSet::from([phone]))]);
    noticed(alice.claim_many_prekeys(&other, &b(), asked()).await);
    let told = noticed(
        alice
            .claim_many_prekeys(&liar(Lie::More), &b(), asked())
            .await,
    );
    assert!(
        told.starts_with("nobody asked for the client dead"),
        "{told}"
    );
    for (lie, expected) in [
        (Lie::Domain, "it is of"),
        (Lie::Other, "it is of"),
        (Lie::Suite, "it is of the suite 2"),
        (Lie::Garbage, "MLS 1.0"),
        (Lie::Reference, "its reference"),
        (Lie::Credential, "its credential names somebody else"),
    ] {
        let suite = CipherSuite(1);
        let told = noticed(alice.claim_key_packages(&liar(lie), &bob(), suite).await);
        assert!(told.contains(expected), "{lie:?}: {told}");
    }
}

#[tokio::test]
async fn lifetimes_are_looked_at() {
    let (_, alice, liar) = world();
    let bundle = alice
        .claim_key_packages(&liar(Lie::Unknown), &bob(), CipherSuite(1))
        .await
        .unwrap()
        .unwrap();
    let ends = 4_102_444_800; // 2100-01-01
    for (now, good) in [
        (0, true),
        (ends - 1, true),
        (ends, false),
        (u64::MAX, false),
    ] {
        let verdict = verify::key_packages(&bob(), CipherSuite(1), &bundle, now);
        assert_eq!(verdict.is_ok(), good, "{now}");
    }
}

#[tokio::test]
async fn connections_stay_as_they_are_when_the_other_side_does_not_agree() {
    let (here, alice, liar) = world();
    noticed(alice.connect(&liar(Lie::Unknown), &bob()).await);
    for (lie, expected) in [
        (
            Lie::Fails,
            OperationError::Call(Failure::server_error("out of order")),
        ),
        (Lie::Other, Refusal::UserNotActivated.into()),
    ] {
        let sent = Connection::new(Relation::Sent);
        here.put_connection(alice.id(), bob(), sent);
        let error = alice.rescind(&liar(lie), &bob()).await.unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(here.connection(alice.id(), &bob()), Some(sent));
    }
    // A reaction that the table has no transition for changes nothing.
    let answer = alice.rescind(&liar(Lie::More), &bob()).await;
    assert_eq!(answer, Ok(Relation::Cancelled));
    let nobody = at_b(UserId::random());
    let error = alice.connect(&liar(Lie::Suite), &nobody).await.unwrap_err();
    assert_eq!(error, Refusal::NoSuchUser.into());
}

#[tokio::test]
async fn what_could_not_be_told_is_reported() {
    let (here, alice, liar) = world();
    here.put_connection(alice.id(), bob(), Connection::new(Relation::Sent));
    let report = alice.delete(|_: &Domain| liar(Lie::Fails)).await.unwrap();
    assert_eq!(report.delivered, 0);
    assert_eq!(report.not_rescinded[0].0, bob());
    let (domain, notification, _) = &report.undelivered[0];
    assert_eq!((domain, notification.connections.len()), (&b(), 1));
}

#[tokio::test]
async fn the_own_backend_is_not_called() {
    let (here, alice, _) = world();
    let anton = Qualified::new(derived::user_id(&a(), "anton"), a());
    let error = alice.connect(&here.brig(), &anton).await.unwrap_err();
    assert_eq!(error, Refusal::OwnBackend.into());
    assert_eq!(Failure::from(error).code, 400);
}

#[test]
fn the_rest_of_the_list() {
    let domains = |names: &[&str]| -> BTreeSet<Domain> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    };
    let asked = domains(&["c.example.com", "d.example.com"]);
    for (answered, good) in [(&["d.example.com"][..], true), (&["e.example.com"], false)] {
        let answer = NonConnectedBackends {
            non_connected_backends: domains(answered),
        };
        assert_eq!(verify::non_connected(&asked, &answer).is_ok(), good);
    }
    assert!(verify::mls_client(ClientId(1), ClientId(1)).is_ok());
    assert!(verify::mls_client(ClientId(1), ClientId(2)).is_err());
    let empty = Vec::new();
    assert!(verify::profiles(&call(), &[], &empty).is_ok());
}
