//! The generator's own time, on declarations that are made up.

use std::fmt::Write;
use std::time::Instant;

use bench_harness::Failed;
use federation_codegen::{Output, emit, read_source};

/// How often it is repeated.
const TIMES: usize = 7;

/// What a declaration of some size costs.
pub(super) struct Cost {
    pub(super) seconds: f64,
    /// Lines of each output.
    pub(super) lines: [usize; 3],
}

/// Generates a component of so many RPCs.
pub(super) fn measure(rpcs: usize) -> Result<Cost, Failed> {
    let source = declaration(rpcs)?;
    let mut least = f64::INFINITY;
    let mut lines = [0; 3];
    for _ in 0..TIMES {
        let begun = Instant::now();
        let declaration = read_source("synthetic-api 1.0.0", "src/synthetic.rs", &source)?;
        for (lines, output) in lines.iter_mut().zip(Output::ALL) {
            let component = &declaration.components[0];
            let emitted = emit::component(&declaration, component, output)?;
            *lines = emitted.lines().count();
        }
        least = least.min(begun.elapsed().as_secs_f64());
    }
    Ok(Cost {
        seconds: least,
        lines,
    })
}

/// A trait of RPCs that each have types of their own, every third one with an older variant's range.
fn declaration(rpcs: usize) -> Result<String, Failed> {
    let mut source = String::from("use federation_api::{Call, component};\n");
    for n in 0..rpcs {
        writeln!(source, "use crate::types::{{Request{n}, Response{n}}};")?;
    }
    source.push_str(
        "/// Made up.\n#[component(\"synthetic\")]\npub trait Synthetic {\n    /// What a failed call \
         gives its caller.\n    type Error;\n",
    );
    for n in 0..rpcs {
        let attribute = if n % 3 == 0 {
            "#[rpc(idempotent, from = V1)]"
        } else {
            "#[rpc]"
        };
        writeln!(
            source,
            "    /// Does the thing of number {n}.\n    ///\n    /// It says what came of it.\n    {attribute}\n    \
             async fn do_thing_{n}(&self, call: &Call, request: Request{n}) -> Result<Response{n}, Self::Error>;"
        )?;
    }
    source.push_str("}\n");
    Ok(source)
}
