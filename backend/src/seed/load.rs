//! Makes a backend of a seed.

use std::collections::BTreeSet;

use bytes::Bytes;
use federation_api::asset::{AssetKey, AssetRetention};
use federation_api::user::{ProfileAsset, UserLegalHoldStatus};
use federation_api::{Domain, OfSubject, UserId, json};

use super::clients::client;
use super::conversations;
use super::{
    Federation, RestrictionTag, Seed, SeedAsset, SeedConnection, SeedError, SeedRelation,
    SeedRestriction, SeedStatus, SeedStrategy, SeedTeam, SeedUser,
};
use crate::asset::{Asset, AssetOwner, Content};
use crate::backend::Backend;
use crate::connection::Connection;
use crate::derived;
use crate::policy::{FederationPolicy, RemotePolicy, Strategy, TeamRestriction};
use crate::relation::Relation;
use crate::settings::Settings;
use crate::user::{AccountStatus, Team, User};

/// Reads a seed and fills a backend with it: first what others refer to.
pub(crate) fn load(json: &str, settings: Settings) -> Result<Backend, SeedError> {
    let seed: Seed = json::decode(json.as_bytes())?;
    let settings = Settings {
        versions: seed.versions.unwrap_or(settings.versions),
        mls: seed.mls.unwrap_or(settings.mls),
        show_team_emails: seed.show_team_emails.unwrap_or(settings.show_team_emails),
        ..settings
    };
    let backend = Backend::new(seed.domain, settings);
    backend.set_policy(policy(seed.federation)?);
    for (index, team) in seed.teams.into_iter().enumerate() {
        put_team(&backend, team).map_err(|fault| at("teams", index, "", fault))?;
    }
    for (index, asset) in seed.assets.iter().enumerate() {
        let asset = read_asset(backend.domain(), asset)
            .map_err(|(key, fault)| at("assets", index, key, fault))?;
        if backend.asset(asset.key.id).is_some() {
            return Err(at("assets", index, "", "another asset has the same id"));
        }
        backend.put_asset(asset);
    }
    for (index, user) in seed.users.into_iter().enumerate() {
        let user =
            read_user(&backend, user).map_err(|(key, fault)| at("users", index, &key, fault))?;
        if backend.user(user.id).is_some() {
            return Err(at("users", index, "", "another user has the same id"));
        }
        backend
            .put_user(user)
            .map_err(|taken| at("users", index, ".handle", taken.to_string()))?;
    }
    // Users refer to assets and assets to users; the former are checked above, the latter here.
    for (index, asset) in seed.assets.iter().enumerate() {
        if let Some(owner) = &asset.owner {
            known_user(&backend, owner.resolve(backend.domain(), derived::user_id))
                .map_err(|fault| at("assets", index, ".owner", fault))?;
        }
    }
    for (index, connection) in seed.connections.into_iter().enumerate() {
        put_connection(&backend, &connection)
            .map_err(|fault| at("connections", index, ".user", fault))?;
    }
    for (index, conversation) in seed.conversations.into_iter().enumerate() {
        conversations::put(&backend, conversation)
            .map_err(|(key, fault)| at("conversations", index, key, fault))?;
    }
    Ok(backend)
}

fn at(list: &str, index: usize, key: &str, fault: impl std::fmt::Display) -> SeedError {
    SeedError::at(format_args!("{list}[{index}]{key}"), fault)
}

fn policy(federation: Federation) -> Result<FederationPolicy, SeedError> {
    let mut policy = FederationPolicy {
        strategy: match federation.strategy {
            SeedStrategy::Nobody => Strategy::AllowNone,
            SeedStrategy::Everybody => Strategy::AllowAll,
            SeedStrategy::Configured => Strategy::AllowDynamic,
        },
        ..FederationPolicy::default()
    };
    for (index, remote) in federation.remotes.into_iter().enumerate() {
        let configured = RemotePolicy {
            search_policy: remote.search_policy,
            restriction: restriction(&remote.domain, remote.restriction)
                .map_err(|fault| at("federation.remotes", index, ".restriction", fault))?,
        };
        if policy.remotes.insert(remote.domain, configured).is_some() {
            let fault = "the backend is configured twice";
            return Err(at("federation.remotes", index, ".domain", fault));
        }
    }
    Ok(policy)
}

fn restriction(
    remote: &Domain,
    restriction: SeedRestriction,
) -> Result<TeamRestriction, &'static str> {
    match (restriction.tag, restriction.value) {
        (RestrictionTag::AllowAll, None) => Ok(TeamRestriction::AllowAll),
        (RestrictionTag::AllowAll, Some(_)) => Err("`allow_all` goes with the value null"),
        (RestrictionTag::RestrictByTeam, None) => {
            Err("`restrict_by_team` needs a list of teams as its value")
        }
        (RestrictionTag::RestrictByTeam, Some(teams)) => Ok(TeamRestriction::RestrictByTeam(
            teams
                .iter()
                .map(|team| team.resolve(remote, derived::team_id))
                .collect::<BTreeSet<_>>(),
        )),
    }
}

