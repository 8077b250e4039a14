//! A document, and how it is put together.

use std::collections::BTreeMap;

use federation_api::{Kind, Version, VersionRange};
use schemars::Schema;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use utoipa::openapi::extensions::{Extensions, ExtensionsBuilder};
use utoipa::openapi::info::{InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::Response;
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, Deprecated, OpenApiBuilder, Ref, RefOr, Required};

use crate::component::{Component, Operation};
use crate::schemas::{OperationSchemas, Schemas};
use crate::{answers, parameters, prose, raw_schema, references, sorted};

/// An OpenAPI 3.1 document of one component in one version.
///
/// Made by [`document`]. Serializes to the same bytes whenever it is made from the same declaration:
/// the keys of all objects are in alphabetical order, except at the top, where `openapi` and `info` come
/// first.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(Value);

impl Document {
    /// The document as a JSON value.
    #[must_use]
    pub const fn as_json(&self) -> &Value {
        &self.0
    }

    /// The document as a JSON value, to be changed.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.0
    }

    /// The text of the document's file: indented, with a line feed at the end.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        // A JSON value always has a text: its keys are strings.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The schema of this name, in a form that any JSON Schema validator reads: with everything that
    /// it refers to.
    ///
    /// ```
    /// let brig = federation_openapi::brig::component();
    /// let document = federation_openapi::document(&brig, federation_api::Version::V3);
    /// assert!(document.schema("UserProfile").is_some());
    /// assert!(document.schema("Unheard-of").is_none());
    /// ```
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<Value> {
        self.0.pointer("/components/schemas")?.get(name)?;
        Some(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": references::to(name),
            "components": {"schemas": self.0.pointer("/components/schemas")},
        }))
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const FIRST: &[&str] = &["openapi", "info", "servers", "security", "tags", "paths", "webhooks"];
        sorted::Sorted::new(&self.0, FIRST).serialize(serializer)
    }
}

/// The document of a component in a version: the operations that exist in that version, and every
/// schema that they reach.
///
/// The component may be one of this crate ([`components`](crate::components)) or one that was declared
/// elsewhere.
#[must_use]
pub fn document(component: &Component, version: Version) -> Document {
    let schemas = Schemas::of(component);
    let mut shared = ComponentsBuilder::new();
    let mut failures: BTreeMap<String, Response> = BTreeMap::new();
    let mut paths = PathsBuilder::new();
    let mut webhooks = PathsBuilder::new();
    let mut has_webhooks = false;
    let mut roots: Vec<&Schema> = vec![&schemas.error, &schemas.domain];

    let operations = component.operations().iter().zip(&schemas.operations);
    for (operation, own) in operations.filter(|(o, _)| o.rpc().versions.contains(version)) {
        roots.push(&own.request);
        roots.extend(&own.response);
        for (name, parameter) in parameters::of(operation, version, &schemas.domain) {
            shared = shared.parameter(name, parameter);
        }
        for failed in answers::failures(operation, &schemas.error) {
            failures.insert(failed.name, failed.response);
        }
        let item = |id: String| {
            let operation = describe(component, operation, own, &schemas, version);
            PathItem::new(HttpMethod::Post, operation.operation_id(Some(id)))
        };
        if operation.is_notification() {
            has_webhooks = true;
            webhooks = webhooks.path(operation.rpc().name, item(operation.id() + "Webhook"));
        }
        paths = paths.path(operation.path(), item(operation.id()));
    }
    for (name, response) in failures {
        shared = shared.response(name, response);
    }

    let docs = prose::markdown(component.docs());
    let about = format!(
        "{docs}\n\nEvery RPC is a `POST` with a JSON body. A negative answer is a value of a 200 response unless said \
         otherwise; every other status has an `Error` as its body. Ids without a domain are marked with \
         `x-qualified-by`, which says whose they are: complete them with that backend's domain and no other."
    );
    let model = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(format!("Federation API: {}", component.name()))
                .version(version.to_string())
                .description(Some(about))
                .license(Some(
                    LicenseBuilder::new()
                        .name("MIT OR Apache-2.0")
                        .identifier(Some("MIT OR Apache-2.0"))
                        .build(),
                ))
                .build(),
        )
        .servers(Some([ServerBuilder::new()
            .url("/")
            .description(Some(
                "The component itself. Through a federator, a call goes to `/rpc/<domain>/<component>/<rpc>` there.",
            ))
            .build()]))
        // Who calls is settled by the federator, with certificates.
        .security(Some([]))
        .tags(Some([TagBuilder::new()
            .name(component.name())
            .description(Some(&*docs))
            .build()]))
        .paths(paths.build())
        .webhooks(has_webhooks.then(|| webhooks.build()))
        .components(Some(shared.build()))
        .build();

    // utoipa's model has a JSON form for everything that is put in here.
    let mut json = serde_json::to_value(model).unwrap_or_default();
    raw_schema::place(&mut json);
    json["components"]["schemas"] = references::reachable(roots, &schemas.named)
        .into_iter()
        .filter_map(|name| {
            let schema = schemas.named.get(&name)?.as_value().clone();
            Some((name, schema))
        })
        .collect::<Map<_, _>>()
        .into();
    Document(json)
}

