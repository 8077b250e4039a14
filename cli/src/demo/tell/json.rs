//! Telling programs: one document, whose form `federation demo --help` explains.

use std::time::Duration;

use serde_json::{Value, json};

use crate::demo::hop::{Answer, Hop, Kind};
use crate::demo::stage::Stage;
use crate::demo::tale::{Round, Tale};

/// Everything that there is to tell.
pub(crate) fn document(stage: &Stage, tale: &Tale, time: Duration, commands: &[String]) -> Value {
    let mut hops = Vec::new();
    let mut results = Vec::new();
    for (step_number, step) in (1_u32..).zip(&tale.steps) {
        for act in &step.acts {
            for round in &act.rounds {
                for one in &round.hops {
                    let mut value = hop(one, hops.len() + 1);
                    value["step"] = json!(step_number);
                    value["act"] = json!(act.title);
                    value["round"] = json!(round.warmth.to_string());
                    hops.push(value);
                }
                results.push(result(round, step_number, &act.title));
            }
        }
    }
    let [cold, warm] = tale.times().map(milliseconds);
    let steps: Vec<Value> = (1_u32..)
        .zip(&tale.steps)
        .map(|(number, step)| {
            let [cold, warm] = step.times().map(milliseconds);
            json!({
                "step": number,
                "title": step.title,
                "calls": step.calls(),
                "cold_ms": cold,
                "warm_ms": warm,
                "ok": step.is_good(),
            })
        })
        .collect();
    let backends = [&stage.a, &stage.b].map(|site| {
        json!({
            "domain": site.domain(),
            "outward": site.outward(),
            "inward": format!("https://{}:{}", site.host, site.inward.port()),
            "brig": site.brig.url(),
            "galley": site.galley.url(),
            "cargohold": site.cargohold.url(),
        })
    });
    json!({
        "backends": backends,
        "dns": stage.dns().address().to_string(),
        "hops": hops,
        "results": results,
        "commands": commands,
        "summary": {
            "ok": tale.failed() == 0,
            "results": tale.results(),
            "failed": tale.failed(),
            "calls": tale.calls(),
            "hops": tale.hops(),
            "cold_ms": cold,
            "warm_ms": warm,
            "ms": milliseconds(time),
            "steps": steps,
        },
    })
}

fn hop(hop: &Hop, number: usize) -> Value {
    let is_request = !matches!(hop.kind, Kind::Dns | Kind::Tls);
    let (status, answer, error) = match &hop.answer {
        Answer::Status(status) => (Some(status), None, None),
        Answer::Said(said) => (None, Some(said), None),
        Answer::Nothing(reason) => (None, None, Some(reason)),
    };
    let version = hop.version.as_ref().and_then(|it| it.parse::<u64>().ok());
    json!({
        "hop": number,
        "kind": hop.kind.to_string(),
        "sender": hop.sender.to_string(),
        "receiver": hop.receiver.to_string(),
        "method": is_request.then_some("POST"),
        "path": is_request.then_some(&hop.what),
        "question": (!is_request).then_some(&hop.what),
        "version": version,
        "status": status,
        "answer": answer,
        "error": error,
        "http": hop.http,
        "tls": hop.tls,
        "began_ms": milliseconds(hop.began),
        "ms": milliseconds(hop.time),
        "request_id": hop.request_id,
    })
}

fn result(round: &Round, step: u32, act: &str) -> Value {
    json!({
        "step": step,
        "act": act,
        "round": round.warmth.to_string(),
        "ok": round.result.is_ok(),
        "seen": round.result.as_ref().ok(),
        "wrong": round.result.as_ref().err(),
        "calls": round.calls(),
        "ms": milliseconds(round.time),
    })
}

/// With three digits behind the point.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
