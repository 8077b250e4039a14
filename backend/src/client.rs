//! The clients of users and what they have left on the backend for others to take.

use std::collections::BTreeMap;

use federation_api::base64::Base64Bytes;
use federation_api::client::{ClientClass, ClientId, PubClient};
use federation_api::key_package::KeyPackageData;
use federation_api::mls::{CipherSuite, ClientInfo, SignatureSchemeTag, SupportedSuite};
use federation_api::prekey::{Prekey, PrekeyId};
use federation_api::text::Text;
use federation_api::timestamp::UtcTimeMillis;

/// A client of a local user.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// What kind of device it is.
    pub class: Option<ClientClass>,
    /// Its stock of prekeys by number; number 65535 is never used up.
    pub prekeys: BTreeMap<PrekeyId, Text>,
    /// Its public keys for MLS.
    pub signature_keys: BTreeMap<SignatureSchemeTag, Base64Bytes>,
    /// Its stock of key packages.
    pub key_packages: Vec<StoredKeyPackage>,
}

/// A key package that waits to be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKeyPackage {
    /// The cipher suite that it is for.
    pub suite: CipherSuite,
    /// The serialised package.
    pub data: KeyPackageData,
    /// From when on it is expired.
    pub not_after: UtcTimeMillis,
}

impl Client {
    /// A client that has left nothing yet.
    #[must_use]
    pub const fn new(id: ClientId) -> Self {
        Self {
            id,
            class: None,
            prekeys: BTreeMap::new(),
            signature_keys: BTreeMap::new(),
            key_packages: Vec::new(),
        }
    }

    pub(crate) const fn public(&self) -> PubClient {
        PubClient {
            id: self.id,
            class: self.class,
        }
    }

    /// Takes a prekey: the one with the lowest number, the last-resort prekey only when no other is
    /// left, and that one without removing it.
    ///
    /// Source: `brig.md` §4.4.
    pub(crate) fn take_prekey(&mut self) -> Option<Prekey> {
        let entry = self.prekeys.first_entry()?;
        let id = *entry.key();
        let key = if id == PrekeyId::LAST_RESORT {
            entry.get().clone()
        } else {
            entry.remove()
        };
        Some(Prekey { id, key })
    }

    /// What the client can do with a suite, after its expired key packages are gone.
    ///
    /// Source: `brig.md` §4.9.
    pub(crate) fn mls_info(&mut self, suite: &SupportedSuite, now: UtcTimeMillis) -> ClientInfo {
        self.purge(now);
        ClientInfo {
            id: self.id,
            mls_signature_key: self.signature_keys.get(&suite.signature_scheme).cloned(),
            mls: self
                .key_packages
                .iter()
                .any(|package| package.suite == suite.suite),
        }
    }

    /// Takes a random unexpired key package of a suite.
    ///
    /// Source: `brig.md` §4.12, step 5.
    pub(crate) fn take_key_package(
        &mut self,
        suite: CipherSuite,
        now: UtcTimeMillis,
        random: &mut fastrand::Rng,
    ) -> Option<KeyPackageData> {
        self.purge(now);
        let fitting: Vec<usize> = (0..self.key_packages.len())
            .filter(|index| self.key_packages[*index].suite == suite)
            .collect();
        let index = random.choice(fitting)?;
        Some(self.key_packages.remove(index).data)
    }

    fn purge(&mut self, now: UtcTimeMillis) {
        self.key_packages.retain(|package| package.not_after > now);
    }
}
