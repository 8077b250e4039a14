//! What a backend holds at the start: a document, with what the command line puts in its place.

use federation_api::{Domain, Version};
use federation_backend::{Backend, Settings, seeds};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::input;

/// A document that describes a backend.
#[derive(Debug)]
pub(crate) struct Seed {
    name: String,
    document: String,
}

/// The seed of the demonstration's first or second backend (`a`, `b`), or of a file.
pub(crate) fn read(name: &str) -> Result<Seed, Fault> {
    let document = match name {
        "a" => seeds::A_EXAMPLE_COM.to_owned(),
        "b" => seeds::B_EXAMPLE_COM.to_owned(),
        file => {
            let content =
                input::read(file).map_err(|error| Fault::Failed(format!("{file}: {error}")))?;
            String::from_utf8(content).map_err(|_| Fault::Failed(format!("{file}: not UTF-8")))?
        }
    };
    Ok(Seed {
        name: name.to_owned(),
        document,
    })
}

impl Seed {
    /// The same under another domain, if one is given.
    pub(crate) fn with_domain(self, domain: Option<&Domain>) -> Self {
        match domain {
            Some(domain) => self.with("domain", json!(domain)),
            None => self,
        }
    }

    /// The same speaking these versions, if any are given.
    pub(crate) fn with_versions(self, versions: &[Version]) -> Self {
        if versions.is_empty() {
            self
        } else {
            self.with("versions", json!(versions))
        }
    }

    /// The same with another value of one key. A document that is not an object stays as it is: what
    /// is wrong with it is for the backend to say.
    fn with(mut self, key: &str, value: Value) -> Self {
        if let Ok(mut document) =
            serde_json::from_str::<serde_json::Map<String, Value>>(&self.document)
        {
            document.insert(key.to_owned(), value);
            self.document = Value::Object(document).to_string();
        }
        self
    }

    /// The backend.
    pub(crate) fn load(&self) -> Result<Backend, Fault> {
        Backend::from_seed(&self.document, Settings::default())
            .map_err(|error| Fault::Failed(format!("seed {}: {error}", self.name)))
    }
}

/// A domain that can be the origin of an example call to this one.
pub(crate) fn neighbour_of(domain: &Domain) -> &'static str {
    if domain.as_str() == "a.example.com" {
        "b.example.com"
    } else {
        "a.example.com"
    }
}
