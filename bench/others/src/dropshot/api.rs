//! The declaration, and what implements it.

use dropshot::{HttpError, HttpResponseOk, RequestContext, TypedBody};
use uuid::Uuid;

use super::documents::{Prekeys, Profile, UserClients};

#[dropshot::api_description]
pub(super) trait Brig {
    type Context;

    #[endpoint { method = POST, path = "/federation/get-user-by-handle" }]
    async fn get_user_by_handle(
        context: RequestContext<Self::Context>,
        handle: TypedBody<String>,
    ) -> Result<HttpResponseOk<Option<Profile>>, HttpError>;

    #[endpoint { method = POST, path = "/federation/get-users-by-ids" }]
    async fn get_users_by_ids(
        context: RequestContext<Self::Context>,
        ids: TypedBody<Vec<Uuid>>,
    ) -> Result<HttpResponseOk<Vec<Profile>>, HttpError>;

    #[endpoint { method = POST, path = "/federation/claim-multi-prekey-bundle" }]
    async fn claim_multi_prekey_bundle(
        context: RequestContext<Self::Context>,
        clients: TypedBody<UserClients>,
    ) -> Result<HttpResponseOk<Prekeys>, HttpError>;
}

/// What the handlers answer.
pub(super) struct Service {
    pub(super) profile: Option<Profile>,
    pub(super) profiles: Vec<Profile>,
    pub(super) prekeys: Prekeys,
}

impl Brig for Service {
    type Context = Self;

    async fn get_user_by_handle(
        context: RequestContext<Self>,
        handle: TypedBody<String>,
    ) -> Result<HttpResponseOk<Option<Profile>>, HttpError> {
        std::hint::black_box(handle.into_inner());
        Ok(HttpResponseOk(context.context().profile.clone()))
    }

    async fn get_users_by_ids(
        context: RequestContext<Self>,
        ids: TypedBody<Vec<Uuid>>,
    ) -> Result<HttpResponseOk<Vec<Profile>>, HttpError> {
        std::hint::black_box(ids.into_inner());
        Ok(HttpResponseOk(context.context().profiles.clone()))
    }

    async fn claim_multi_prekey_bundle(
        context: RequestContext<Self>,
        clients: TypedBody<UserClients>,
    ) -> Result<HttpResponseOk<Prekeys>, HttpError> {
        std::hint::black_box(clients.into_inner());
        Ok(HttpResponseOk(context.context().prekeys.clone()))
    }
}
