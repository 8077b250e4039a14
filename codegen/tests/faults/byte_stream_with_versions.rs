//! A byte stream does not answer bytes.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[byte_stream(from = V2, idempotent)]
    async fn get_report(&self, call: &Call, place: Place) -> Result<ByteStream, Self::Error>;
}
