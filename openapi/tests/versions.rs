//! What the documents of the versions have that others have not.

// Where a fault may panic.
#![allow(clippy::unwrap_used)]

mod every;

use std::collections::{BTreeMap, BTreeSet};

use every::{document_of, operations};
use federation_api::Version;
use federation_openapi::{components, document};
use serde_json::{Value, json};

#[test]
fn each_version_has_its_operations() {
    let names = |component: &str, version: Version| -> BTreeSet<String> {
        let document = document_of(component, version);
        let paths = document["paths"].as_object().unwrap().keys();
        paths
            .map(|path| path.strip_prefix("/federation/").unwrap().to_owned())
            .collect()
    };
    let set =
        |names: &[&str]| -> BTreeSet<String> { names.iter().copied().map(str::to_owned).collect() };

    let brig = set(&[
        "api-version",
        "get-user-by-handle",
        "get-users-by-ids",
        "claim-prekey",
        "claim-prekey-bundle",
        "claim-multi-prekey-bundle",
        "search-users",
        "get-user-clients",
        "get-mls-clients",
        "send-connection-action",
        "claim-key-packages",
        "get-not-fully-connected-backends",
        "on-user-deleted-connections",
    ]);
    for version in [Version::V0, Version::V1, Version::V2] {
        assert_eq!(names("brig", version), brig);
    }
    let with_new = &brig | &set(&["get-mls-client"]);
    assert_eq!(names("brig", Version::V3), with_new);

    let galley = set(&[
        "on-conversation-created",
        "get-conversations",
        "leave-conversation",
        "send-message",
        "update-conversation",
        "mls-welcome",
        "send-mls-message",
        "send-mls-commit-bundle",
        "query-group-info",
        "update-typing-indicator",
        "on-typing-indicator-updated",
        "on-client-removed",
        "on-message-sent",
        "on-mls-message-sent",
        "on-conversation-updated",
        "on-user-deleted-conversations",
    ]);
    let with_retired = &galley | &set(&["on-new-remote-conversation"]);
    assert_eq!(names("galley", Version::V0), with_retired);
    let with_new = &galley
        | &set(&[
            "get-sub-conversation",
            "delete-sub-conversation",
            "leave-sub-conversation",
            "get-one2one-conversation",
        ]);
    for version in [Version::V1, Version::V2, Version::V3] {
        assert_eq!(names("galley", version), with_new);
    }

    for version in Version::ALL {
        let cargohold = set(&["get-asset", "stream-asset"]);
        assert_eq!(names("cargohold", version), cargohold);
    }
}

#[test]
fn a_path_means_the_variant_of_its_version() {
    let operation = |component: &str, rpc: &str, version: Version| {
        let document = document_of(component, version);
        document["paths"][format!("/federation/{rpc}")]["post"].clone()
    };
    // A list has no name.
    let name = |content: &Value| {
        let schema = &content["content"]["application/json"]["schema"];
        let named = schema.get("$ref").or(schema.pointer("/items/$ref"));
        let name = named.and_then(Value::as_str).unwrap();
        name.trim_start_matches("#/components/schemas/").to_owned()
    };
    // For each variant: its versions, whether it is superseded, its request and its response.
    let variants = |component: &str, rpc: &str| -> Vec<(Value, bool, String, String)> {
        let mut variants = Vec::new();
        for version in Version::ALL {
            let operation = operation(component, rpc, version);
            if operation.is_null() {
                continue;
            }
            let variant = (
                operation["x-versions"].clone(),
                operation["deprecated"] == true,
                name(&operation["requestBody"]),
                name(&operation["responses"]["200"]),
            );
            if variants.last() != Some(&variant) {
                variants.push(variant);
            }
        }
        variants
    };
    let variant = |versions: Value, deprecated: bool, request: &str, response: &str| {
        (
            versions,
            deprecated,
            request.to_owned(),
            response.to_owned(),
        )
    };
    let (from, until) = (
        |from: u8| json!({"from": from}),
        |from: u8, until: u8| json!({"from": from, "until": until}),
    );

    let (old, new) = ("MlsClientsRequestV0", "MlsClientsRequest");
    assert_eq!(
        variants("brig", "get-mls-clients"),
        [
            variant(until(0, 1), true, old, "ClientInfo"),
            variant(from(1), false, new, "ClientInfo"),
        ]
    );
    let request = "GetConversationsRequest";
    assert_eq!(
        variants("galley", "get-conversations"),
        [
            variant(until(0, 2), true, request, "GetConversationsResponse"),
            variant(from(2), false, request, "GetConversationsResponseV2"),
        ]
    );
    let (request, response) = (
        "GetOne2OneConversationRequest",
        "GetOne2OneConversationResponse",
    );
    assert_eq!(
        variants("galley", "get-one2one-conversation"),
        [
            variant(until(1, 2), true, request, response),
            variant(from(2), false, request, &format!("{response}V2")),
        ]
    );
    let done = "EmptyResponse";
    assert_eq!(
        variants("galley", "on-conversation-updated"),
        [
            variant(until(0, 1), true, "ConversationUpdateV0", done),
            variant(from(1), false, "ConversationUpdate", done),
        ]
    );
    assert_eq!(
        variants("galley", "on-new-remote-conversation"),
        [variant(until(0, 1), true, "NewRemoteConversation", done)]
    );

    // What sets the variants apart is behind those names.
    let keys = |component: &str, version: Version, schema: &str| -> Vec<String> {
        let document = document_of(component, version);
        let schema = &document["components"]["schemas"][schema];
        let required = schema["required"].as_array().unwrap();
        let mut keys: Vec<_> = required
            .iter()
            .map(|key| key.as_str().unwrap().to_owned())
            .collect();
        keys.sort();
        keys
    };
    assert_eq!(
        keys("galley", Version::V0, "ConversationUpdateV0"),
        [
            "cuAction",
            "cuAlreadyPresentUsers",
            "cuConvId",
            "cuOrigUserId",
            "cuTime"
        ]
    );
    // An answer follows its reader even where the RPC is the same in every version.
    let (old, new) = (
        keys("galley", Version::V0, "ConversationUpdateInAnswer"),
        keys("galley", Version::V2, "ConversationUpdateInAnswer"),
    );
    assert!(old.contains(&"cuTime".to_owned()) && !old.contains(&"time".to_owned()));
    assert!(!new.contains(&"cuTime".to_owned()) && new.contains(&"time".to_owned()));
    let both = keys("galley", Version::V1, "ConversationUpdateInAnswer");
    let united: BTreeSet<_> = old.into_iter().chain(new).collect();
    assert_eq!(both, Vec::from_iter(united));
    for (version, conversation, protocol) in [
        (Version::V0, "RemoteConversation", "LongProtocol"),
        (Version::V1, "RemoteConversation", "LongProtocol"),
        (Version::V2, "RemoteConversationV2", "Protocol"),
        (Version::V3, "RemoteConversationV2", "Protocol"),
    ] {
        let document = document_of("galley", version);
        let conversation = &document["components"]["schemas"][conversation];
        assert_eq!(
            conversation["properties"]["protocol"]["$ref"],
            format!("#/components/schemas/{protocol}")
        );
    }
}

