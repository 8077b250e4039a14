//! Publishes the declaration of this crate's components to the crates that generate code from it.

fn main() {
    #[cfg(feature = "declaration")]
    federation_codegen::publish(&["src/brig.rs", "src/galley.rs", "src/cargohold.rs"]);
    #[cfg(not(feature = "declaration"))]
    println!("cargo::rerun-if-changed=build.rs");
}
