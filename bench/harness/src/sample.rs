//! The documents that travel, the same ones for every contestant.
//!
//! They are made as JSON, which each contestant reads into its own types when it starts; so the wire
//! is the same by construction, and it is compared before anything is measured all the same.

mod galley;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use galley::{conversations, message, update};

/// The backend that calls.
pub const ORIGIN: &str = "chat.alpha.example";
/// The backend that answers.
pub const TARGET: &str = "federation.beta.example";

const USERS: usize = 100;
const USERS_WITH_PREKEYS: usize = 50;
const CLIENTS: usize = 8;

/// The size of the asset.
pub const ASSET: usize = 64 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;

/// The request of each RPC with a JSON response, and that response.
pub struct Exchange {
    pub request: Value,
    pub response: Value,
}

pub fn small() -> Exchange {
    Exchange {
        request: "mira.k-0".into(),
        response: profile(0),
    }
}

pub fn medium() -> Exchange {
    let ids = (0..USERS).map(|n| Value::from(id("user", n)));
    Exchange {
        request: ids.collect(),
        response: (0..USERS).map(profile).collect(),
    }
}

pub fn nested_map() -> Exchange {
    let mut clients = Map::new();
    let mut prekeys = Map::new();
    for user in 0..USERS_WITH_PREKEYS {
        let of_user = (0..CLIENTS).map(|n| (client(user, n), prekey(user, n)));
        let of_user: Map<String, Value> = of_user.collect();
        let ids = of_user.keys().map(|id| Value::from(id.as_str()));
        clients.insert(id("user", user), ids.collect());
        prekeys.insert(id("user", user), of_user.into());
    }
    Exchange {
        request: clients.into(),
        response: prekeys.into(),
    }
}

/// The request of `stream-asset`.
pub fn asset_request() -> Value {
    json!({
        "user": id("user", 0),
        "key": format!("3-5-{}", id("asset", 0)),
        "token": "q0Jr2mXw6bT1c-_9uKf3Zg==",
    })
}

/// The asset, in chunks that share their memory: what is measured is the passing on.
pub fn asset() -> impl Iterator<Item = Bytes> + Send {
    static CONTENT: [u8; CHUNK] = [0xa5; CHUNK];
    (0..ASSET / CHUNK).map(|_| Bytes::from_static(&CONTENT))
}

/// Some 600 bytes of profile, as an account in daily use has.
fn profile(n: usize) -> Value {
    let picture = |size: &str| {
        let key = format!("3-1-{}", id(size, n));
        json!({"type": "image", "key": key, "size": size})
    };
    json!({
        "qualified_id": {"domain": TARGET, "id": id("user", n)},
        "id": id("user", n),
        "name": format!("Mira Kovačević the {n}th"),
        "picture": [],
        "assets": [picture("preview"), picture("complete")],
        "accent_id": n % 8,
        "handle": format!("mira.k-{n}"),
        "team": id("team", n / 10),
        "legalhold_status": "disabled",
        "supported_protocols": ["proteus", "mls"],
        "type": "regular",
        "searchable": true,
    })
}

fn prekey(user: usize, n: usize) -> Value {
    // Base64 of a Proteus prekey bundle is some 76 characters long.
    let key = format!("pQABAQ{:05}oQBYIPaYp{user:04x}{n:04x}", user * CLIENTS + n).repeat(3);
    json!({"id": user * CLIENTS + n, "key": key})
}

/// A client id without leading zeros, as they are written.
fn client(user: usize, n: usize) -> String {
    let bits = Uuid::new_v5(
        &Uuid::NAMESPACE_OID,
        format!("client {user} {n}").as_bytes(),
    );
    format!("{:x}", bits.as_u64_pair().0 | 1 << 63)
}

fn id(kind: &str, n: usize) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{kind} {n}").as_bytes()).to_string()
}
