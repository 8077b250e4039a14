//! From a component to its document.

use std::collections::BTreeMap;

use federation_api::{Audience, Kind, Version, VersionRange};
use schemars::Schema;
use serde_json::{Map, Value, json};
use utoipa::openapi::extensions::{Extensions, ExtensionsBuilder};
use utoipa::openapi::info::{ContactBuilder, Info, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{ComponentsBuilder, Deprecated, OpenApiBuilder, Ref, RefOr, Required};

use crate::component::{Component, Operation};
use crate::document::Document;
use crate::schemas::{OperationSchemas, Schemas};
use crate::{answers, parameters, prose, raw_schema, references};

/// The document of a component in a version: the operations that exist in that version, and every
/// schema that they reach.
///
/// The component may be one of this crate ([`components`](crate::components)) or one that was declared
/// elsewhere.
#[must_use]
pub fn document(component: &Component, version: Version) -> Document {
    // Some documents have another form for older readers; so have their schemas.
    let schemas = Audience::speaking(version).write(|| Schemas::of(component));
    let parts = Parts::of(component, version, &schemas);
    let model = OpenApiBuilder::new()
        .info(info(component, version))
        .servers(Some([ServerBuilder::new()
            .url("/")
            .description(Some(
                "The component itself. Through a federator, a call goes to `/rpc/<domain>/<component>/<rpc>` there.",
            ))
            .build()]))
        // Who calls is settled by the federator, with certificates.
        .security(Some([]))
        .tags(Some(tags(component, parts.webhooks.is_some())))
        .paths(parts.paths.build())
        .webhooks(parts.webhooks.map(PathsBuilder::build))
        .components(Some(parts.shared.build()))
        .build();

    // utoipa's model has a JSON form for everything that is put in here.
    let mut json = serde_json::to_value(model).unwrap_or_default();
    raw_schema::place(&mut json);
    json["components"]["schemas"] = references::reachable(parts.roots, &schemas.named)
        .into_iter()
        .filter_map(|name| {
            let schema = schemas.named.get(&name)?.as_value().clone();
            Some((name, schema))
        })
        .chain(parts.errors)
        .collect::<Map<_, _>>()
        .into();
    Document(json)
}

/// What comes out of going through the operations of one version.
struct Parts<'a> {
    paths: PathsBuilder,
    webhooks: Option<PathsBuilder>,
    /// Headers and failures, which operations share.
    shared: ComponentsBuilder,
    /// The schemas of failures.
    errors: BTreeMap<String, Value>,
    /// The schemas from which all others are reached.
    roots: Vec<&'a Schema>,
}

impl<'a> Parts<'a> {
    fn of(component: &Component, version: Version, schemas: &'a Schemas) -> Self {
        let mut parts = Self {
            paths: PathsBuilder::new(),
            webhooks: None,
            shared: ComponentsBuilder::new(),
            errors: BTreeMap::new(),
            roots: vec![&schemas.error, &schemas.domain],
        };
        let operations = component.operations().iter().zip(&schemas.operations);
        for (operation, own) in operations.filter(|(o, _)| o.rpc().versions.contains(version)) {
            parts.add(component, operation, own, schemas, version);
        }
        parts
    }

    fn add(
        &mut self,
        component: &Component,
        operation: &Operation,
        own: &'a OperationSchemas,
        schemas: &Schemas,
        version: Version,
    ) {
        self.roots.push(&own.request);
        self.roots.extend(&own.response);
        let mut shared = std::mem::take(&mut self.shared);
        for (name, parameter) in parameters::of(operation, version, &schemas.domain) {
            shared = shared.parameter(name, parameter);
        }
        for failed in answers::failures(operation, schemas) {
            self.errors
                .insert(failed.schema_name, failed.schema.to_value());
            shared = shared.response(failed.name, failed.response);
        }
        self.shared = shared;

        let item = |tag: &str, id: String| {
            let operation = describe(operation, own, schemas, version);
            PathItem::new(HttpMethod::Post, operation.tag(tag).operation_id(Some(id)))
        };
        if operation.is_notification() {
            let webhook = item(&webhook_tag(component), operation.id() + "Webhook");
            let webhooks = self.webhooks.take().unwrap_or_default();
            self.webhooks = Some(webhooks.path(operation.rpc().name, webhook));
        }
        let paths = std::mem::take(&mut self.paths);
        self.paths = paths.path(operation.path(), item(component.name(), operation.id()));
    }
}

fn info(component: &Component, version: Version) -> Info {
    let docs = prose::markdown(component.docs());
    let about = format!(
        "{docs}\n\nEvery RPC is a `POST` with a JSON body. A negative answer is a value of a 200 response unless said \
         otherwise; every other status has an `Error` as its body. 403, 422, 521, 525 and 533 are said by the federator \
         before the component, so only a call that goes through one meets them. Ids without a domain are marked with \
         `x-qualified-by`, which says whose they are: complete them with that backend's domain and no other."
    );
    let license = LicenseBuilder::new()
        .name("MIT OR Apache-2.0")
        .identifier(Some("MIT OR Apache-2.0"))
        .build();
    let contact = ContactBuilder::new()
        .name(Some("Maintainers of federation-api"))
        .build();
    InfoBuilder::new()
        .title(format!("Federation API: {}", component.name()))
        .version(version.to_string())
        .description(Some(about))
        .contact(Some(contact))
        .license(Some(license))
        .build()
}

fn tags(component: &Component, has_webhooks: bool) -> Vec<Tag> {
    let tag = |name: &str, text: &str| TagBuilder::new().name(name).description(Some(text)).build();
    let mut tags = vec![tag(component.name(), &prose::markdown(component.docs()))];
    if has_webhooks {
        let text = "What the owner of a resource tells others about it. The same operations as under \
            `paths`, for those who implement the receiving side.";
        tags.push(tag(&webhook_tag(component), text));
    }
    tags
}

/// Webhooks have a tag of their own: openapi-generator writes one file for each tag, and webhooks last.
fn webhook_tag(component: &Component) -> String {
    format!("{}-notifications", component.name())
}

fn describe(
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
        .content(
            answers::JSON,
            answers::content(&own.request, &schemas.named),
        )
        .build();
    let success = answers::success(operation, own.response.as_ref(), &schemas.named);

    let mut described = OperationBuilder::new()
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
    for failed in answers::failures(operation, schemas) {
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
            (_, false) => {
                "Must not be repeated without asking: a second call has an effect of its own."
            }
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
