//! A brig that lies about its users.

use std::collections::BTreeSet;

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
    Brig, Call, EmptyResponse, Failure, Handle, OfRecipient, OfSender, Qualified, Unit, UserId,
    UserProfile, VersionInfo,
};
use federation_backend::BackendBrig;

/// What a [`Liar`] does to answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
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
pub(crate) struct Liar(pub(crate) BackendBrig, pub(crate) Lie);

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
