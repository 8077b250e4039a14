//! Runs progenitor as its documentation says, over `brig.json` in this folder.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use serde_json::Value;

const DOCUMENT: &str = "brig.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DOCUMENT}");
    let mut document = serde_json::from_slice(&fs::read(DOCUMENT)?)?;
    keep_one_error(&mut document);
    // Progenitor's client has a method of this name already.
    document["paths"]["/federation/api-version"]["post"]["operationId"] = "negotiate".into();
    let document = serde_json::from_value(document)?;
    let tokens = progenitor::Generator::default().generate_tokens(&document)?;
    let source = prettyplease::unparse(&syn::parse2(tokens)?);
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::write(folder.join("client.rs"), source)?;
    Ok(())
}

/// Progenitor has room for one type of error in an operation; the document has a schema for each status,
/// which differ in the labels that they list.
fn keep_one_error(document: &mut Value) {
    let paths = document["paths"].as_object_mut();
    for operation in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        if let Some(responses) = operation["post"]["responses"].as_object_mut() {
            responses.retain(|status, _| status == "200" || status == "400");
        }
    }
}
