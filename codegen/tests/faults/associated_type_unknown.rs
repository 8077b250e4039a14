//! The trait has another associated type.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// A place.
    type Place;

    /// The report for a place.
    #[rpc]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
