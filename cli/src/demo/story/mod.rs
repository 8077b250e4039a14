//! What the two backends of the demonstration have to tell each other.

mod assets;
mod connecting;
mod discovery;
mod keys;

use std::fmt::Debug;

use federation_api::{Qualified, UserId};

use super::report::Report;
use super::scene::{Scene, Side};
use crate::fault::Fault;

/// A user of the first backend.
pub(super) const ALICE: &str = "alice";
/// A user of the second backend.
pub(super) const BOB: &str = "bob";

/// The whole story, part by part.
pub(super) async fn tell(scene: &Scene, report: &mut Report) -> Result<(), Fault> {
    discovery::versions(scene, report).await?;
    discovery::users(scene, report).await?;
    keys::prekeys(scene, report).await?;
    connecting::connection(scene, report).await?;
    keys::key_packages(scene, report).await?;
    assets::assets(scene, report).await
}

/// The user of this handle with its domain.
fn user(side: &Side, handle: &str) -> Result<Qualified<UserId>, Fault> {
    Ok(Qualified::new(side.user(handle)?, side.domain().clone()))
}

/// What is wrong with an answer: that it is this one.
fn unexpected(answer: &impl Debug) -> String {
    format!("not expected: {answer:?}")
}
