//! The arguments of the attribute cannot be read; nothing is said about the range that they do not give.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc(name = "get-report", until = 1)]
    async fn get_report_v0(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;

    /// The report for a place, in more words.
    #[rpc(from = V1)]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