fn put_team(backend: &Backend, team: SeedTeam) -> Result<(), &'static str> {
    let id = team
        .id
        .unwrap_or_else(|| derived::team_id(backend.domain(), &team.name));
    if backend.team(id).is_some() {
        return Err("another team has the same id");
    }
    backend.put_team(Team {
        id,
        name: team.name.into(),
        inbound_search: team.inbound_search,
    });
    Ok(())
}

fn read_asset(domain: &Domain, seed: &SeedAsset) -> Result<Asset, (&'static str, &'static str)> {
    let retention = AssetRetention::from_number(seed.retention.unwrap_or(1))
        .ok_or((".retention", "a retention is a number from 1 to 5"))?;
    let content = match (&seed.text, &seed.base64, &seed.generated) {
        (Some(text), None, None) => Content::Bytes(Bytes::copy_from_slice(text.as_bytes())),
        (None, Some(base64), None) => Content::Bytes(base64.0.clone()),
        (None, None, Some(generated)) => Content::Generated {
            length: generated.length,
            seed: generated.seed,
        },
        _ => return Err(("", "give one of `text`, `base64` and `generated`")),
    };
    let id = seed
        .id
        .unwrap_or_else(|| derived::asset_id(domain, &seed.name));
    Ok(Asset {
        key: AssetKey { retention, id },
        owner: seed
            .owner
            .as_ref()
            .map(|owner| AssetOwner::User(owner.resolve(domain, derived::user_id))),
        token: seed.token.clone(),
        content_type: seed
            .content_type
            .clone()
            .unwrap_or_else(|| "application/octet-stream".to_owned()),
        content,
        expires: seed.expires,
    })
}

fn read_user(backend: &Backend, seed: SeedUser) -> Result<User, (String, String)> {
    let domain = backend.domain();
    let name = seed
        .handle
        .as_ref()
        .map_or(seed.name.as_str(), |h| h.as_str());
    let id = seed.id.unwrap_or_else(|| derived::user_id(domain, name));
    let team = seed.team.map(|team| team.resolve(domain, derived::team_id));
    if team.is_some_and(|team| backend.team(team).is_none()) {
        return Err((".team".to_owned(), "there is no such team".to_owned()));
    }
    let status = match seed.status {
        SeedStatus::Active => AccountStatus::Active,
        SeedStatus::Suspended => AccountStatus::Suspended,
        SeedStatus::Ephemeral => AccountStatus::Ephemeral,
        SeedStatus::Deleted => AccountStatus::Deleted,
        SeedStatus::PendingInvitation => AccountStatus::PendingInvitation,
    };
    let mut user = User {
        handle: seed.handle,
        team,
        status,
        activated: seed
            .activated
            .unwrap_or(status != AccountStatus::PendingInvitation),
        text_status: seed.text_status,
        accent_id: seed.accent_id,
        email: seed.email,
        legal_hold: seed
            .legalhold_status
            .unwrap_or(UserLegalHoldStatus::Disabled),
        supported_protocols: seed.supported_protocols,
        r#type: seed.r#type,
        app: seed.app,
        service: seed.service,
        expires_at: seed.expires_at,
        searchable: seed.searchable.unwrap_or(true),
        ..User::new(id, seed.name)
    };
    for (index, picture) in seed.pictures.into_iter().enumerate() {
        let asset = picture.asset.resolve(domain, derived::asset_id);
        let asset = backend.asset(asset).ok_or_else(|| {
            let place = format!(".pictures[{index}].asset");
            (place, "there is no such asset".to_owned())
        })?;
        let key = OfSubject::new(asset.key);
        user.assets.push(ProfileAsset::image(key, picture.size));
    }
    for (index, seed) in seed.clients.into_iter().enumerate() {
        let client = client(domain, id, seed)
            .map_err(|(key, fault)| (format!(".clients[{index}]{key}"), fault))?;
        let client_id = client.id;
        if user.clients.insert(client_id, client).is_some() {
            let fault = format!("another client has the id {client_id}");
            return Err((format!(".clients[{index}]"), fault));
        }
    }
    Ok(user)
}

fn known_user(backend: &Backend, id: UserId) -> Result<UserId, &'static str> {
    backend
        .user(id)
        .map(|user| user.id)
        .ok_or("there is no such user")
}

fn put_connection(backend: &Backend, seed: &SeedConnection) -> Result<(), &'static str> {
    let user = seed.user.resolve(backend.domain(), derived::user_id);
    let relation = match seed.relation {
        SeedRelation::Accepted => Relation::Accepted,
        SeedRelation::Blocked => Relation::Blocked,
        SeedRelation::Pending => Relation::Pending,
        SeedRelation::Ignored => Relation::Ignored,
        SeedRelation::Sent => Relation::Sent,
        SeedRelation::Cancelled => Relation::Cancelled,
        SeedRelation::MissingLegalholdConsent => Relation::MissingLegalHoldConsent,
    };
    let user = known_user(backend, user)?;
    backend.put_connection(user, seed.with.0.clone(), Connection::new(relation));
    Ok(())
}
