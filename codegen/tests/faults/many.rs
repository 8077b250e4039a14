//! Many mistakes at once: all are told, in the order of the source.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

#[component("weather")]
pub trait Weather {
    /// How many.
    const LIMIT: usize;

    #[rpc(from = V9, sometimes)]
    async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;

    /// The report for a place.
    #[rpc]
    fn get_Tide(self, place: Island) -> Report;

    /// The report for a place.
    #[notification(until = V0)]
    async fn on_storm(&self, call: &Call, storm: (&str, Storm)) -> Result<Storm, Self::Eror>;

    /// The report for a place.
    #[rpc(name = "get-wind", until = V2)]
    async fn get_winds(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;

    /// The report for a place.
    #[rpc(from = V1)]
    async fn get_wind(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}

/// Weather reports.
#[component("Tides")]
trait Tides {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc]
    async fn get_wind(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
}
