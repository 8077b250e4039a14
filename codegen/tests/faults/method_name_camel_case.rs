//! Two methods that differ by case alone.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;

    /// The report for a place, in more words.
    #[rpc(name = "get-long-report")]
    async fn get_Report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
