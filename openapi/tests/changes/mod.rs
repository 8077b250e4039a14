//! Changes of documents, and what each is to be called.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use federation_api::Version;
use federation_openapi::compare::{Verdict, Who};
use federation_openapi::{components, document};
use serde_json::{Value, json};

/// A change of one document.
pub(crate) struct Change {
    /// What is done.
    pub(crate) name: &'static str,
    /// `brig` or another component.
    pub(crate) component: &'static str,
    /// Does it.
    pub(crate) apply: fn(&mut Value),
    /// Whether it breaks anybody, in the newest version.
    pub(crate) verdict: Verdict,
    /// Whom.
    pub(crate) breaks: Option<Who>,
    /// Why `api-smart-diff` says the opposite, where it does.
    pub(crate) differs: Option<&'static str>,
}

/// All documents; making them takes a while.
static DOCUMENTS: LazyLock<BTreeMap<(Version, &str), Value>> = LazyLock::new(|| {
    let components = components();
    let of_version = |version| {
        let documents = components.iter().map(move |component| {
            let json = document(component, version).into_json();
            ((version, component.name()), json)
        });
        documents.collect::<Vec<_>>()
    };
    Version::ALL.into_iter().flat_map(of_version).collect()
});

/// The document of a component, in a version.
pub(crate) fn document_of(component: &str, version: Version) -> Value {
    DOCUMENTS[&(version, component)].clone()
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    let schema = &mut document["components"]["schemas"][name];
    assert!(schema.is_object(), "no component {name}");
    schema
}

fn remove(object: &mut Value, key: &str) {
    let removed = object.as_object_mut().expect("an object").remove(key);
    assert!(removed.is_some(), "no {key}");
}

fn remove_item(array: &mut Value, item: &str) {
    let array = array.as_array_mut().expect("an array");
    let before = array.len();
    array.retain(|value| value != item);
    assert_ne!(before, array.len(), "no {item}");
}

fn push(array: &mut Value, item: Value) {
    array.as_array_mut().expect("an array").push(item);
}

fn rename(document: &mut Value, old: &str, new: &str) {
    let path = |name: &str| format!("\"#/components/schemas/{name}\"");
    let text = document.to_string().replace(&path(old), &path(new));
    *document = serde_json::from_str(&text).expect("JSON");
    let moved = document["components"]["schemas"]
        .as_object_mut()
        .and_then(|schemas| schemas.remove(old));
    document["components"]["schemas"][new] = moved.expect("a component");
}

macro_rules! changes {
    ($($name:literal, $component:literal, $verdict:ident $(($who:ident))?, $apply:expr $(, differs: $why:literal)?;)+) => {
        /// The table.
        pub(crate) const CHANGES: &[Change] = &[$(Change {
            name: $name,
            component: $component,
            apply: $apply,
            verdict: Verdict::$verdict,
            breaks: changes!(@option $(Who::$who)?),
            differs: changes!(@option $($why)?),
        }),+];
    };
    (@option $value:expr) => { Some($value) };
    (@option) => { None };
}

