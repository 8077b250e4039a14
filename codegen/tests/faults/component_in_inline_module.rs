//! A component inside an inline module.

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
}

/// More.
pub mod more {
    /// Weather reports.
    #[component("tides")]
    pub trait Tides {
        /// What a failed call gives its caller.
        type Error;

        /// The report for a place.
        #[rpc]
        async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
    }
}
