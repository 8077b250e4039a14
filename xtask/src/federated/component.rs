//! What is called in the end: cargohold, and a brig that knows its versions.

use bytes::Bytes;
use federation_api::asset::{GetAsset, GetAssetResponse};
use federation_api::{ByteStream, Call, Cargohold, Failure, Version, VersionInfo};
use federation_clients::brig;
use federation_servers::{Limits, Settings, cargohold};
use futures_util::stream;
use tokio::net::TcpListener;

use super::scene::TARGET;
use bench_harness::Failed;

/// The size of the asset.
pub(crate) const ASSET: usize = 64 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;

struct Assets;

impl Cargohold for Assets {
    type Error = Failure;

    async fn get_asset(&self, _: &Call, _: GetAsset) -> Result<GetAssetResponse, Failure> {
        Ok(GetAssetResponse { available: true })
    }

    async fn stream_asset(&self, _: &Call, _: GetAsset) -> Result<ByteStream, Failure> {
        static CONTENT: [u8; CHUNK] = [0xa5; CHUNK];
        let chunks = (0..ASSET / CHUNK).map(|_| Bytes::from_static(&CONTENT));
        Ok(ByteStream::new(stream::iter(
            chunks.map(Ok::<_, std::io::Error>),
        )))
    }
}

/// Says where it listens, and answers until the process ends.
pub(super) async fn serve() -> Result<(), Failed> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let brig = brig::Mock::default();
    brig.api_version
        .answers(|_, _| Ok(VersionInfo::of(&Version::ALL)));
    let router = cargohold::routes(Assets, TARGET.parse()?, Settings::default()).and(
        federation_servers::brig::routes(brig, TARGET.parse()?, Settings::default()),
    );
    let limits = Limits::default();
    federation_servers::serve(
        listener,
        router.into_router(),
        limits,
        std::future::pending(),
    )
    .await?;
    Ok(())
}
