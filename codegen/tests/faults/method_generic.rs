//! The method is generic.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc]
    async fn get_report<P: Into<Place>>(&self, call: &Call, place: P) -> Result<Report, Self::Error>;
}
