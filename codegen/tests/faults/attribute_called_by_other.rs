//! Only `called_by = owner` can be said.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc(called_by = anyone)]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
