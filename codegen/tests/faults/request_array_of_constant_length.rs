//! The request is an array whose length is a constant of the file.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// How many.
pub const PLACES: usize = 3;

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc]
    async fn get_report(&self, call: &Call, place: [Place; PLACES]) -> Result<Report, Self::Error>;
}
