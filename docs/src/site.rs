//! All files of the pages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use federation_api::Version;
use federation_openapi::{Component, Spec, components, files};
use serde_json::{Value, json};
use thiserror::Error;

use crate::flows;
use crate::html::{self, Page};
use crate::matrix;

/// What is taken from Swagger UI.
const SWAGGER_UI: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

/// The pages and what they load, by path: `index.html`, `v3/brig.json`.
#[derive(Clone, Debug)]
pub struct Site {
    files: BTreeMap<String, File>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its media type, with the encoding of texts.
    pub content_type: &'static str,
    /// What is in it.
    pub content: Cow<'static, [u8]>,
}

/// The pages cannot be put together: a fault of this crate's own data.
#[derive(Debug, Error)]
pub enum SiteError {
    /// `flows.json` is not what is read from it, or names an RPC that no component declares.
    #[error("docs/flows.json: {0}")]
    Flows(String),
    /// The copy of Swagger UI lacks a file.
    #[error("the crate utoipa-swagger-ui has no {0}; look at what its new version calls it")]
    SwaggerUi(&'static str),
}

impl Site {
    /// The pages for reading alone: a call cannot be tried.
    ///
    /// # Errors
    ///
    /// [`SiteError`], which a test of this crate would have seen.
    pub fn new() -> Result<Self, SiteError> {
        Self::with_trial(&Value::Null)
    }

    /// The pages, with what `trial` says about the backend that calls go to.
    pub(crate) fn with_trial(trial: &Value) -> Result<Self, SiteError> {
        let components = components();
        let mut site = Self {
            files: BTreeMap::new(),
        };
        site.text(
            "index.html",
            HTML,
            html::page(Page::Reference, include_str!("../assets/reference.html")),
        );
        site.text(
            "matrix.html",
            HTML,
            html::page(Page::Matrix, &matrix::html(&components)),
        );
        site.text(
            "flows.html",
            HTML,
            html::page(Page::Flows, &flows::html(&components)?),
        );
        site.text(
            "page.css",
            CSS,
            include_str!("../assets/page.css").to_owned(),
        );
        site.text(
            "reference.js",
            JAVASCRIPT,
            include_str!("../assets/reference.js").to_owned(),
        );
        site.text("site.json", JSON, index(&components, trial).to_string());
        for (path, text) in files(&components, Spec::V3_1) {
            site.text(&path.to_string_lossy().replace('\\', "/"), JSON, text);
        }
        for name in SWAGGER_UI {
            let config = Arc::new(utoipa_swagger_ui::Config::from(""));
            let file = utoipa_swagger_ui::serve(name, config).ok().flatten();
            let file = file.ok_or(SiteError::SwaggerUi(name))?;
            let content_type = if name.ends_with(".css") {
                CSS
            } else {
                JAVASCRIPT
            };
            site.file(name, content_type, Cow::Owned(file.bytes.into_owned()));
        }
        Ok(site)
    }

    /// Each file with its path, in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The file at a path; the folder itself is `index.html`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        let path = if path.is_empty() { "index.html" } else { path };
        self.files.get(path)
    }

    fn text(&mut self, path: &str, content_type: &'static str, text: String) {
        self.file(path, content_type, Cow::Owned(text.into_bytes()));
    }

    fn file(&mut self, path: &str, content_type: &'static str, content: Cow<'static, [u8]>) {
        let file = File {
            content_type,
            content,
        };
        self.files.insert(path.to_owned(), file);
    }
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";

/// What the script of the reference knows: every RPC by name, for the search and the switches.
fn index(components: &[Component], trial: &Value) -> Value {
    let mut rpcs: Vec<Value> = Vec::new();
    for component in components {
        let mut seen: Vec<&str> = Vec::new();
        for operation in component.operations() {
            let name = operation.rpc().name;
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let versions: Vec<u8> = matrix::versions_of(component, name)
                .map(Version::number)
                .collect();
            rpcs.push(json!({
                "component": component.name(),
                "name": name,
                "operation": operation.id(),
                "summary": operation.docs().lines().next().unwrap_or_default().trim(),
                "versions": versions,
            }));
        }
    }
    let versions: Vec<u8> = Version::ALL.into_iter().map(Version::number).collect();
    let components: Vec<&str> = components.iter().map(Component::name).collect();
    json!({"versions": versions, "components": components, "rpcs": rpcs, "trial": trial})
}
