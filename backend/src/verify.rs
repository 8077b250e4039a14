//! What a careful caller checks about the answers of another backend.
//!
//! An answer that can be read may still speak of users that are not the answering backend's, or of
//! others than were asked for. Each function takes what was asked and what was answered.
//!
//! Source: `brig.md` §8.

use std::collections::BTreeSet;

use federation_api::backends::NonConnectedBackends;
use federation_api::client::ClientId;
use federation_api::key_package::KeyPackageBundle;
use federation_api::mls::CipherSuite;
use federation_api::prekey::{ClientPrekey, PrekeyBundle};
use federation_api::search::SearchResponse;
use federation_api::user_map::{UserClientPrekeyMap, UserMap};
use federation_api::{Call, Domain, Handle, OfSender, OfSubject, Qualified, UserId, UserProfile};

use crate::key_package::{KeyPackageContent, basic_identity};
use crate::operation_error::UnexpectedAnswer;
use crate::text_search::MOST_CONTACTS;

type Verdict = Result<(), UnexpectedAnswer>;

fn require(holds: bool, detail: impl FnOnce() -> String) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(UnexpectedAnswer::new(detail()))
    }
}

fn owned<T: std::fmt::Display>(id: &Qualified<T>, call: &Call) -> Verdict {
    require(id.domain() == call.target(), || {
        format!("{} speaks for {id}", call.target())
    })
}

/// The answer of `get-user-by-handle`: a user of the target, with this handle.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if it is not.
pub fn profile_of_handle(call: &Call, asked: &Handle, profile: &UserProfile) -> Verdict {
    owned(&profile.qualified_id, call)?;
    let handle = profile.handle.as_ref();
    let same = handle.is_some_and(|handle| *handle == OfSubject::new(asked.clone()));
    require(same, || {
        format!(
            "the user {} does not have the handle {asked}",
            profile.qualified_id
        )
    })
}

/// The answer of `get-users-by-ids`: users of the target, all of which were asked for.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if there are others.
pub fn profiles(call: &Call, asked: &[UserId], profiles: &[UserProfile]) -> Verdict {
    let asked: BTreeSet<_> = asked.iter().collect();
    profiles.iter().try_for_each(|profile| {
        let user = &profile.qualified_id;
        owned(user, call)?;
        require(asked.contains(user.id()), || {
            format!("nobody asked for {user}")
        })
    })
}

/// The answer of `claim-prekey`: of the client that was asked for.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if it is of another.
pub fn prekey(asked: ClientId, prekey: &ClientPrekey) -> Verdict {
    require(prekey.client == asked, || {
        format!("a prekey of {} in place of {asked}", prekey.client)
    })
}

/// The answer of `claim-prekey-bundle`: of the user that was asked for.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if it is of another.
pub fn prekey_bundle(call: &Call, asked: &Qualified<UserId>, bundle: &PrekeyBundle) -> Verdict {
    let user = call.response().qualify(&bundle.user);
    require(user == *asked, || {
        format!("prekeys of {user} in place of {asked}")
    })
}

/// The answer of `claim-multi-prekey-bundle`: of no other users and clients than were asked for.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if there are others.
pub fn prekey_map(asked: &UserMap<BTreeSet<ClientId>>, prekeys: &UserClientPrekeyMap) -> Verdict {
    prekeys.iter().try_for_each(|(user, clients)| {
        let wanted = asked.get(user);
        require(wanted.is_some(), || format!("nobody asked for {user:?}"))?;
        clients.keys().try_for_each(|client| {
            let known = wanted.is_some_and(|wanted| wanted.contains(client));
            require(known, || {
                format!("nobody asked for the client {client} of {user:?}")
            })
        })
    })
}

/// The answer of `get-user-clients`, or another map by user: of no other users than were asked for.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if there are others.
pub fn user_map<V>(asked: &BTreeSet<OfSender<UserId>>, map: &UserMap<V>) -> Verdict {
    map.keys().try_for_each(|user| {
        require(asked.contains(user), || {
            format!("nobody asked for {user:?}")
        })
    })
}

/// The answer of `search-users`: at most 15 users, all of the target.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if it is not.
pub fn search(call: &Call, found: &SearchResponse) -> Verdict {
    let count = found.contacts.len();
    require(count <= MOST_CONTACTS, || {
        format!("{count} contacts where {MOST_CONTACTS} are the most")
    })?;
    found
        .contacts
        .iter()
        .try_for_each(|contact| owned(&contact.qualified_id, call))
}

/// The answer of `get-mls-client`: about the client that was asked for.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if it is about another.
pub fn mls_client(asked: ClientId, answered: ClientId) -> Verdict {
    require(asked == answered, || {
        format!("the client {answered} in place of {asked}")
    })
}

/// The answer of `claim-key-packages`: packages of the target user, of the suite that was asked for,
/// with the right reference and credential, of different clients, and good at this time (in seconds
/// since 1970).
///
/// Signatures are not verified, since this crate has no cryptography; packages with other credentials
/// than basic ones are refused.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if one of them is wrong: then none should be used.
pub fn key_packages(
    target: &Qualified<UserId>,
    suite: CipherSuite,
    bundle: &KeyPackageBundle,
    now: u64,
) -> Verdict {
    let mut clients = BTreeSet::new();
    bundle.key_packages.iter().try_for_each(|entry| {
        let of = |what: &str| format!("the key package of the client {}: {what}", entry.client);
        require(entry.user == *target, || {
            of(&format!("it is of {} in place of {target}", entry.user))
        })?;
        require(clients.insert(entry.client), || of("it is the second"))?;
        let content = KeyPackageContent::read(&entry.key_package)
            .map_err(|fault| UnexpectedAnswer::new(of(&fault.to_string())))?;
        require(content.suite == suite, || {
            of(&format!("it is of the suite {}", content.suite.0))
        })?;
        let reference = suite
            .details()
            .map(|suite| entry.key_package.reference(suite.hash));
        require(reference.as_ref() == Some(&entry.key_package_ref), || {
            of("its reference is not that of its bytes")
        })?;
        require(
            content.identity == basic_identity(target, entry.client),
            || of("its credential names somebody else"),
        )?;
        require(
            (content.not_before..content.not_after).contains(&now),
            || of("its lifetime has not begun, or is over"),
        )
    })
}

/// The answer of `get-not-fully-connected-backends`: none but those that were asked about.
///
/// # Errors
///
/// [`UnexpectedAnswer`] if there are others.
pub fn non_connected(asked: &BTreeSet<Domain>, answer: &NonConnectedBackends) -> Verdict {
    answer.non_connected_backends.iter().try_for_each(|domain| {
        require(asked.contains(domain), || {
            format!("nobody asked about {domain}")
        })
    })
}