#[test]
fn headers_depend_on_the_operation() {
    let headers = |component: &str, version: Version, rpc: &str| -> Vec<(String, bool)> {
        let document = document_of(component, version);
        let operation = &document["paths"][format!("/federation/{rpc}")]["post"];
        let resolve = |parameter: &Value| {
            let target = parameter["$ref"].as_str().unwrap().trim_start_matches('#');
            let header = document.pointer(target).unwrap();
            let required = header["required"] == true;
            (header["name"].as_str().unwrap().to_owned(), required)
        };
        operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(resolve)
            .collect()
    };
    let header = |name: &str, required: bool| (name.to_owned(), required);
    let (origin, version) = (header("Wire-Origin-Domain", true), "X-Wire-API-Version");
    let ids = [
        header("Wire-Origin-Request-Id", false),
        header("Request-Id", false),
    ];

    let with = |more: &[(String, bool)]| -> Vec<(String, bool)> {
        [std::slice::from_ref(&origin), more, &ids].concat()
    };
    assert_eq!(headers("brig", Version::V3, "api-version"), with(&[]));
    assert_eq!(
        headers("brig", Version::V3, "claim-prekey"),
        with(&[header(version, false)])
    );
    assert_eq!(
        headers("brig", Version::V0, "get-mls-clients"),
        with(&[header(version, false)])
    );
    assert_eq!(
        headers("brig", Version::V2, "get-mls-clients"),
        with(&[header(version, true)])
    );
    // A call without the header is one in V0.
    for (versions, rpc, required) in [
        (&Version::ALL[..], "send-message", false),
        (&Version::ALL, "on-client-removed", false),
        (&[Version::V0], "get-conversations", false),
        (&[Version::V1, Version::V2], "get-conversations", true),
        (&[Version::V0], "on-new-remote-conversation", false),
        (&[Version::V1, Version::V2], "get-sub-conversation", true),
        (&[Version::V0], "on-conversation-updated", false),
        (&[Version::V1], "on-conversation-updated", true),
    ] {
        for &of in versions {
            let expected = with(&[header(version, required)]);
            assert_eq!(headers("galley", of, rpc), expected, "{rpc} {of}");
        }
    }
    let stream = [with(&[]), vec![header("Wire-Origin-IP", false)]].concat();
    assert_eq!(headers("cargohold", Version::V1, "stream-asset"), stream);
}

/// The declaration names them in its doc comments.
#[test]
fn failures_of_their_own() {
    let mut found: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for version in Version::ALL {
        for component in components() {
            let document = document(&component, version).into_json();
            for (path, operation) in operations(&document) {
                for (status, response) in operation["responses"].as_object().unwrap() {
                    let own = response["$ref"]
                        .as_str()
                        .and_then(|target| target.split_once("Or"));
                    if let Some((_, own)) = own {
                        let rpc = path.trim_start_matches("/federation/");
                        let failure = format!("{} {rpc} {status} {own}", component.name());
                        found.entry(failure).or_default().push(version);
                    }
                }
            }
        }
    }
    let all = &Version::ALL[..];
    let expected = [
        ("brig claim-key-packages 400 MlsProtocolError", all),
        ("brig get-mls-client 400 MlsProtocolError", &[Version::V3]),
        ("brig get-mls-clients 400 MlsProtocolError", all),
        (
            "galley get-one2one-conversation 400 FederationFunctionNotSupported",
            &[Version::V1],
        ),
        ("galley send-message 400 InvalidPayload", all),
        (
            "galley update-conversation 422 FederationNotImplemented",
            all,
        ),
        ("cargohold stream-asset 404 NotFound", all),
    ];
    let expected = expected.map(|(failure, versions)| (failure.to_owned(), versions.to_vec()));
    assert_eq!(found, BTreeMap::from(expected));
}
