//! A page about federation APIs, with everything on it that a reader's browser needs.
//!
//! Three pages: the *reference* (Swagger UI over the published documents, with a switch of version and
//! component and a search over all RPCs), the *matrix* of RPCs and versions, and the *flows* as sequence
//! diagrams. [`Site::files`] gives them as files for any web server; [`serve`] as a router that also passes calls
//! on to a backend, so that a reader can try them. The pages ask nobody but the server they came from; their
//! content security policy sees to it.
//!
//! The RPCs and the documents come from `federation-openapi`, the flows from `flows.json` in this folder, Swagger UI
//! from the crate `utoipa-swagger-ui`, which holds a copy of it (Apache-2.0).

mod flows;
mod guard;
mod html;
mod matrix;
mod serve;
mod site;
mod svg;

pub use serve::{Settings, SettingsError, serve};
pub use site::{File, Site, SiteError};
