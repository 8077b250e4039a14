//! No trait is a component.

use federation_api::{ByteStream, Call, EmptyResponse, Unit, component};

use crate::{Place, Report};

/// Not declared as a component.
pub trait Weather {
    /// The report for a place.
    fn get_report(&self) -> Report;
}
