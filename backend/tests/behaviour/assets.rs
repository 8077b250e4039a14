//! Who may have an asset, and its bytes: `cargohold.md` §3 and §5.

use bytes::Bytes;
use federation_api::asset::{AssetKey, AssetRetention, AssetToken, GetAsset};
use federation_api::{AssetId, Call, Cargohold, Failure, OfSender, UserId};
use federation_backend::{Asset, AssetOwner, Backend, Content};
use futures_util::StreamExt;

use crate::world::{a, b, backend, call, of_target};

const T: &str = "q0Jr2mXw6bT1c-_9uKf3Zg==";

fn put(backend: &Backend, owner: Option<AssetOwner>, token: Option<&str>) -> AssetKey {
    put_content(
        backend,
        owner,
        token,
        Content::Bytes(Bytes::from_static(b"content")),
    )
}

fn put_content(
    backend: &Backend,
    owner: Option<AssetOwner>,
    token: Option<&str>,
    content: Content,
) -> AssetKey {
    let key = AssetKey {
        retention: AssetRetention::Expiring,
        id: AssetId::random(),
    };
    backend.put_asset(Asset {
        key,
        owner,
        token: token.map(|token| token.parse().unwrap()),
        content_type: "text/html".to_owned(),
        content,
        expires: None,
    });
    key
}

fn request(user: UserId, key: AssetKey, token: Option<&str>) -> GetAsset {
    GetAsset {
        user: OfSender::new(user),
        key: of_target(key),
        token: token.map(|token| token.parse::<AssetToken>().unwrap()),
    }
}

/// Asks in both ways, which must agree, and gives the bytes if there are any.
async fn ask(backend: &Backend, request: GetAsset) -> Option<Vec<u8>> {
    let cargohold = backend.cargohold();
    let answer = cargohold.get_asset(&call(), request.clone()).await.unwrap();
    match cargohold.stream_asset(&call(), request).await {
        Ok(mut stream) => {
            assert!(answer.available);
            let mut bytes = Vec::new();
            while let Some(chunk) = stream.next().await {
                bytes.extend(chunk.unwrap());
            }
            Some(bytes)
        }
        Err(failure) => {
            assert!(!answer.available);
            assert_eq!(failure, Failure::new(404, "not-found", "Asset not found"));
            None
        }
    }
}

/// D97.
#[tokio::test]
async fn tokens() {
    let backend = backend(b());
    let owner = Some(AssetOwner::User(UserId::random()));
    for (stored, given, available) in [
        (None, None, true),
        (None, Some(T), false),
        (None, Some(""), false),
        (Some(T), Some(T), true),
        (Some(T), Some("q0Jr2mXw6bT1c-_9uKf3Zg="), false),
        (Some(T), Some("q0Jr2mXw6bT1c-_9uKf3Zg==="), false),
        (Some(T), Some("Q0Jr2mXw6bT1c-_9uKf3Zg=="), false),
        (Some(T), None, false),
        (Some(""), Some(""), true),
        (Some(""), None, false),
    ] {
        let key = put(&backend, owner, stored);
        let bytes = ask(&backend, request(UserId::random(), key, given)).await;
        assert_eq!(bytes.is_some(), available, "{stored:?} {given:?}");
        assert!(bytes.is_none_or(|bytes| bytes == b"content"));
    }
}

/// The loophole of upstream: a remote user of the owner's id is not the owner.
#[tokio::test]
async fn an_equal_id_opens_nothing() {
    let backend = backend(b());
    let id = UserId::random();
    for owner in [AssetOwner::User(id), AssetOwner::Bot(id)] {
        let key = put(&backend, Some(owner), Some(T));
        assert_eq!(ask(&backend, request(id, key, None)).await, None);
        let wrong = ask(&backend, request(id, key, Some("wrong"))).await;
        assert_eq!(wrong, None);
        assert!(ask(&backend, request(id, key, Some(T))).await.is_some());
    }
}

#[tokio::test]
async fn without_owner_and_unknown() {
    let backend = backend(b());
    let user = UserId::random();
    let orphan = put(&backend, None, None);
    assert_eq!(ask(&backend, request(user, orphan, None)).await, None);
    let unknown = AssetKey {
        id: AssetId::random(),
        ..orphan
    };
    assert_eq!(ask(&backend, request(user, unknown, None)).await, None);
    // The retention in the key is informational.
    let key = put(&backend, Some(AssetOwner::User(user)), None);
    let otherwise = AssetKey {
        retention: AssetRetention::Eternal,
        ..key
    };
    assert!(
        ask(&backend, request(user, otherwise, None))
            .await
            .is_some()
    );
}

#[tokio::test]
async fn the_storage_enforces_expiry() {
    let backend = backend(b());
    for (expires, available) in [
        ("2031-08-04T12:00:00.000Z", false),
        ("2031-08-04T12:00:00.001Z", true),
    ] {
        let key = put(&backend, Some(AssetOwner::User(UserId::random())), None);
        let mut asset = backend.asset(key.id).unwrap();
        asset.expires = Some(expires.parse().unwrap());
        backend.put_asset(asset);
        let bytes = ask(&backend, request(UserId::random(), key, None)).await;
        assert_eq!(bytes.is_some(), available, "{expires}");
    }
}

#[tokio::test]
async fn generated_content_has_its_length_and_is_always_the_same() {
    let backend = backend(b());
    let owner = Some(AssetOwner::User(UserId::random()));
    let mut long = Vec::new();
    for length in [200_003, 131_072, 65_537, 65_536, 65_535, 9, 8, 1, 0] {
        let content = Content::Generated { length, seed: 7 };
        assert_eq!(content.length(), length);
        let key = put_content(&backend, owner, None, content);
        let bytes = ask(&backend, request(UserId::random(), key, None))
            .await
            .unwrap();
        assert_eq!(bytes.len() as u64, length);
        if long.is_empty() {
            long = bytes;
        } else {
            assert!(long.starts_with(&bytes), "{length}");
        }
    }
    let other = put_content(
        &backend,
        owner,
        None,
        Content::Generated { length: 9, seed: 8 },
    );
    let bytes = ask(&backend, request(UserId::random(), other, None))
        .await
        .unwrap();
    assert!(!long.starts_with(&bytes));
}

/// 1 EiB is as good as 64 MiB: nothing is made before it is asked for, chunk by chunk.
#[tokio::test]
async fn a_large_asset_takes_no_memory() {
    let backend = backend(b());
    let owner = Some(AssetOwner::User(UserId::random()));
    let length = 1 << 60;
    let key = put_content(
        &backend,
        owner,
        None,
        Content::Generated { length, seed: 1 },
    );
    let wanted = request(UserId::random(), key, None);
    let mut stream = backend
        .cargohold()
        .stream_asset(&call(), wanted)
        .await
        .unwrap();
    for _ in 0..100 {
        let chunk = stream.next().await.unwrap().unwrap();
        assert_eq!(chunk.len(), 64 * 1024);
    }
}

#[tokio::test]
async fn a_call_for_another_backend_is_refused() {
    let backend = backend(b());
    let key = put(&backend, Some(AssetOwner::User(UserId::random())), None);
    let elsewhere = Call::new(a(), "c.example.com".parse().unwrap());
    let wanted = request(UserId::random(), key, None);
    let cargohold = backend.cargohold();
    let error = cargohold
        .get_asset(&elsewhere, wanted.clone())
        .await
        .unwrap_err();
    assert_eq!(error.code, 400);
    assert!(cargohold.stream_asset(&elsewhere, wanted).await.is_err());
}
