//! Emits the publishers from the declaration in `federation-api`.

use federation_codegen::{Generator, Output};

fn main() {
    Generator::from_dependency("federation_api_0").emit(Output::Publisher);
}
