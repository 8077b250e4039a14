//! How to call the backends of the demonstration while they stay up.

use federation_backend::derived;
use serde_json::json;

use super::flows::{ALICE, BOB};
use super::site::Site;
use super::stage::Stage;
use super::tell::Voice;
use crate::fault::Fault;
use crate::style;

/// Command lines that work as long as the demonstration runs.
pub(super) fn commands(stage: &Stage) -> Result<Vec<String>, Fault> {
    let (a, b) = (&stage.a, &stage.b);
    let (alice, bob) = (a.user(ALICE)?.id(), b.user(BOB)?.id());
    let asset = b.backend.asset(derived::asset_id(b.domain(), "recipe"));
    let mut commands = vec![
        through(a, b, "brig api-version"),
        through(a, b, &format!("brig get-user-by-handle '\"{BOB}\"'")),
        through(a, b, &format!("brig get-users-by-ids '[\"{bob}\"]'")),
        through(b, a, &format!("brig get-user-by-handle '\"{ALICE}\"'")),
        through(
            b,
            a,
            &format!("brig search-users '{}'", json!({ "term": ALICE })),
        ),
    ];
    if let Some(asset) = asset {
        let request = json!({ "user": alice, "key": asset.key, "token": asset.token });
        commands.push(through(a, b, &format!("cargohold get-asset '{request}'")));
        commands.push(through(
            a,
            b,
            &format!("cargohold stream-asset '{request}'"),
        ));
    }
    commands.push(format!(
        "federation call brig api-version --to {} --origin {} --target {}",
        b.brig.url(),
        a.domain(),
        b.domain()
    ));
    Ok(commands)
}

/// A call of one backend to the other, through both federators.
fn through(from: &Site, to: &Site, call: &str) -> String {
    format!(
        "federation call {call} --to {} --via-federator --origin {} --target {}",
        from.outward(),
        from.domain(),
        to.domain()
    )
}

/// Says how to call them.
pub(super) fn explain(voice: &Voice, stage: &Stage, commands: &[String]) -> Result<(), Fault> {
    voice.say(format_args!(
        "\n{}",
        style::HEADING.paint("Both backends are up. Call them from another terminal")
    ))?;
    let Some((direct, through)) = commands.split_last() else {
        return Ok(());
    };
    voice.say(style::FAINT.paint("\n   Through both federators, over mutual TLS:"))?;
    for command in through {
        voice.say(format_args!("{command}"))?;
    }
    voice.say(style::FAINT.paint("\n   Straight to B's brig, as B's Inward does:"))?;
    voice.say(direct)?;
    let address = stage.dns().address();
    voice.say(style::FAINT.paint("\n   Who is where, and what the federators count:"))?;
    voice.say(format_args!(
        "dig @{} -p {} +short SRV _wire-server-federator._tcp.{}",
        address.ip(),
        address.port(),
        stage.b.domain()
    ))?;
    voice.say(format_args!("curl {}/i/metrics", stage.a.outward()))?;
    voice.say("\nCtrl-C ends it.")?;
    Ok(())
}
