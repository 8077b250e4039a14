//! A document: what it is, and its text.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::files::Spec;
use crate::{references, sorted};

/// An OpenAPI document of one component in one version.
///
/// Made by [`document`](crate::document()). Serializes to the same bytes whenever it is made from the same declaration:
/// the keys of all objects are in alphabetical order, except at the top, where `openapi` and `info` come
/// first.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(pub(crate) Value);

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

    /// The document in this version of OpenAPI; documents are made in 3.1.
    #[must_use]
    pub fn in_spec(self, spec: Spec) -> Self {
        match spec {
            Spec::V3_1 => self,
            Spec::V3_0 => self.to_openapi_3_0(),
        }
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
        const FIRST: &[&str] = &[
            "openapi", "info", "servers", "security", "tags", "paths", "webhooks",
        ];
        sorted::Sorted::new(&self.0, FIRST).serialize(serializer)
    }
}
