//! What does not work, and how the caller learns of it.

use federation_api::Domain;
use federation_backend::OperationError;

use super::{BOB, Cast, unexpected};
use crate::demo::narrator::Narrator;
use crate::fault::Fault;

/// A backend that A does not federate with.
pub(super) async fn refused(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let stranger: Domain = "c.example.com".parse().map_err(Fault::failed)?;
    let handle = BOB.parse().map_err(Fault::failed)?;
    narrator.step(
        "A backend that A does not federate with",
        "Outward asks its policy before it asks the DNS: nothing leaves the backend.",
    )?;
    let title = format!("Alice looks up a handle at {stranger}");
    narrator
        .twice(&title, &[], async |stage, _| {
            let found = cast
                .alice
                .look_up(&stage.a.callers.brig, &stranger, &handle)
                .await;
            match found {
                Err(OperationError::Call(error)) if error.label() == "federation-denied" => {
                    Ok(format!(
                        "{} {}: {}",
                        error.status(),
                        error.label(),
                        error.failure().message
                    ))
                }
                other => Err(unexpected(&other)),
            }
        })
        .await
}
