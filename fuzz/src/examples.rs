//! A request for each RPC: the example of its published document.

use std::cell::RefCell;
use std::collections::HashMap;

use federation_api::Version;
use federation_clients::DynamicRpc;
use federation_openapi::{components, document};

/// The example of this RPC's request, in the newest version that has it.
pub fn request_of(rpc: &DynamicRpc) -> (Version, Vec<u8>) {
    thread_local! {
        static FOUND: RefCell<HashMap<String, (Version, Vec<u8>)>> = RefCell::default();
    }
    FOUND.with_borrow_mut(|found| {
        let key = rpc.rpc().to_string();
        found.entry(key).or_insert_with(|| find(rpc)).clone()
    })
}

fn find(rpc: &DynamicRpc) -> (Version, Vec<u8>) {
    let rpc = rpc.rpc();
    let mut versions = Version::ALL.into_iter().rev();
    let version = versions
        .find(|version| rpc.versions.contains(*version))
        .expect("an RPC has versions");
    let component = components()
        .into_iter()
        .find(|component| component.name() == rpc.component)
        .expect("a component is documented");
    let pointer = format!(
        "/paths/~1federation~1{}/post/requestBody/content/application~1json/example",
        rpc.name
    );
    let document = document(&component, version).into_json();
    let example = document
        .pointer(&pointer)
        .expect("a request has an example");
    (version, example.to_string().into_bytes())
}
