//! Finding users of other backends (`scenarios.md` A1).

use std::collections::BTreeSet;

use federation_api::client::{GetUserClients, PubClient};
use federation_api::search::{SearchRequest, SearchResponse};
use federation_api::text::Text;
use federation_api::user::UserTypeFilter;
use federation_api::user_map::UserMap;
use federation_api::{Brig, Domain, Handle, OfRecipient, OfSender, Qualified, UserId, UserProfile};

use super::{LocalUser, called};
use crate::conversation_error::ConversationError;
use crate::galley::reachability;
use crate::operation_error::OperationError;
use crate::verify;

impl LocalUser {
    /// Searches for users of another backend, limited as the policy of the own backend says.
    ///
    /// # Errors
    ///
    /// If the call fails, or finds users of others or too many.
    ///
    /// Source: `brig.md` §4.7, `transport.md` §14.3.
    pub async fn search<B: Brig>(
        &self,
        brig: &B,
        at: &Domain,
        term: impl Into<Text> + Send,
        types: Option<Vec<UserTypeFilter>>,
    ) -> Result<SearchResponse, OperationError<B::Error>> {
        let call = self.call(at)?;
        let teams = self.backend.policy().searchable_teams(at);
        let request = SearchRequest {
            term: term.into(),
            from: self.record()?.team.map(OfSender::new),
            only_in_teams: teams.map(|teams| teams.into_iter().map(OfRecipient::new).collect()),
            types,
        };
        let found = called(brig.search_users(&call, request).await)?;
        verify::search(&call, &found)?;
        Ok(found)
    }

    /// The profile of the user that owns a handle on another backend; nothing where there is none.
    ///
    /// # Errors
    ///
    /// If the call fails, or gives the user of another handle or backend.
    ///
    /// Source: `brig.md` §4.2.
    pub async fn look_up<B: Brig>(
        &self,
        brig: &B,
        at: &Domain,
        handle: &Handle,
    ) -> Result<Option<UserProfile>, OperationError<B::Error>> {
        let call = self.call(at)?;
        let asked = OfRecipient::new(handle.clone());
        let profile = called(brig.get_user_by_handle(&call, asked).await)?;
        if let Some(profile) = &profile {
            verify::profile_of_handle(&call, handle, profile)?;
        }
        Ok(profile)
    }

    /// The profile of a user of another backend; nothing where there is no such user.
    ///
    /// # Errors
    ///
    /// If the call fails, or gives other users.
    ///
    /// Source: `brig.md` §4.3.
    pub async fn profile<B: Brig>(
        &self,
        brig: &B,
        user: &Qualified<UserId>,
    ) -> Result<Option<UserProfile>, OperationError<B::Error>> {
        let call = self.call(user.domain())?;
        let asked = vec![OfRecipient::new(*user.id())];
        let profiles = called(brig.get_users_by_ids(&call, asked).await)?;
        verify::profiles(&call, &[*user.id()], &profiles)?;
        Ok(profiles.into_iter().next())
    }

    /// The clients of a user of another backend.
    ///
    /// # Errors
    ///
    /// If the call fails, or answers about other users.
    ///
    /// Source: `brig.md` §4.8.
    pub async fn clients<B: Brig>(
        &self,
        brig: &B,
        user: &Qualified<UserId>,
    ) -> Result<BTreeSet<PubClient>, OperationError<B::Error>> {
        let call = self.call(user.domain())?;
        let users = GetUserClients {
            users: vec![OfRecipient::new(*user.id())],
        };
        let UserMap(mut clients) = called(brig.get_user_clients(&call, users).await)?;
        let user = call.response().bare(user.clone())?;
        let of_user = clients.remove(&user).unwrap_or_default();
        verify::user_map(&BTreeSet::from([user]), &UserMap(clients))?;
        Ok(of_user)
    }

    /// Whether all of these backends can be in one conversation with the user: each of them is reached
    /// and federates with all others.
    ///
    /// # Errors
    ///
    /// [`Unreachable`](ConversationError::Unreachable) names all that cannot be reached,
    /// [`NonFederating`](ConversationError::NonFederating) two that do not federate.
    ///
    /// Source: `scenarios.md` Part C, D12 (78).
    pub async fn federation_status(
        &self,
        backends: &BTreeSet<Domain>,
    ) -> Result<(), ConversationError> {
        self.record()?;
        let mut others = backends.clone();
        others.remove(self.backend.domain());
        reachability::fully_connected(&self.backend, &others).await
    }
}
