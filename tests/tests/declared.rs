//! The declared RPCs against the table of the protocol: which names there are, in which versions, in
//! how many contracts, and which go through the queue (`transport.md` §9.6 and §11.1, our own copy).

use std::collections::BTreeMap;

use federation_api::{Kind, Version};
use federation_clients::{DynamicRpc, brig, cargohold, galley};

/// `●` unchanged, `a` and `b` different contracts, `–` absent; then how it is answered.
const TABLE: &str = "
brig       api-version                       ● ● ● ●  call
brig       get-user-by-handle                ● ● ● ●  call
brig       get-users-by-ids                  ● ● ● ●  call
brig       claim-prekey                      ● ● ● ●  call
brig       claim-prekey-bundle               ● ● ● ●  call
brig       claim-multi-prekey-bundle         ● ● ● ●  call
brig       search-users                      ● ● ● ●  call
brig       get-user-clients                  ● ● ● ●  call
brig       get-mls-clients                   a b b b  call
brig       get-mls-client                    – – – ●  call
brig       send-connection-action            ● ● ● ●  call
brig       claim-key-packages                ● ● ● ●  call
brig       get-not-fully-connected-backends  ● ● ● ●  call
brig       on-user-deleted-connections       ● ● ● ●  queued
galley     on-conversation-created           ● ● ● ●  call
galley     on-new-remote-conversation        ● – – –  call
galley     get-conversations                 a a b b  call
galley     leave-conversation                ● ● ● ●  call
galley     send-message                      ● ● ● ●  call
galley     update-conversation               ● ● ● ●  call
galley     mls-welcome                       ● ● ● ●  call
galley     send-mls-message                  ● ● ● ●  call
galley     send-mls-commit-bundle            ● ● ● ●  call
galley     query-group-info                  ● ● ● ●  call
galley     update-typing-indicator           ● ● ● ●  call
galley     on-typing-indicator-updated       ● ● ● ●  call
galley     get-sub-conversation              – ● ● ●  call
galley     delete-sub-conversation           – ● ● ●  call
galley     leave-sub-conversation            – ● ● ●  call
galley     get-one2one-conversation          – a b b  call
galley     on-client-removed                 ● ● ● ●  queued
galley     on-message-sent                   ● ● ● ●  queued
galley     on-mls-message-sent               ● ● ● ●  queued
galley     on-conversation-updated           a b b b  queued
galley     on-user-deleted-conversations     ● ● ● ●  queued
cargohold  get-asset                         ● ● ● ●  call
cargohold  stream-asset                      ● ● ● ●  stream
";

const COMPONENTS: [(&str, &[DynamicRpc]); 3] = [
    ("brig", brig::ALL),
    ("galley", galley::ALL),
    ("cargohold", cargohold::ALL),
];

/// The table as the declaration gives it.
fn declared() -> String {
    let mut rows = String::from("\n");
    for (component, all) in COMPONENTS {
        let mut names: Vec<&str> = Vec::new();
        let mut variants: BTreeMap<&str, Vec<&DynamicRpc>> = BTreeMap::new();
        for rpc in all {
            assert_eq!(rpc.rpc().component, component);
            if !names.contains(&rpc.rpc().name) {
                names.push(rpc.rpc().name);
            }
            variants.entry(rpc.rpc().name).or_default().push(rpc);
        }
        for name in names {
            let cell = |version: Version| {
                let variants = &variants[name];
                let position = variants
                    .iter()
                    .position(|rpc| rpc.rpc().versions.contains(version));
                match (position, variants.len()) {
                    (None, _) => "–",
                    (Some(_), 1) => "●",
                    (Some(0), _) => "a",
                    (Some(_), _) => "b",
                }
            };
            let cells = Version::ALL.map(cell).join(" ");
            let kind = match variants[name][0].rpc().kind {
                Kind::Call => "call",
                Kind::Notification => "queued",
                Kind::ByteStream => "stream",
            };
            rows.push_str(&format!("{component:<10} {name:<33} {cells}  {kind}\n"));
        }
    }
    rows
}

#[test]
fn the_declaration_is_the_table() {
    let sorted = |table: &str| {
        let mut rows: Vec<String> = table.lines().map(str::to_owned).collect();
        rows.sort();
        rows.join("\n")
    };
    assert_eq!(sorted(&declared()), sorted(TABLE));
}

#[test]
fn thirty_six_names_in_forty_variants_and_a_retired_one() {
    let all: Vec<_> = COMPONENTS.iter().flat_map(|(_, all)| *all).collect();
    let names: std::collections::BTreeSet<_> = all.iter().map(|rpc| rpc.rpc().name).collect();
    assert_eq!((names.len(), all.len()), (36 + 1, 40 + 1));
}
