//! A notification is not named `on-…`.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[notification]
    async fn announce_storm(&self, call: &Call, place: Place) -> Result<EmptyResponse, Self::Error>;
}
