//! What the fuzz targets share: the table of all types that travel, each with what must hold for it.
//!
//! An input of the targets `documents`, `values` and `instances` is the name of a type on the first line, and
//! behind it the JSON, or the random bytes from which a value, or JSON that the schema describes, is made.

mod examples;
mod held;
#[path = "../../openapi/tests/instance/mod.rs"]
mod instance;
#[path = "../../api/tests/wire_types/mod.rs"]
mod wire_types;

pub use examples::request_of;
pub use held::Held;
use wire_types::for_each_wire_type;

macro_rules! table {
    ($($name:ident: $type:ty,)+) => {
        /// Every type that travels.
        pub static ALL: &[Held] = &[$(Held::new::<$type>(stringify!($name)),)+];
    };
}

for_each_wire_type!(table);

/// The type that an input is about, and what is behind its first line. An input that names none is about
/// the type that its first line happens to hash to, so that no mutation is lost.
pub fn about(input: &[u8]) -> (&'static Held, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n');
    let (first, rest) = match end {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, &[][..]),
    };
    let named = ALL.iter().find(|held| held.name.as_bytes() == first);
    let hashed = || {
        let hash = first.iter().fold(0_usize, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(usize::from(*byte))
        });
        &ALL[hash % ALL.len()]
    };
    (named.unwrap_or_else(hashed), rest)
}

/// A runtime for one input: no threads, and a clock.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(future)
}
