//! Whether the hops of a round are those that the protocol wants.

use super::hop::{Answer, Hop, Kind};
use super::tale::Warmth;

/// How a caller agrees with a backend on a version.
const NEGOTIATION: &str = "brig/api-version";

/// Checks the hops of a round in which these RPCs (`component/rpc`) were to go from one backend to the
/// other, in this order. A cold round has negotiations in addition.
pub(super) fn check(hops: &[Hop], warmth: Warmth, expected: &[&str]) -> Result<(), String> {
    let between: Vec<&Hop> = of(hops, Kind::Between).collect();
    let mut names: Vec<&str> = between.iter().map(|hop| name(hop)).collect();
    let mut wanted = expected.to_vec();
    if warmth == Warmth::Cold && !expected.is_empty() {
        let negotiations = |names: &[&str]| names.iter().filter(|it| **it == NEGOTIATION).count();
        if negotiations(&names) <= negotiations(&wanted) {
            return Err("no version was agreed on".to_owned());
        }
        names.retain(|name| *name != NEGOTIATION);
        wanted.retain(|name| *name != NEGOTIATION);
    }
    if names != wanted {
        return Err(format!(
            "between the backends went {names:?}, not {wanted:?}"
        ));
    }
    if expected.is_empty() {
        return Ok(());
    }
    between
        .into_iter()
        .try_for_each(|hop| is_whole(hops, hop))?;
    let looked_up = of(hops, Kind::Dns).count();
    let connected = of(hops, Kind::Tls).count();
    match warmth {
        Warmth::Cold if looked_up == 0 || connected == 0 => Err(format!(
            "{looked_up} questions to the DNS and {connected} handshakes, where there must be some"
        )),
        Warmth::Warm if looked_up > 0 || connected > 0 => Err(format!(
            "{looked_up} questions to the DNS and {connected} handshakes, where all was known"
        )),
        _ => Ok(()),
    }
}

/// A request between backends has come from a component and has reached one, all over TLS and all well.
fn is_whole(hops: &[Hop], between: &Hop) -> Result<(), String> {
    let name = name(between);
    if !between
        .tls
        .as_deref()
        .is_some_and(|tls| tls.starts_with("TLSv1.") || tls.starts_with("TLSv1_"))
    {
        return Err(format!("{name} did not go over TLS: {:?}", between.tls));
    }
    for kind in [Kind::ToOutward, Kind::Between, Kind::ToComponent] {
        let same = |hop: &&Hop| {
            hop.request_id == between.request_id
                && hop.what.rsplit('/').next() == between.what.rsplit('/').next()
        };
        let Some(hop) = of(hops, kind).find(same) else {
            return Err(format!("{name} has no hop of the kind {kind}"));
        };
        if hop.answer != Answer::Status(200) {
            return Err(format!(
                "{name}: {} answered {:?}",
                hop.receiver, hop.answer
            ));
        }
        if hop.version != between.version {
            return Err(format!("{name} changed its version on the way"));
        }
    }
    Ok(())
}

fn of(hops: &[Hop], kind: Kind) -> impl Iterator<Item = &Hop> {
    hops.iter().filter(move |hop| hop.kind == kind)
}

/// `component/rpc` of a request to Inward.
fn name(hop: &Hop) -> &str {
    hop.what.strip_prefix("/federation/").unwrap_or(&hop.what)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::demo::hop::{Place, Role};

    fn hop(kind: Kind, what: &str) -> Hop {
        let domain = "a.example.com".parse().unwrap();
        Hop {
            kind,
            sender: Place::at(Role::Outward, &domain),
            receiver: Place::dns(),
            what: what.to_owned(),
            version: None,
            http: None,
            tls: (kind == Kind::Between).then(|| "TLSv1_3".to_owned()),
            answer: Answer::Status(200),
            request_id: "1".to_owned(),
            began: Duration::ZERO,
            time: Duration::ZERO,
        }
    }

    fn call(component: &str, rpc: &str) -> [Hop; 3] {
        [
            hop(Kind::ToOutward, &format!("/rpc/b/{component}/{rpc}")),
            hop(Kind::Between, &format!("/federation/{component}/{rpc}")),
            hop(Kind::ToComponent, &format!("/federation/{rpc}")),
        ]
    }

    #[test]
    fn warm_is_what_is_expected_and_nothing_else() {
        let mut hops = call("brig", "search-users").to_vec();
        let wanted = &["brig/search-users"];
        check(&hops, Warmth::Warm, wanted).unwrap();
        check(&hops, Warmth::Warm, &[]).unwrap_err();
        check(&hops, Warmth::Warm, &["brig/get-users-by-ids"]).unwrap_err();
        check(&hops, Warmth::Cold, wanted).unwrap_err();
        hops.push(hop(Kind::Dns, "SRV x"));
        check(&hops, Warmth::Warm, wanted).unwrap_err();
    }

    #[test]
    fn cold_has_a_negotiation_a_question_and_a_handshake() {
        let mut hops = call("brig", "api-version").to_vec();
        hops.extend(call("brig", "search-users"));
        let wanted = &["brig/search-users"];
        check(&hops, Warmth::Cold, wanted).unwrap_err();
        hops.push(hop(Kind::Dns, "SRV x"));
        check(&hops, Warmth::Cold, wanted).unwrap_err();
        hops.push(hop(Kind::Tls, "x"));
        check(&hops, Warmth::Cold, wanted).unwrap();
    }

    #[test]
    fn each_call_has_three_hops_that_are_well() {
        let wanted = &["brig/search-users"];
        let whole = call("brig", "search-users");
        for missing in 0..3 {
            let mut hops = whole.to_vec();
            hops[missing].answer = Answer::Status(404);
            check(&hops, Warmth::Warm, wanted).unwrap_err();
            hops.remove(missing);
            check(&hops, Warmth::Warm, wanted).unwrap_err();
        }
        let mut hops = whole.to_vec();
        hops[1].tls = None;
        check(&hops, Warmth::Warm, wanted).unwrap_err();
    }
}
