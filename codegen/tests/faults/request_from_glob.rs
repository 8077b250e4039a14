//! The type of the request comes from a glob import.

use federation_api::{Call, component};

use crate::islands::*;
use crate::Report;

/// Weather reports.
#[component("weather")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc]
    async fn get_report(&self, call: &Call, place: Island) -> Result<Report, Self::Error>;
}
