//! Any text as the source of a declaration: faults or code, and never a panic.

#![no_main]

use federation_codegen::{Output, emit, read_source};

libfuzzer_sys::fuzz_target!(|source: &str| {
    match read_source("my-api 1.0.0", "src/my.rs", source) {
        Ok(declaration) => {
            let written = serde_json::to_string(&declaration).expect("a description is JSON");
            let again = serde_json::from_str(&written).expect("what was written is read");
            assert_eq!(declaration, again);
            for component in &declaration.components {
                for output in Output::ALL {
                    emit::component(&declaration, component, output).expect("what was accepted");
                }
            }
        }
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
});
