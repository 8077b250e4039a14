//! Prints what is emitted for a declaration: `cargo run -p federation-codegen --example emit -- server src/brig.rs`,
//! the file relative to the folder of the package `federation-api`.

use federation_codegen::{Output, emit, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let output = match arguments.next().as_deref() {
        Some("server") => Output::Server,
        Some("client") => Output::Client,
        Some("document") => Output::Document,
        _ => return Err("usage: emit server|client|document FILE…".into()),
    };
    let files: Vec<String> = arguments.collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../api");
    let declaration = read(&root, "federation-api 0.1.0", &files)?;
    for component in &declaration.components {
        print!("{}", emit::component(&declaration, component, output)?);
    }
    Ok(())
}
