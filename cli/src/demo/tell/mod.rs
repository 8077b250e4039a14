//! Telling what happened: to people in lines, to programs in JSON, to the eye in a drawing.

mod beside;
mod drawing;
mod json;
mod layout;
mod page;
mod text;

pub(super) use drawing::svg;
pub(super) use json::document;
pub(super) use page::html;
pub(super) use text::Voice;