fn describe(
    component: &Component,
    operation: &Operation,
    own: &OperationSchemas,
    schemas: &Schemas,
    version: Version,
) -> OperationBuilder {
    let rpc = operation.rpc();
    let docs = prose::markdown(operation.docs());
    let (summary, rest) = prose::summary(&docs);
    let body = RequestBodyBuilder::new()
        .required(Some(Required::True))
        .content(answers::JSON, answers::content(&own.request, &schemas.named))
        .build();
    let success = answers::success(operation, own.response.as_ref(), &schemas.named);

    let mut described = OperationBuilder::new()
        .tag(component.name())
        .summary(Some(summary))
        .description(Some(description(operation, rest)))
        .request_body(Some(body))
        .response("200", success)
        .deprecated(rpc.versions.end().map(|_| Deprecated::True))
        .extensions(Some(extensions(operation)));
    for (name, _) in parameters::of(operation, version, &schemas.domain) {
        let reference = Ref::new(format!("#/components/parameters/{name}"));
        described = described.parameter_ref(reference);
    }
    for failed in answers::failures(operation, &schemas.error) {
        let reference = Ref::from_response_name(failed.name);
        described = described.response(failed.status.to_string(), RefOr::Ref(reference));
    }
    described
}

/// The docs after their first sentence, and what the declaration says besides.
fn description(operation: &Operation, rest: &str) -> String {
    let rpc = operation.rpc();
    let mut text = rest.to_owned();
    let mut add = |sentence: &str, separator: &str| {
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.push_str(sentence);
    };
    add(
        match (rpc.kind, rpc.idempotent) {
            (Kind::Notification, _) => {
                "A notification: sent through the sender's queue, so it may arrive late and more than once."
            }
            (_, true) => "May be repeated: twice has the same effect as once.",
            (_, false) => "Must not be repeated without asking: a second call has an effect of its own.",
        },
        "\n\n",
    );
    if !rpc.versions.is_all() {
        add(&format!("Exists in: {}.", rpc.versions), " ");
    }
    text
}

fn extensions(operation: &Operation) -> Extensions {
    let rpc = operation.rpc();
    let kind = match rpc.kind {
        Kind::Call => "call",
        Kind::Notification => "notification",
        Kind::ByteStream => "byte-stream",
    };
    ExtensionsBuilder::new()
        .add("x-kind", kind)
        .add("x-idempotent", rpc.idempotent)
        .add("x-versions", versions(rpc.versions))
        .build()
}

/// `{"from": 1, "until": 3}`: half open, `until` only where there is an end.
fn versions(range: VersionRange) -> Value {
    let mut versions = json!({"from": range.first().number()});
    if let Some(end) = range.end() {
        versions["until"] = end.number().into();
    }
    versions
}
