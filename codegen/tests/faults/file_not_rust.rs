//! A file that is no Rust.

pub trait Weather {
    async fn get_report(
}
