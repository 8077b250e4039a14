//! The newer method is another kind of RPC.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc(until = V1, superseded_by = stream_report)]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;

    /// The report for a place.
    #[byte_stream(name = "get-report", from = V1)]
    async fn stream_report(&self, call: &Call, place: Place) -> Result<ByteStream, Self::Error>;
}
