//! Claiming prekeys and key packages of users of other backends (`scenarios.md` A3, B9).

use std::collections::{BTreeMap, BTreeSet};

use federation_api::client::ClientId;
use federation_api::key_package::{ClaimKeyPackageRequest, KeyPackageBundle};
use federation_api::mls::CipherSuite;
use federation_api::prekey::{Prekey, PrekeyBundle};
use federation_api::user_map::{UserClientPrekeyMap, UserMap};
use federation_api::{Brig, Domain, OfRecipient, OfSender, Qualified, UserId};

use super::{LocalUser, called};
use crate::operation_error::OperationError;
use crate::verify;

impl LocalUser {
    /// A prekey of one client; nothing where there is no such client.
    ///
    /// # Errors
    ///
    /// If the call fails, or gives a prekey of another client.
    ///
    /// Source: `brig.md` §4.4.
    pub async fn claim_prekey<B: Brig>(
        &self,
        brig: &B,
        user: &Qualified<UserId>,
        client: ClientId,
    ) -> Result<Option<Prekey>, OperationError<B::Error>> {
        let call = self.call(user.domain())?;
        let asked = (OfRecipient::new(*user.id()), client);
        let Some(claimed) = called(brig.claim_prekey(&call, asked).await)? else {
            return Ok(None);
        };
        verify::prekey(client, &claimed)?;
        Ok(Some(claimed.prekey))
    }

    /// A prekey of each client of a user.
    ///
    /// # Errors
    ///
    /// If the call fails, or gives prekeys of another user.
    ///
    /// Source: `brig.md` §4.5.
    pub async fn claim_prekeys<B: Brig>(
        &self,
        brig: &B,
        user: &Qualified<UserId>,
    ) -> Result<PrekeyBundle, OperationError<B::Error>> {
        let call = self.call(user.domain())?;
        let asked = OfRecipient::new(*user.id());
        let bundle = called(brig.claim_prekey_bundle(&call, asked).await)?;
        verify::prekey_bundle(&call, user, &bundle)?;
        Ok(bundle)
    }

    /// A prekey, or null, of each of these clients of users of one other backend.
    ///
    /// # Errors
    ///
    /// If the call fails, or gives prekeys of other clients.
    ///
    /// Source: `brig.md` §4.6.
    pub async fn claim_many_prekeys<B: Brig>(
        &self,
        brig: &B,
        at: &Domain,
        clients: BTreeMap<UserId, BTreeSet<ClientId>>,
    ) -> Result<UserClientPrekeyMap, OperationError<B::Error>> {
        let call = self.call(at)?;
        // The same users twice: the recipient's in the request, the sender's in the answer.
        let asked: UserMap<_, _> = clients
            .iter()
            .map(|(user, clients)| (OfRecipient::new(*user), clients.clone()))
            .collect();
        let prekeys = called(brig.claim_multi_prekey_bundle(&call, asked).await)?;
        let asked: UserMap<_> = clients
            .into_iter()
            .map(|(user, clients)| (OfSender::new(user), clients))
            .collect();
        verify::prekey_map(&asked, &prekeys)?;
        Ok(prekeys)
    }

    /// A key package of each client of a user; nothing where the user cannot be added to a group.
    ///
    /// # Errors
    ///
    /// If the call fails, or one of the key packages is not what was asked for.
    ///
    /// Source: `brig.md` §4.12.
    pub async fn claim_key_packages<B: Brig>(
        &self,
        brig: &B,
        user: &Qualified<UserId>,
        suite: CipherSuite,
    ) -> Result<Option<KeyPackageBundle>, OperationError<B::Error>> {
        let call = self.call(user.domain())?;
        let request = ClaimKeyPackageRequest {
            claimant: self.sender(),
            target: OfRecipient::new(*user.id()),
            cipher_suite: suite,
        };
        let bundle = called(brig.claim_key_packages(&call, request).await)?;
        if let Some(bundle) = &bundle {
            verify::key_packages(user, suite, bundle, self.now())?;
        }
        Ok(bundle)
    }
}
