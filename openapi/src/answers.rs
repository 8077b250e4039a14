//! What an operation answers, in success and in failure.

use std::collections::BTreeMap;

use schemars::{Schema, json_schema};
use serde_json::{Value, json};
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};

use crate::component::{Operation, pascal_case};
use crate::references::{self, Named};
use crate::schemas::Schemas;
use crate::unions::free_name;
use crate::{example, prose, raw_schema};

/// The error body, and the only media type of requests and of answers that are no raw bytes.
pub(crate) const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// What any operation can be answered with when it fails, by the component (`transport.md` §7) or by the
/// federator before it (§8.3): status, name, labels, why, an example of a message.
const FAULTS: [(u16, &str, &[&str], &str, &str); 13] = [
    (
        400,
        "BadRequest",
        &[
            "bad-request",
            "client-error",
            "federation-denied",
            "discovery-failure",
        ],
        "A header or the body is not what the RPC takes; the message names the place in the body. From the federator: \
         its policy forbids the target (`federation-denied`), or DNS fails (`discovery-failure`). Servers of others may \
         say it in plain text.",
        "Header Wire-Origin-Domain is required",
    ),
    (
        403,
        "InvalidEndpoint",
        &["invalid-endpoint"],
        "From the federator: the call is no `POST`, or has a query.",
        "The requested endpoint does not exist",
    ),
    (
        404,
        "NoEndpoint",
        &["no-endpoint"],
        "There is no such RPC, or not in the version of the call. Servers of others may leave the body empty.",
        "The requested endpoint does not exist",
    ),
    (
        408,
        "RequestTimeout",
        &["client-error"],
        "The body came too slowly.",
        "Request Timeout: the body did not arrive within 30 s",
    ),
    (
        413,
        "ContentTooLarge",
        &["client-error"],
        "The body is too large.",
        "The request body is larger than 16777216 bytes, which is the limit for this RPC",
    ),
    (
        415,
        "UnsupportedMediaType",
        &["client-error"],
        "The header `Content-Type` says that the body is not JSON.",
        "Header Content-Type: requests are JSON; send application/json or leave the header out",
    ),
    (
        422,
        "InvalidDomain",
        &["invalid-domain"],
        "From the federator: the target has no SRV record.",
        "srv record not found: _wire-server-federator._tcp.chat.beta.example",
    ),
    (
        429,
        "TooManyRequests",
        &["client-error"],
        "More calls of the calling backend are under way than it may have at once.",
        "Too Many Requests: too many calls of chat.alpha.example are under way; try again later",
    ),
    (
        500,
        "ServerError",
        &["server-error", "internal-error"],
        "The answering side failed. What went wrong stands in its log only.",
        "Internal Server Error",
    ),
    (
        503,
        "Unavailable",
        &["server-error"],
        "The answering side cannot answer at the moment.",
        "Service Unavailable",
    ),
    (
        521,
        "ConnectionRefused",
        &["federation-connection-refused"],
        "From the federator: the target cannot be reached.",
        "Connection refused",
    ),
    (
        525,
        "TlsFailure",
        &["federation-tls-error"],
        "From the federator: the target and this backend do not agree on certificates.",
        "The certificate of the target is not valid",
    ),
    (
        533,
        "RemoteFailure",
        &["federation-remote-error", "federation-http2-error"],
        "From the federator: the target answered anything but 200 (`federation-remote-error`, with the answer in \
         `inner`), or broke off (`federation-http2-error`).",
        "A remote federator failed with status code: 404",
    ),
];

/// An answer of 200.
pub(crate) fn success(operation: &Operation, response: Option<&Schema>, named: &Named) -> Response {
    let answer = ResponseBuilder::new();
    match response {
        Some(schema) => {
            let text = if operation.is_notification() {
                "Taken in."
            } else if accepts_null(schema) {
                "The answer, or null."
            } else {
                "The answer."
            };
            answer
                .description(text)
                .content(JSON, content(schema, named))
        }
        None => {
            let schema = raw_schema::put(json!({"type": "string", "format": "binary"}));
            let bytes = ContentBuilder::new()
                .extensions(Some(schema))
                .example(Some(json!("The bytes.")))
                .build();
            answer.description("The bytes.").content(BYTES, bytes)
        }
    }
    .build()
}

