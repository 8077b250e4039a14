//! Fetching assets of other backends (`scenarios.md` B8).

use federation_api::asset::{AssetKey, AssetToken, GetAsset};
use federation_api::{ByteStream, Cargohold, OfRecipient, Qualified};

use super::{LocalUser, called};
use crate::operation_error::{OperationError, Refusal};

impl LocalUser {
    /// The bytes of an asset of another backend, chunk by chunk.
    ///
    /// # Errors
    ///
    /// If a call fails; [`Refusal::AssetNotFound`] if the other backend does not give the asset, for
    /// whatever reason. The stream can still break off later.
    ///
    /// Source: `cargohold.md` §3.3, §5.
    pub async fn fetch_asset<C: Cargohold>(
        &self,
        cargohold: &C,
        key: &Qualified<AssetKey>,
        token: Option<AssetToken>,
    ) -> Result<ByteStream, OperationError<C::Error>> {
        let call = self.call(key.domain())?;
        let request = GetAsset {
            user: self.sender(),
            key: OfRecipient::new(*key.id()),
            token,
        };
        let answer = called(cargohold.get_asset(&call, request.clone()).await)?;
        if !answer.available {
            return Err(Refusal::AssetNotFound.into());
        }
        called(cargohold.stream_asset(&call, request).await)
    }
}
