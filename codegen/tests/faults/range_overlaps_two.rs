//! One range overlaps two others: one fault.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc(name = "get-report", until = V1)]
    async fn get_report_v0(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;

    /// The report for a place.
    #[rpc(name = "get-report", from = V1, until = V2)]
    async fn get_report_v1(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;

    /// The report for a place.
    #[rpc]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
