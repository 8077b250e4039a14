//! What is to be documented: components and their operations, as emitted code lists them.

use federation_api::{Kind, Rpc, Version};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A component with its operations, ready to be [documented](crate::document).
///
/// Emitted code builds it; see [`brig::component`](crate::brig::component).
#[derive(Debug, Clone)]
pub struct Component {
    name: &'static str,
    docs: &'static str,
    operations: Vec<Operation>,
}

impl Component {
    /// A component of this wire name; `docs` is the doc comment of its trait, Markdown.
    #[must_use]
    pub fn new(
        name: &'static str,
        docs: &'static str,
        operations: impl IntoIterator<Item = Operation>,
    ) -> Self {
        Self {
            name,
            docs,
            operations: operations.into_iter().collect(),
        }
    }

    /// The name on the wire, such as `brig`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The doc comment of the trait.
    #[must_use]
    pub const fn docs(&self) -> &'static str {
        self.docs
    }

    /// All variants of all RPCs, in the order of declaration.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operations that exist in `version`, in the order of declaration.
    pub fn operations_in(&self, version: Version) -> impl Iterator<Item = &Operation> {
        self.operations
            .iter()
            .filter(move |operation| operation.rpc.versions.contains(version))
    }
}

/// One variant of one RPC: what it is called with and what it answers.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    rpc: Rpc,
    docs: &'static str,
    request: Describe,
    response: Option<Describe>,
}

/// Gives the schema of a type, and those that it refers to to the generator.
pub(crate) type Describe = fn(&mut SchemaGenerator) -> Schema;

impl Operation {
    /// An RPC or a notification: JSON in, JSON out. `docs` is the doc comment of the method.
    #[must_use]
    pub fn call<Request: JsonSchema, Response: JsonSchema>(rpc: Rpc, docs: &'static str) -> Self {
        Self {
            rpc,
            docs,
            request: SchemaGenerator::subschema_for::<Request>,
            response: Some(SchemaGenerator::subschema_for::<Response>),
        }
    }

    /// A byte stream: JSON in, raw bytes out. `docs` is the doc comment of the method.
    #[must_use]
    pub fn byte_stream<Request: JsonSchema>(rpc: Rpc, docs: &'static str) -> Self {
        Self {
            rpc,
            docs,
            request: SchemaGenerator::subschema_for::<Request>,
            response: None,
        }
    }

    /// What is known of the RPC.
    #[must_use]
    pub const fn rpc(&self) -> Rpc {
        self.rpc
    }

    /// The doc comment of the method.
    #[must_use]
    pub const fn docs(&self) -> &'static str {
        self.docs
    }

    /// The `operationId`: the name of the RPC in lower camel case, `getUserByHandle`.
    ///
    /// The same in every version, for every variant of the RPC. Unique: no name is shared by two
    /// components, and one version has one variant.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = String::with_capacity(self.rpc.name.len());
        for (index, word) in self.rpc.name.split('-').enumerate() {
            if index == 0 {
                id.push_str(word);
            } else {
                id.push_str(&capitalised(word));
            }
        }
        id
    }

    /// `/federation/<rpc>`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/federation/{}", self.rpc.name)
    }

    /// Whether the answer is raw bytes.
    pub(crate) const fn is_byte_stream(&self) -> bool {
        self.response.is_none()
    }

    pub(crate) fn is_notification(&self) -> bool {
        self.rpc.kind == Kind::Notification
    }

    /// The types of the request and of the response; the latter unless that is raw bytes.
    pub(crate) const fn types(&self) -> (Describe, Option<Describe>) {
        (self.request, self.response)
    }
}

/// `no-endpoint` as `NoEndpoint`; what is neither letter nor digit separates words.
pub(crate) fn pascal_case(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .map(capitalised)
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(chars)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_ids() {
        let id = |name| Operation::call::<(), ()>(Rpc::new("c", name), "Docs.").id();
        assert_eq!(id("api-version"), "apiVersion");
        assert_eq!(id("get-one2one-conversation"), "getOne2oneConversation");
        assert_eq!(id("ping"), "ping");
    }

    #[test]
    fn names_of_components() {
        assert_eq!(pascal_case("mls-protocol-error"), "MlsProtocolError");
        assert_eq!(pascal_case("AlreadyPascal"), "AlreadyPascal");
    }
}
