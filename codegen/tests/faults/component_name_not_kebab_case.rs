//! The name on the wire is not kebab-case.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("Weather_Reports")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
