//! The cargohold of a backend in memory.

use federation_api::asset::{GetAsset, GetAssetResponse};
use federation_api::{ByteStream, Call, Cargohold, Failure};

use crate::asset::Content;
use crate::backend::Backend;

/// The cargohold of a [`Backend`]: what other backends ask about its assets.
///
/// Behaves as `cargohold.md` §3 says, except that nobody is taken for the owner of an asset because
/// of an equal user id (§3.1, last paragraphs): the requester is a user of another backend. The
/// retention in the key plays no part; a key names an asset by its id.
///
/// A call that is addressed to another domain is refused (400 `bad-request`).
#[derive(Clone, Debug)]
pub struct BackendCargohold {
    backend: Backend,
}

impl BackendCargohold {
    pub(crate) const fn new(backend: Backend) -> Self {
        Self { backend }
    }

    /// The backend that this is the cargohold of.
    #[must_use]
    pub const fn backend(&self) -> &Backend {
        &self.backend
    }

    /// The content of the asset, if the requester may have it.
    fn content(&self, call: &Call, request: &GetAsset) -> Result<Option<Content>, Failure> {
        self.backend.addressed(call)?;
        let key = call.request().qualify(&request.key);
        let now = self.backend.settings().clock.now();
        Ok(self.backend.with_state(|state| {
            state
                .assets
                .get(&key.id().id)
                .filter(|asset| asset.is_available(request.token.as_ref(), now))
                .map(|asset| asset.content.clone())
        }))
    }
}

impl Cargohold for BackendCargohold {
    type Error = Failure;

    async fn get_asset(&self, call: &Call, request: GetAsset) -> Result<GetAssetResponse, Failure> {
        let available = self.content(call, &request)?.is_some();
        Ok(GetAssetResponse { available })
    }

    async fn stream_asset(&self, call: &Call, request: GetAsset) -> Result<ByteStream, Failure> {
        self.content(call, &request)?
            .map(|content| content.stream())
            .ok_or_else(|| Failure::not_found("Asset not found"))
    }
}