/// A body of JSON with an example.
pub(crate) fn content(schema: &Schema, named: &Named) -> Content {
    ContentBuilder::new()
        .extensions(Some(raw_schema::put(schema.as_value().clone())))
        .example(example::example(schema, named))
        .build()
}

fn accepts_null(schema: &Schema) -> bool {
    let null = json!({"type": "null"});
    let branches = schema.get("anyOf").and_then(Value::as_array);
    branches.is_some_and(|branches| branches.contains(&null))
}

/// A failure, as responses and schemas that operations share.
pub(crate) struct Failed {
    pub(crate) status: u16,
    /// The name of the response. That of its schema is `schema_name`.
    pub(crate) name: String,
    pub(crate) response: Response,
    pub(crate) schema_name: String,
    /// The error body, narrowed to the labels that this status can have.
    pub(crate) schema: Schema,
}

/// The failures of an operation, by status: those that any has, and those that its docs name.
pub(crate) fn failures(operation: &Operation, schemas: &Schemas) -> Vec<Failed> {
    let mut own: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for (status, label) in prose::named_errors(&prose::markdown(operation.docs())) {
        let labels = own.entry(status).or_default();
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let mut failures = Vec::new();
    for (status, name, labels, text, message) in FAULTS {
        let own = own.remove(&status).unwrap_or_default();
        let mut all: Vec<String> = labels.iter().map(ToString::to_string).collect();
        all.extend(
            own.iter()
                .filter(|label| !labels.contains(&label.as_str()))
                .cloned(),
        );
        let (name, text) = with_own(name, text, &all[labels.len()..]);
        failures.push(failed(status, name, &text, &all, message, schemas));
    }
    for (status, labels) in own {
        let name: Vec<String> = labels.iter().map(|label| pascal_case(label)).collect();
        let (_, text) = with_own("", "", &labels);
        failures.push(failed(
            status,
            name.join("Or"),
            text.trim_start_matches("Or "),
            &labels,
            "…",
            schemas,
        ));
    }
    failures.sort_by_key(|failed| failed.status);
    failures
}

/// Adds the labels that the RPC has of its own: `NoEndpointOrNotFound`.
fn with_own(name: &str, text: &str, labels: &[String]) -> (String, String) {
    let (mut name, mut text) = (name.to_owned(), text.to_owned());
    for label in labels {
        name = format!("{name}Or{}", pascal_case(label));
        text = format!("{text} Or `{label}`: see the description of the RPC.");
    }
    (name, text.trim_start().to_owned())
}

fn failed(
    status: u16,
    name: String,
    text: &str,
    labels: &[String],
    message: &str,
    schemas: &Schemas,
) -> Failed {
    // `code` is not narrowed: openapi-python-client would leave the response out.
    let schema = json_schema!({
        "description": format!("The error body of status {status}."),
        "allOf": [
            schemas.error,
            {
                "type": "object",
                "properties": {"label": {"type": "string", "enum": labels}},
                "required": ["label"],
            },
        ],
    });
    // Named, or generators number them.
    let taken = |name: &str| schemas.named.contains_key(name);
    let wanted = format!("{}Error", name.trim_end_matches("Error"));
    let schema_name = free_name(&wanted, taken);
    let example = json!({"code": status, "label": labels.first(), "message": message});
    let body = ContentBuilder::new()
        .extensions(Some(raw_schema::put(
            json!({"$ref": references::to(&schema_name)}),
        )))
        .example(Some(example))
        .build();
    let response = ResponseBuilder::new()
        .description(text)
        .content(JSON, body)
        .build();
    Failed {
        status,
        name,
        response,
        schema_name,
        schema,
    }
}
