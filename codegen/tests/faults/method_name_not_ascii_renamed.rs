//! The name of the method is not ASCII; its name on the wire is.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc(name = "get-size")]
    async fn get_größe(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
