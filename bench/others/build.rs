//! Emits the tonic service and client; the messages are written by hand, so that no `protoc` is needed.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let method = |name: &str, route: &str, input: &str, output: &str| {
        Method::builder()
            .name(name)
            .route_name(route)
            .input_type(format!("crate::messages::{input}"))
            .output_type(format!("crate::messages::{output}"))
            .codec_path("tonic_prost::ProstCodec")
            .build()
    };
    let brig = Service::builder()
        .name("Brig")
        .package("bench")
        .method(method("small", "GetUserByHandle", "Handle", "MaybeProfile"))
        .method(method("medium", "GetUsersByIds", "Ids", "Profiles"))
        .method(method(
            "nested_map",
            "ClaimMultiPrekeyBundle",
            "UserClients",
            "Prekeys",
        ))
        .build();
    Builder::new().compile(&[brig]);
}
