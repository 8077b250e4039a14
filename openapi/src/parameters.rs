//! The headers of a request.

use federation_api::{Version, headers};
use schemars::Schema;
use serde_json::{Value, json};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};

use crate::component::Operation;
use crate::raw_schema;

/// The RPC by which a version is found out; nobody knows a version before it.
const NEGOTIATION: &str = "api-version";

/// A header under the name of its component in the document.
pub(crate) type Named = (&'static str, Parameter);

/// The headers that an operation reads, in the document of this version.
pub(crate) fn of(operation: &Operation, version: Version, domain: &Schema) -> Vec<Named> {
    let rpc = operation.rpc();
    let mut parameters = vec![origin_domain(domain)];
    let states_version = !operation.is_byte_stream() && rpc.name != NEGOTIATION;
    if states_version {
        parameters.push(if rpc.versions.is_all() {
            any_version()
        } else {
            exact_version(version)
        });
    }
    parameters.push(origin_request_id());
    parameters.push(request_id());
    if operation.is_byte_stream() {
        parameters.push(origin_ip());
    }
    parameters
}

fn origin_domain(domain: &Schema) -> Named {
    let text = "The domain of the calling backend. Behind a federator it is authentic: the federator has matched it \
        with the peer's certificate.";
    let header = header(
        "Wire-Origin-Domain",
        headers::ORIGIN_DOMAIN,
        Required::True,
        text,
    );
    (
        "OriginDomain",
        with_schema(header, domain.as_value().clone()),
    )
}

fn any_version() -> Named {
    let text = "The version of the federation API that the call is made in, as negotiated with `api-version`. This \
        RPC is the same in every version.";
    let header = header(
        "X-Wire-API-Version",
        headers::API_VERSION,
        Required::False,
        text,
    );
    let schema = json!({"type": "integer", "format": "int32", "minimum": 0, "examples": [Version::NEWEST.number()]});
    ("ApiVersion", with_schema(header, schema))
}

fn exact_version(version: Version) -> Named {
    let text = "The version of the federation API that the call is made in, as negotiated with `api-version`. A \
        missing header means 0. In other versions this RPC is missing or means something else.";
    let required = match version {
        Version::V0 => Required::False,
        _ => Required::True,
    };
    let header = header("X-Wire-API-Version", headers::API_VERSION, required, text);
    // Not a `const`: openapi-python-client leaves out operations with one in a header.
    let schema = json!({"type": "integer", "format": "int32", "enum": [version.number()]});
    ("ExactApiVersion", with_schema(header, schema))
}

fn origin_request_id() -> Named {
    let text = "The caller's request id, as it names it to federators. An id that cannot be logged is replaced.";
    let header = header(
        "Wire-Origin-Request-Id",
        headers::ORIGIN_REQUEST_ID,
        Required::False,
        text,
    );
    ("OriginRequestId", with_schema(header, request_id_schema()))
}

fn request_id() -> Named {
    let text = "The caller's request id, as the federator hands it to the component. Goes before \
        `Wire-Origin-Request-Id`.";
    let header = header("Request-Id", headers::REQUEST_ID, Required::False, text);
    ("RequestId", with_schema(header, request_id_schema()))
}

fn request_id_schema() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": 256,
        "pattern": "^[ -~]*$",
        "examples": ["7d3c6a0e-2f5b-4c1d-9e8f-0a1b2c3d4e5f"],
    })
}

fn origin_ip() -> Named {
    let text = "The address from which the calling backend reached the federator. For audit logs only, never for \
        authorisation.";
    let header = header("Wire-Origin-IP", headers::ORIGIN_IP, Required::False, text);
    let schema = json!({
        "anyOf": [
            {"type": "string", "format": "ipv4", "examples": ["192.0.2.10"]},
            {"type": "string", "format": "ipv6", "examples": ["2001:db8::1"]},
        ],
    });
    ("OriginIp", with_schema(header, schema))
}

/// `name` is how documents write the header, `wire` how the protocol crate does.
fn header(name: &str, wire: &str, required: Required, text: &str) -> ParameterBuilder {
    debug_assert!(name.eq_ignore_ascii_case(wire));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(text))
}

fn with_schema(header: ParameterBuilder, schema: Value) -> Parameter {
    header.extensions(Some(raw_schema::put(schema))).build()
}
