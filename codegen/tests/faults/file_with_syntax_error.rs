//! A file with balanced brackets that is no Rust.

pub trait Weather {
    async get_report();
}
