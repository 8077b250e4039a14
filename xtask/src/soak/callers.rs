//! Calls from one backend to the other, one after the other, each with the answer that it has to have.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bench_harness::Failed;
use bytes::Bytes;
use federation_api::asset::GetAsset;
use federation_api::client::GetUserClients;
use federation_api::handle::Handle;
use federation_api::search::SearchRequest;
use federation_api::{Brig, Cargohold};
use federation_api::{Call, Domain, OfRecipient, OfSender, Unit, UserId, Version};
use federation_clients::{CallError, Connection, brig, cargohold};
use futures_util::StreamExt;

use super::site::{DENIED, FILM, HANDLE, NOWHERE, Site};

/// How long a call may take: longer than all that federators wait for on its way.
pub(super) const DEADLINE: Duration = Duration::from_secs(15);

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    ApiVersion,
    Handle,
    NoSuchHandle,
    Profiles,
    Clients,
    Search,
    Asset,
    Stream,
    NoSuchRpc,
    Unreadable,
    Nowhere,
    Denied,
}

/// Each as often as it stands here.
const MIX: [Kind; 20] = [
    Kind::ApiVersion,
    Kind::Handle,
    Kind::Handle,
    Kind::Handle,
    Kind::Handle,
    Kind::NoSuchHandle,
    Kind::Profiles,
    Kind::Profiles,
    Kind::Profiles,
    Kind::Clients,
    Kind::Clients,
    Kind::Clients,
    Kind::Search,
    Kind::Search,
    Kind::Asset,
    Kind::Stream,
    Kind::NoSuchRpc,
    Kind::Unreadable,
    Kind::Nowhere,
    Kind::Denied,
];

impl Kind {
    pub(super) fn any() -> Self {
        MIX[fastrand::usize(0..MIX.len())]
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ApiVersion => "api-version",
            Self::Handle => "get-user-by-handle",
            Self::NoSuchHandle => "get-user-by-handle (nobody)",
            Self::Profiles => "get-users-by-ids",
            Self::Clients => "get-user-clients",
            Self::Search => "search-users",
            Self::Asset => "get-asset",
            Self::Stream => "stream-asset",
            Self::NoSuchRpc => "no such RPC",
            Self::Unreadable => "unreadable body",
            Self::Nowhere => "unknown backend",
            Self::Denied => "denied backend",
        }
    }

    /// The error that this call has to end in, if it has to.
    fn refusal(self) -> Option<Refusal> {
        let remote = |code, label| Some((533, "federation-remote-error", Some((code, label))));
        match self {
            Self::NoSuchRpc => remote(404, "no-endpoint"),
            Self::Unreadable => remote(400, "bad-request"),
            Self::Nowhere => Some((422, "invalid-domain", None)),
            Self::Denied => Some((400, "federation-denied", None)),
            _ => None,
        }
    }
}

/// Status, label, and code and label of what is inside.
type Refusal = (u16, &'static str, Option<(u16, &'static str)>);

/// How a call ended that did not end as it has to without faults.
pub(super) enum Other {
    /// In an error.
    Error(CallError),
    /// In a stream that broke off.
    BrokeOff(String),
    /// In an answer that is wrong.
    Wrong(String),
}

/// Whoever calls from one backend to the other.
pub(super) struct Caller {
    origin: Domain,
    target: Domain,
    connection: Connection,
    brig: brig::Client,
    cargohold: cargohold::Client,
    sender: UserId,
    user: UserId,
    handle: Handle,
    nobody: Handle,
    asset: GetAsset,
    film: Bytes,
}

impl Caller {
    pub(super) async fn new(from: &Site, to: &Site) -> Result<Arc<Self>, Failed> {
        let handle: Handle = HANDLE.parse()?;
        let user = |site: &Site| site.backend.user_of_handle(&handle).ok_or("no user");
        let film = to.film()?;
        let mut content = Vec::new();
        let mut stream = film.content.stream();
        while let Some(chunk) = stream.next().await {
            content.extend_from_slice(&chunk?);
        }
        let sender = user(from)?;
        Ok(Arc::new(Self {
            origin: from.domain.clone(),
            target: to.domain.clone(),
            connection: from.connection.clone(),
            brig: brig::Client::new(from.connection.clone()),
            cargohold: cargohold::Client::new(from.connection.clone()),
            sender,
            user: user(to)?,
            handle,
            nobody: "nobody".parse()?,
            asset: GetAsset {
                user: OfSender::new(sender),
                key: OfRecipient::new(film.key),
                token: None,
            },
            film: content.into(),
        }))
    }