changes! {
    "a response field is gone", "brig", Breaking(Readers), |d| {
        remove(&mut schema(d, "UserProfile")["properties"], "handle");
    }, differs: "takes a field that may be missing for one that nobody needs";
    "a response field may be missing", "brig", Breaking(Readers), |d| {
        remove_item(&mut schema(d, "UserProfile")["required"], "name");
    };
    "a response field is always there", "brig", Compatible, |d| {
        push(&mut schema(d, "UserProfile")["required"], json!("deleted"));
    }, differs: "knows no direction: what is required breaks there";
    "an optional response field is new", "brig", Compatible, |d| {
        schema(d, "UserProfile")["properties"]["mood"] = json!({"type": "string"});
    };
    "a response field has another type", "brig", Breaking(Readers), |d| {
        schema(d, "UserProfile")["properties"]["searchable"] = json!({"type": "string"});
    };
    "a word of a response is new", "brig", Breaking(Readers), |d| {
        push(&mut schema(d, "UserLegalHoldStatus")["enum"], json!("lost"));
    };
    "a word of a response is gone", "brig", Compatible, |d| {
        remove_item(&mut schema(d, "UserLegalHoldStatus")["enum"], "pending");
    }, differs: "knows no direction: a word that is gone breaks there";
    "a variant of a response is new", "brig", Breaking(Readers), |d| {
        let variant = json!({
            "type": "object", "required": ["tag"],
            "properties": {"tag": {"type": "string", "const": "Later"}},
        });
        d["components"]["schemas"]["NewConnectionResponseLater"] = variant;
        let reference = json!("#/components/schemas/NewConnectionResponseLater");
        let union = schema(d, "NewConnectionResponse");
        push(&mut union["oneOf"], json!({"$ref": reference}));
        union["discriminator"]["mapping"]["Later"] = reference;
    };
    "a response may be null", "brig", Breaking(Readers), |d| {
        let user = schema(d, "UserProfile")["properties"]["qualified_id"].clone();
        schema(d, "UserProfile")["properties"]["qualified_id"] = json!({"anyOf": [user, {"type": "null"}]});
    };
    "a response is never null", "brig", Compatible, |d| {
        remove_null(&mut d["paths"]["/federation/claim-prekey"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]);
    };
    "a required request field is new", "brig", Breaking(Callers), |d| {
        let request = schema(d, "SearchRequest");
        request["properties"]["why"] = json!({"type": "string"});
        push(&mut request["required"], json!("why"));
    };
    "an optional request field is new", "brig", Compatible, |d| {
        schema(d, "SearchRequest")["properties"]["why"] = json!({"type": "string"});
    };
    "a request field became required", "galley", Breaking(Callers), |d| {
        push(&mut schema(d, "MlsMessageSendRequest")["required"], json!("enable_out_of_sync_check"));
    };
    "a request field may be missing", "brig", Compatible, |d| {
        remove_item(&mut schema(d, "SearchRequest")["required"], "term");
    };
    "a request field is gone", "brig", Breaking(Callers), |d| {
        remove(&mut schema(d, "SearchRequest")["properties"], "types");
    }, differs: "takes a field that may be missing for one that nobody needs";
    "a word of a request is gone", "brig", Breaking(Callers), |d| {
        remove_item(&mut schema(d, "UserTypeFilter")["enum"], "app");
    };
    "a word of a request is new", "brig", Compatible, |d| {
        push(&mut schema(d, "UserTypeFilter")["enum"], json!("robot"));
    };
    "a text of a request is shorter", "brig", Breaking(Callers), |d| {
        schema(d, "Handle")["maxLength"] = json!(16);
    };
    "a pattern changed", "brig", Breaking(Callers), |d| {
        schema(d, "Handle")["pattern"] = json!("^[a-z]+$");
    };
    "a tuple is in another order", "brig", Breaking(Callers), |d| {
        let places = d["paths"]["/federation/claim-prekey"]["post"]["requestBody"]["content"]["application/json"]["schema"]
            ["prefixItems"].as_array_mut().expect("a tuple");
        places.reverse();
    }, differs: "calls it unclassified";
    "an id belongs to another backend", "brig", Breaking(Callers), |d| {
        d["paths"]["/federation/claim-multi-prekey-bundle"]["post"]["requestBody"]["content"]["application/json"]["schema"]
            ["propertyNames"]["x-qualified-by"] = json!("sender");
    }, differs: "does not know the keyword";
    "an RPC is gone", "brig", Breaking(Callers), |d| {
        remove(&mut d["paths"], "/federation/search-users");
    };
    "an RPC is new", "brig", Compatible, |d| {
        let mut operation = d["paths"]["/federation/search-users"].clone();
        operation["post"]["operationId"] = json!("searchTeams");
        d["paths"]["/federation/search-teams"] = operation;
    };
    "a component has another name", "brig", Breaking(Generated), |d| rename(d, "UserProfile", "Profile");
    "an operation has another id", "brig", Breaking(Generated), |d| {
        d["paths"]["/federation/search-users"]["post"]["operationId"] = json!("findUsers");
    }, differs: "calls it an annotation or unclassified";
    "a header is required", "brig", Breaking(Callers), |d| {
        d["components"]["parameters"]["RequestId"]["required"] = json!(true);
    };
    "a failure has another label", "brig", Breaking(Readers), |d| {
        push(&mut schema(d, "ServerError")["allOf"][1]["properties"]["label"]["enum"], json!("overloaded"));
    }, differs: "knows no direction: an added word breaks nobody there";
    "the answer is no longer JSON", "brig", Breaking(Readers), |d| {
        let content = &mut d["paths"]["/federation/search-users"]["post"]["responses"]["200"]["content"];
        let body = content["application/json"].clone();
        *content = json!({"text/plain": body});
    };
    "it may not be repeated", "brig", Breaking(Callers), |d| {
        d["paths"]["/federation/search-users"]["post"]["x-idempotent"] = json!(false);
    }, differs: "does not know the keyword";
    "a keyword that nobody knows", "brig", Breaking(Callers), |d| {
        schema(d, "Handle")["contentEncoding"] = json!("base64");
    }, differs: "calls it unclassified";
    "a field beside alternatives is new and always there", "brig", Compatible, |d| {
        let union = schema(d, "NewConnectionResponse");
        union["properties"] = json!({"when": {"type": "string"}});
        union["required"] = json!(["tag", "when"]);
        assert!(union.get("oneOf").is_some());
    }, differs: "knows no direction: what is required breaks there";
    "a default is another one", "brig", Breaking(Callers), |d| {
        schema(d, "SearchRequest")["properties"]["term"]["default"] = json!("m");
    }, differs: "calls it harmless";
    "a parameter stands in another place", "brig", Breaking(Callers), |d| {
        d["components"]["parameters"]["OriginDomain"]["in"] = json!("query");
    };
    "a parameter of a path is required", "brig", Breaking(Callers), |d| {
        d["paths"]["/federation/search-users"]["parameters"] = json!([
            {"name": "X-Why", "in": "header", "required": true, "schema": {"type": "string"}},
        ]);
    };
    "a body is no longer read", "brig", Breaking(Callers), |d| {
        remove(&mut d["paths"]["/federation/search-users"]["post"], "requestBody");
    };
    "an answer has a header", "brig", Breaking(Readers), |d| {
        d["paths"]["/federation/search-users"]["post"]["responses"]["200"]["headers"] =
            json!({"X-Why": {"required": true, "schema": {"type": "string"}}});
    }, differs: "calls it harmless";
    "the server is another one", "brig", Breaking(Callers), |d| {
        d["servers"][0]["url"] = json!("/elsewhere");
    }, differs: "calls it an annotation";
    "texts", "brig", Wording, |d| {
        schema(d, "Handle")["description"] = json!("Something else.");
        schema(d, "Handle")["examples"] = json!(["other"]);
        d["info"]["description"] = json!("Another text.");
        d["paths"]["/federation/search-users"]["post"]["summary"] = json!("Finds users");
    };
}

/// Takes null out of a union.
fn remove_null(union: &mut Value) {
    let branches = union["anyOf"].as_array_mut().expect("a union");
    branches.retain(|branch| *branch != json!({"type": "null"}));
    assert_eq!(branches.len(), 1);
}
