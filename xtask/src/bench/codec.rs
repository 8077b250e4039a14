//! Decoding and encoding alone: the types of this workspace beside structs of strings.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bench_harness::{Failed, allocations, sample};
use federation_api::conversation::GetConversationsResponseV2;
use federation_api::conversation_update::ConversationUpdate;
use federation_api::message::RemoteMessage;
use federation_api::user_map::{UserClientPrekeyMap, UserClients};
use federation_api::{Audience, UserProfile, Version, json};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bench::by_hand::documents::{self, Prekeys, Profile};
use crate::bench::by_hand::galley::{Conversations, Message, Update};

/// How long the code of one contestant runs before it is the other's turn.
const TURN: Duration = Duration::from_millis(2);

/// How often it runs at least.
const LEAST_TIMES: usize = 5;

/// A body, and how two sets of types read and write it.
struct Body {
    title: &'static str,
    json: Vec<u8>,
    ours: Box<dyn Coder>,
    plain: Box<dyn Coder>,
}

/// Reads and writes one body.
trait Coder {
    fn decode(&self, body: &[u8]) -> Result<(), Failed>;
    fn encode(&self) -> Result<usize, Failed>;
}

/// As the generated code does it.
struct Ours<T>(T);

impl<T: DeserializeOwned + Serialize> Coder for Ours<T> {
    fn decode(&self, body: &[u8]) -> Result<(), Failed> {
        black_box(json::decode::<T>(black_box(body))?);
        Ok(())
    }

    fn encode(&self) -> Result<usize, Failed> {
        let audience = Audience::speaking(Version::NEWEST);
        Ok(black_box(json::encode(black_box(&self.0), audience)?).len())
    }
}

/// As the extractors of axum and the bodies of reqwest do it.
struct Plain<T>(T);

impl<T: DeserializeOwned + Serialize> Coder for Plain<T> {
    fn decode(&self, body: &[u8]) -> Result<(), Failed> {
        black_box(serde_json::from_slice::<T>(black_box(body))?);
        Ok(())
    }

    fn encode(&self) -> Result<usize, Failed> {
        Ok(black_box(serde_json::to_vec(black_box(&self.0))?).len())
    }
}

fn body<T, P>(title: &'static str, document: Value) -> Result<Body, Failed>
where
    T: DeserializeOwned + Serialize + 'static,
    P: DeserializeOwned + Serialize + 'static,
{
    Ok(Body {
        title,
        json: serde_json::to_vec(&document)?,
        ours: Box::new(Ours::<T>(serde_json::from_value(document.clone())?)),
        plain: Box::new(Plain::<P>(serde_json::from_value(document)?)),
    })
}

fn bodies() -> Result<Vec<Body>, Failed> {
    use documents::UserClients as PlainClients;
    Ok(vec![
        body::<UserProfile, Profile>("small, response", sample::small().response)?,
        body::<Vec<UserProfile>, Vec<Profile>>("medium, response", sample::medium().response)?,
        body::<UserClients, PlainClients>("nested map, request", sample::nested_map().request)?,
        body::<UserClientPrekeyMap, Prekeys>(
            "nested map, response",
            sample::nested_map().response,
        )?,
        body::<ConversationUpdate, Update>("update, request", sample::update().request)?,
        body::<GetConversationsResponseV2, Conversations>(
            "conversations, response",
            sample::conversations().response,
        )?,
        body::<RemoteMessage, Message>("message, request", sample::message().request)?,
    ])
}

/// What a body costs, in each direction; of the structs of strings and of the types of this workspace.
pub(crate) struct Cost {
    pub(crate) title: &'static str,
    pub(crate) bytes: usize,
    pub(crate) decode: Times,
    pub(crate) encode: Times,
}

/// Seconds for one body, round by round.
#[derive(Default)]
pub(crate) struct Times {
    pub(crate) plain: Vec<f64>,
    pub(crate) ours: Vec<f64>,
}

/// Measures all bodies, the two sets of types taking turns.
pub(crate) fn measure(rounds: usize) -> Result<Vec<Cost>, Failed> {
    bodies()?.iter().map(|body| cost(body, rounds)).collect()
}

fn cost(body: &Body, rounds: usize) -> Result<Cost, Failed> {
    let (mut decode, mut encode) = (Times::default(), Times::default());
    for _ in 0..rounds {
        decode.plain.push(turn(|| body.plain.decode(&body.json))?);
        decode.ours.push(turn(|| body.ours.decode(&body.json))?);
        encode.plain.push(turn(|| body.plain.encode())?);
        encode.ours.push(turn(|| body.ours.encode())?);
    }
    Ok(Cost {
        title: body.title,
        bytes: body.json.len(),
        decode,
        encode,
    })
}

/// The seconds that `work` takes: the least of several, since whatever disturbs only adds.
fn turn<T>(work: impl Fn() -> Result<T, Failed>) -> Result<f64, Failed> {
    let end = Instant::now() + TURN;
    let mut least = f64::INFINITY;
    for times in 1.. {
        let begun = Instant::now();
        work()?;
        let now = Instant::now();
        least = least.min((now - begun).as_secs_f64());
        if now >= end && times >= LEAST_TIMES {
            break;
        }
    }
    Ok(least)
}

/// Allocations for one body.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Allocations {
    pub(crate) decode_plain: u64,
    pub(crate) decode_ours: u64,
    pub(crate) encode_plain: u64,
    pub(crate) encode_ours: u64,
}

/// Counts the allocations for all bodies, in the order of [`measure`].
pub(crate) fn count() -> Result<Vec<Allocations>, Failed> {
    bodies()?
        .iter()
        .map(|body| {
            Ok(Allocations {
                decode_plain: allocations::during(|| body.plain.decode(&body.json))?,
                decode_ours: allocations::during(|| body.ours.decode(&body.json))?,
                encode_plain: allocations::during(|| body.plain.encode().map(drop))?,
                encode_ours: allocations::during(|| body.ours.encode().map(drop))?,
            })
        })
        .collect()
}

/// Does one thing with one body again and again, for a profiler: `what` is such as
/// `message, request/decode/ours`.
pub(crate) fn repeat(what: &str, times: usize) -> Result<(), Failed> {
    let unknown = || format!("no codec is called `{what}`");
    let (title, rest) = what.split_once('/').ok_or_else(unknown)?;
    let bodies = bodies()?;
    let body = bodies.iter().find(|body| body.title == title);
    let body = body.ok_or_else(unknown)?;
    for _ in 0..times {
        match rest {
            "decode/ours" => body.ours.decode(&body.json)?,
            "decode/plain" => body.plain.decode(&body.json)?,
            "encode/ours" => body.ours.encode().map(drop)?,
            "encode/plain" => body.plain.encode().map(drop)?,
            _ => return Err(unknown().into()),
        }
    }
    Ok(())
}
