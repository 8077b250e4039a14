//! Finding each other: the version that both speak, searches, handles and profiles.

use federation_api::search::SearchRequest;
use federation_api::{Brig, OfRecipient, UserId, Version};

use super::{BOB, unexpected, user};
use crate::demo::report::Report;
use crate::demo::scene::Scene;
use crate::fault::Fault;

/// The version in which A calls B.
pub(super) async fn versions(scene: &Scene, report: &mut Report) -> Result<(), Fault> {
    report.step(
        "Which version do both speak?",
        "Before its first call, A asks B which versions of the API it speaks, and takes the newest that\n\
         both know. The answer is kept for a while, so A does not ask again below.",
    )?;
    let agreed = scene.b.connection.version(&scene.to_b()).await;
    report.outcome(match agreed {
        Ok(version @ Version::NEWEST) => Ok(format!("both speak {version}")),
        other => Err(unexpected(&other)),
    })?;
    Ok(())
}

/// Bob, found in four ways, and somebody who does not exist.
pub(super) async fn users(scene: &Scene, report: &mut Report) -> Result<(), Fault> {
    let (brig, call) = (&scene.b.brig, scene.to_b());
    let bob = user(&scene.b, BOB)?;
    report.step(
        "Alice looks for Bob",
        "Alice is at A, Bob at B. A asks B's brig: by search, by handle, by id.",
    )?;

    let found = brig.search_users(&call, SearchRequest::new(BOB)).await;
    report.outcome(match found {
        Ok(found)
            if found
                .contacts
                .first()
                .is_some_and(|first| first.qualified_id == bob) =>
        {
            Ok(format!(
                "{} found, first {} ({}); what A may find at B: {}",
                found.contacts.len(),
                found.contacts[0].name.as_str(),
                bob,
                found.search_policy.as_str()
            ))
        }
        other => Err(unexpected(&other)),
    })?;

    let handle = |text: &str| text.parse().map(OfRecipient::new).map_err(Fault::failed);
    let found = brig.get_user_by_handle(&call, handle(BOB)?).await;
    report.outcome(match found {
        Ok(Some(profile)) if profile.qualified_id == bob => {
            Ok(format!("@{BOB} is {}", profile.name.as_str()))
        }
        other => Err(unexpected(&other)),
    })?;

    let stranger = UserId::random();
    let wanted = [*bob.id(), stranger].map(OfRecipient::new).to_vec();
    let found = brig.get_users_by_ids(&call, wanted).await;
    report.outcome(match found.as_deref() {
        Ok([profile]) if profile.qualified_id == bob => Ok(
            "two ids asked for, one profile: an unknown user is left out, not an error".to_owned(),
        ),
        other => Err(unexpected(&other)),
    })?;

    let nobody = "nobody.by.this.name";
    let found = brig.get_user_by_handle(&call, handle(nobody)?).await;
    report.outcome(match found {
        Ok(None) => Ok(format!(
            "@{nobody} is null: \"no such user\" is an answer, not an error"
        )),
        other => Err(unexpected(&other)),
    })?;
    Ok(())
}