    /// Makes a call and looks at its end. `Ok` is the right answer, or the refusal that there has to be.
    pub(super) async fn call(&self, kind: Kind, begun: Instant) -> Result<(), Other> {
        let ended = self.made(kind, begun).await;
        let Some((status, label, inner)) = kind.refusal() else {
            return ended;
        };
        match ended {
            Ok(()) => Err(Other::Wrong("a success in place of a refusal".to_owned())),
            Err(Other::Error(error))
                if (error.status(), error.label(), inner_of(&error)) == (status, label, inner) =>
            {
                Ok(())
            }
            other => other,
        }
    }

    async fn made(&self, kind: Kind, begun: Instant) -> Result<(), Other> {
        let to = |target: &Domain| {
            Call::new(self.origin.clone(), target.clone()).with_deadline(begun + DEADLINE)
        };
        let call = to(&self.target);
        match kind {
            Kind::ApiVersion => {
                let info = self.brig.api_version(&call, Unit).await?;
                is(info.supported_versions == [0, 1, 2, 3], &info)
            }
            Kind::Handle => {
                let handle = OfRecipient::new(self.handle.clone());
                let found = self.brig.get_user_by_handle(&call, handle).await?;
                let right = found.as_ref().is_some_and(|profile| {
                    *profile.qualified_id.id() == self.user
                        && *profile.qualified_id.domain() == self.target
                });
                is(right, &found)
            }
            Kind::NoSuchHandle => {
                let handle = OfRecipient::new(self.nobody.clone());
                let found = self.brig.get_user_by_handle(&call, handle).await?;
                is(found.is_none(), &found)
            }
            Kind::Profiles => {
                let users = vec![OfRecipient::new(self.user)];
                let profiles = self.brig.get_users_by_ids(&call, users).await?;
                let right = profiles.len() == 1 && *profiles[0].qualified_id.id() == self.user;
                is(right, &profiles)
            }
            Kind::Clients => {
                let users = vec![OfRecipient::new(self.user)];
                let found = self.brig.get_user_clients(&call, GetUserClients { users });
                let found = found.await?;
                let right =
                    found.0.len() == 1 && found.0.values().all(|clients| clients.len() == 2);
                is(right, &found)
            }
            Kind::Search => {
                let request = SearchRequest {
                    term: HANDLE.into(),
                    from: None,
                    only_in_teams: None,
                    types: None,
                };
                let found = self.brig.search_users(&call, request).await?;
                let right =
                    found.contacts.len() == 1 && *found.contacts[0].qualified_id.id() == self.user;
                is(right, &found)
            }
            Kind::Asset => {
                let found = self.cargohold.get_asset(&call, self.asset.clone()).await?;
                is(found.available, &found)
            }
            Kind::Stream => self.stream(&call).await,
            Kind::NoSuchRpc => self.deliver("no-such-rpc", &call).await,
            Kind::Unreadable => self.deliver("get-user-clients", &call).await,
            Kind::Nowhere | Kind::Denied => {
                let name = if kind == Kind::Nowhere {
                    NOWHERE
                } else {
                    DENIED
                };
                let target = name.parse().map_err(|_| wrong("no domain"))?;
                let users = vec![OfRecipient::new(self.sender)];
                let found = self.brig.get_users_by_ids(&to(&target), users).await?;
                is(false, &found)
            }
        }
    }

    async fn stream(&self, call: &Call) -> Result<(), Other> {
        let mut stream = self
            .cargohold
            .stream_asset(call, self.asset.clone())
            .await?;
        let mut length = 0;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| Other::BrokeOff(error.to_string()))?;
            if self.film.get(length..length + chunk.len()) != Some(&*chunk) {
                return Err(wrong("other bytes"));
            }
            length += chunk.len();
        }
        is(length as u64 == FILM, &length)
    }

    async fn deliver(&self, rpc: &str, call: &Call) -> Result<(), Other> {
        let body = Bytes::from_static(b"\"?\"");
        let sent = self
            .connection
            .deliver("brig", rpc, call, Version::NEWEST, body);
        sent.await?;
        Ok(())
    }
}

impl From<CallError> for Other {
    fn from(error: CallError) -> Self {
        Self::Error(error)
    }
}

/// Code and label of what is inside of an error.
pub(super) fn inner_of(error: &CallError) -> Option<(u16, &str)> {
    let inner = error.failure().inner.as_deref()?;
    Some((inner.code, &inner.label))
}

fn wrong(what: &str) -> Other {
    Other::Wrong(what.to_owned())
}

fn is(right: bool, answer: &impl std::fmt::Debug) -> Result<(), Other> {
    if right {
        Ok(())
    } else {
        Err(Other::Wrong(format!("{answer:?}")))
    }
}
