//! `federation call` reaches every RPC, in every version that has it, on `federation serve`: with the
//! examples of the published documents, and with what is in the seed.

mod program;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use program::{Ran, program, run};
use serde_json::{Value, json};

/// Of the seeds; the README of the backend says so, too.
const KITCHEN: &str = "51ceca5d-d1c6-5bf7-bb96-4196cde7524d";
const CHOIR: &str = "bfc1d286-9670-57f4-8077-b3a658511dbe";
const ALICE: &str = "f3e0d227-ea91-5a1a-903f-073ef1172ae7";
const ANTON: &str = "246f8319-c234-504f-bac3-e6a73f53a96c";
const BIANCA: &str = "d47e4ddd-3380-5f2c-a8c9-6069d88eb515";

/// The backend b.example.com; it ends with the test.
struct Served {
    process: Child,
    url: String,
}

impl Served {
    fn start() -> Self {
        let mut process = program()
            .args(["serve", "--seed", "b"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let stdout = process.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line.trim_end().strip_prefix("listening on ");
        Self {
            url: url.expect("the address").to_owned(),
            process,
        }
    }

    fn call(&self, component: &str, rpc: &str, request: &Value, version: u8) -> Ran {
        let (request, version) = (request.to_string(), version.to_string());
        let (origin, target) = ("a.example.com", "b.example.com");
        run([
            "call",
            component,
            rpc,
            &request,
            "--version",
            &version,
            "--to",
            &self.url,
            "--origin",
            origin,
            "--target",
            target,
        ])
    }

    fn galley(&self, rpc: &str, request: &Value) -> Value {
        let ran = self.call("galley", rpc, request, 3).ends_with(0);
        serde_json::from_str(&ran.stdout).expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a backend that has understood a request refuses with an HTTP error, by the protocol. Everything
/// else is a value of the response.
const REFUSALS: [(&str, &str); 4] = [
    // The bytes of an example are no welcome message and no protobuf.
    ("mls-welcome", "500 internal-error"),
    ("send-message", "400 invalid-payload"),
    // The owner refuses it in version 1.
    (
        "get-one2one-conversation",
        "400 federation-function-not-supported",
    ),
    // There is no such asset.
    ("stream-asset", "404 not-found"),
];

#[test]
fn with_the_examples_of_the_documents() {
    let served = Served::start();
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    for component in ["brig", "galley", "cargohold"] {
        for version in 0..=3 {
            let document = run(["openapi", component, "--version", &version.to_string()]);
            let document: Value =
                serde_json::from_str(&document.ends_with(0).stdout).expect("a document");
            for (path, item) in document["paths"].as_object().expect("paths") {
                let rpc = path
                    .strip_prefix("/federation/")
                    .expect("the path of an RPC");
                let request =
                    &item["post"]["requestBody"]["content"]["application/json"]["example"];
                assert!(
                    !request.is_null() || rpc == "api-version",
                    "{rpc}: no example"
                );
                let ran = served.call(component, rpc, request, version);
                if ran.status != 0 {
                    let refused = REFUSALS
                        .iter()
                        .any(|(of, refusal)| *of == rpc && ran.stderr.contains(refusal));
                    let by_it = ran.stderr.contains("remote component");
                    assert!(refused && by_it, "{rpc} in version {version}: {ran:#?}");
                }
                *reached.entry(rpc.to_owned()).or_default() += 1;
            }
        }
    }
    // 36 names and the retired one; the versions are counted as in the table of RPCs and versions.
    assert_eq!(reached.len(), 36 + 1, "{reached:#?}");
    assert_eq!(
        reached.values().sum::<u32>(),
        (13 * 4 + 1) + (16 * 4 + 4 * 3 + 1) + 2 * 4
    );
}

/// What a person sees who calls the conversations of the seed.
#[test]
fn with_what_is_in_the_seed() {
    let served = Served::start();
    let conversations = json!({"user_id": ALICE, "conv_ids": [KITCHEN, CHOIR]});
    let found = served.galley("get-conversations", &conversations);
    let [kitchen] = &found["convs"].as_array().expect("a list")[..] else {
        panic!("Alice is in one of them: {found}");
    };
    assert_eq!(kitchen["metadata"]["name"], "kitchen");
    assert_eq!(
        kitchen["members"]["others"].as_array().map(Vec::len),
        Some(3)
    );

    let choir = json!({"user_id": ANTON, "conv_ids": [CHOIR]});
    let found = served.galley("get-conversations", &choir);
    assert_eq!(found["convs"][0]["protocol"]["protocol"], "mls");
    let older = served
        .call("galley", "get-conversations", &choir, 1)
        .ends_with(0);
    let older: Value = serde_json::from_str(&older.stdout).expect("JSON");
    assert_eq!(older["convs"][0]["id"], CHOIR);

    let asked = json!({"gsreq_user": ANTON, "gsreq_conv": CHOIR, "gsreq_sub_conv": "conference"});
    let sub = served.galley("get-sub-conversation", &asked);
    assert_eq!(sub["tag"], "GetSubConversationsResponseSuccess");
    let conv = json!({"tag": "conv", "value": {"conv_id": CHOIR}});
    let info = served.galley("query-group-info", &json!({"conv": conv, "sender": ANTON}));
    assert_eq!(info["contents"]["tag"], "MLSMissingGroupInfo");

    let both = json!({"gooc_sender_user": ANTON, "gooc_receiver_user": BIANCA});
    let one_to_one = served.galley("get-one2one-conversation", &both);
    let tag = one_to_one["tag"].as_str().expect("a tag");
    let expected = [
        "GetOne2OneConversationV2Ok",
        "GetOne2OneConversationV2BackendMismatch",
    ];
    assert!(expected.contains(&tag), "{one_to_one}");

    let typing = json!({
        "typing_status": {"status": "started"}, "user_id": ALICE, "conv_id": KITCHEN,
    });
    let typing = served.galley("update-typing-indicator", &typing);
    assert_eq!(typing["contents"]["users_in_conv"], json!([ANTON]));

    let rename = json!({"tag": "ConversationRenameTag", "action": {"name": "garden"}});
    let rename = json!({"user": ALICE, "conv_id": KITCHEN, "action": rename});
    let denied = served.galley("update-conversation", &rename);
    let expected = json!({"tag": "ActionDenied", "contents": "modify_conversation_name"});
    assert_eq!(denied["contents"], expected);

    let leave = json!({"conv_id": KITCHEN, "leaver": ALICE});
    assert_eq!(
        served.galley("leave-conversation", &leave),
        json!({"Right": []})
    );
    let gone = json!({"Left": "RemoveFromConversationErrorNotFound"});
    assert_eq!(served.galley("leave-conversation", &leave), gone);
}
