//! New certificates while calls run: `transport.md` §18.3, scenarios D6.

use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use federation_federator::{Config, ConfigError, CredentialsError, Federator, StartError};

use crate::support::{Authority, Backend, Leaf, Setup, World, is_remote};

const FAST: &str = "reloadInterval: 20";

/// Calls until it is as wanted.
async fn until(wanted: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if wanted().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came");
}

async fn pair_of(world: &World) -> (Backend, Backend) {
    let setup = Setup {
        limits: FAST.into(),
        ..world.setup("a.example.com")
    };
    (world.with(setup).await, world.start("b.example.com").await)
}

/// D43.
#[tokio::test]
async fn rotation_while_calls_run() {
    let world = World::new().await;
    let (a, b) = pair_of(&world).await;
    a.look_up("b.example.com").await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let calls = async {
        let mut made = 1;
        while !over.load(Ordering::Relaxed) {
            a.look_up("b.example.com").await.expect("no call fails");
            made += 1;
        }
        made
    };
    let rotate = async {
        for _ in 0..3 {
            let before = a.opened().await;
            let material = world.authority.issue(&Leaf::of(&["infra.a.example.com"]));
            let at = a.directory.path();
            std::fs::write(at.join("client.crt"), material.certificate).unwrap();
            // Between the two the pair does not fit; the old one stays.
            tokio::time::sleep(Duration::from_millis(60)).await;
            std::fs::write(at.join("client.key"), material.key).unwrap();
            until(async || a.opened().await > before).await;
        }
        over.store(true, Ordering::Relaxed);
    };
    let (made, ()) = tokio::join!(calls, rotate);
    assert!(made > 3);
    assert_eq!(b.component.seen().len(), made);
    assert!(a.opened().await >= 4);
}

/// A new certificate is presented: one that the other side refuses is seen to be refused.
/// D42, D45.
#[tokio::test]
async fn the_new_one_is_used_and_a_bad_one_is_not() {
    let world = World::new().await;
    let (a, _b) = pair_of(&world).await;
    let at = a.directory.path();
    a.look_up("b.example.com").await.unwrap();
    for bad in [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        std::fs::write(at.join("client.crt"), bad).unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
        a.look_up("b.example.com").await.unwrap();
    }
    std::fs::remove_file(at.join("client.crt")).unwrap();
    tokio::time::sleep(Duration::from_millis(60)).await;
    a.look_up("b.example.com").await.unwrap();
    world
        .authority
        .issue(&Leaf::of(&["infra.z.example.com"]))
        .write(at, "client");
    until(async || a.look_up("b.example.com").await.is_err()).await;
    is_remote(
        a.look_up("b.example.com").await,
        403,
        "authentication-failure",
    );
    world
        .authority
        .issue(&Leaf::of(&["infra.a.example.com"]))
        .write(at, "client");
    until(async || a.look_up("b.example.com").await.is_ok()).await;
}

/// As Kubernetes does it: the files are links through `..data`, which is swapped.
#[tokio::test]
async fn swapped_links() {
    let world = World::new().await;
    let (a, _b) = pair_of(&world).await;
    let at = a.directory.path();
    let version = |number: u32, host: &str| {
        let directory = at.join(format!("..{number}"));
        std::fs::create_dir(&directory).unwrap();
        world
            .authority
            .issue(&Leaf::of(&[host]))
            .write(&directory, "client");
        symlink(format!("..{number}"), at.join("..data_tmp")).unwrap();
        std::fs::rename(at.join("..data_tmp"), at.join("..data")).unwrap();
    };
    version(1, "infra.z.example.com");
    for file in ["client.crt", "client.key"] {
        symlink(format!("..data/{file}"), at.join("new")).unwrap();
        std::fs::rename(at.join("new"), at.join(file)).unwrap();
    }
    until(async || a.look_up("b.example.com").await.is_err()).await;
    version(2, "infra.a.example.com");
    until(async || a.look_up("b.example.com").await.is_ok()).await;
    version(3, "infra.z.example.com");
    until(async || a.look_up("b.example.com").await.is_err()).await;
}

/// D44, D46: whatever part of the path was replaced, a link, a directory or one above it; what is compared is
/// what the path leads to.
#[tokio::test]
async fn swapped_directories() {
    let world = World::new().await;
    let (a, _b) = pair_of(&world).await;
    let at = a.directory.path();
    let version = |above: &str, host: &str| {
        let directory = at.join(above).join("below");
        std::fs::create_dir_all(&directory).unwrap();
        world
            .authority
            .issue(&Leaf::of(&[host]))
            .write(&directory, "client");
    };
    version("above", "infra.z.example.com");
    for file in ["client.crt", "client.key"] {
        symlink(format!("above/below/{file}"), at.join("new")).unwrap();
        std::fs::rename(at.join("new"), at.join(file)).unwrap();
    }
    until(async || a.look_up("b.example.com").await.is_err()).await;
    // The parent directory.
    version("next", "infra.a.example.com");
    std::fs::rename(at.join("above/below"), at.join("above/old")).unwrap();
    std::fs::rename(at.join("next/below"), at.join("above/below")).unwrap();
    until(async || a.look_up("b.example.com").await.is_ok()).await;
    // The one above it.
    version("last", "infra.z.example.com");
    std::fs::rename(at.join("above"), at.join("old")).unwrap();
    std::fs::rename(at.join("last"), at.join("above")).unwrap();
    until(async || a.look_up("b.example.com").await.is_err()).await;
    // A file, in its place.
    version("above", "infra.a.example.com");
    until(async || a.look_up("b.example.com").await.is_ok()).await;
}

/// A request to read them does not wait for the interval.
#[tokio::test]
async fn read_at_once() {
    let world = World::new().await;
    let setup = Setup {
        limits: "reloadInterval: 3600000".into(),
        ..world.setup("a.example.com")
    };
    let (a, _b) = (world.with(setup).await, world.start("b.example.com").await);
    a.look_up("b.example.com").await.unwrap();
    world
        .authority
        .issue(&Leaf::of(&["infra.z.example.com"]))
        .write(a.directory.path(), "client");
    a.federator.reload();
    until(async || a.look_up("b.example.com").await.is_err()).await;
}

/// The certificate of Inward and its authorities are renewed as well.
#[tokio::test]
async fn the_serving_side() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        limits: FAST.into(),
        server_material: Some(world.authority.issue(&Leaf::of(&["old.example.com"]))),
        ..world.setup("b.example.com")
    };
    let b = world.with(setup).await;
    assert_eq!(a.look_up("b.example.com").await.unwrap_err().status(), 525);
    let at = b.directory.path();
    world
        .authority
        .issue(&Leaf::of(&["infra.b.example.com"]))
        .write(at, "server");
    until(async || a.look_up("b.example.com").await.is_ok()).await;
    // New authorities: the certificate of `a` is no longer trusted on new connections.
    std::fs::write(at.join("ca.pem"), Authority::new("another").pem()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let c = world.start("c.example.com").await;
    is_remote(c.look_up("b.example.com").await, 400, "unknown-error");
}

/// What cannot be used at the start is said at the start (D40, D41).
#[tokio::test]
async fn at_the_start() {
    let world = World::new().await;
    let start = async |certificate: &str, key: &str, dir: &std::path::Path| {
        let endpoint = "{ host: 127.0.0.1, port: 0 }";
        let yaml = format!(
            "federatorInternal: {endpoint}\nfederatorExternal: {endpoint}\nbrig: {endpoint}\n\
             galley: {endpoint}\ncargohold: {endpoint}\nlogLevel: Info\nlogNetStrings: false\n\
             optSettings:\n  federationStrategy:\n    allowedDomains: [x.example.com]\n  \
             useSystemCAStore: true\n  clientCertificate: {dir}/{certificate}\n  \
             clientPrivateKey: {dir}/{key}\n  tcpConnectionTimeout: 5000000\n",
            dir = dir.display(),
        );
        Federator::start(Config::from_yaml(&yaml).expect("unknown keys are ignored")).await
    };
    let directory = tempfile::TempDir::new().unwrap();
    let at = directory.path();
    world
        .authority
        .issue(&Leaf::of(&["a.example.com"]))
        .write(at, "one");
    world
        .authority
        .issue(&Leaf::of(&["a.example.com"]))
        .write(at, "two");
    std::fs::write(at.join("bad"), "nonsense").unwrap();
    start("one.crt", "one.key", at)
        .await
        .unwrap()
        .shutdown()
        .await;
    let refused = async |certificate, key| match start(certificate, key, at).await {
        Err(StartError::Credentials(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(
        refused("none.crt", "one.key").await,
        CredentialsError::File { .. }
    ));
    assert!(matches!(
        refused("bad", "one.key").await,
        CredentialsError::Certificate { .. }
    ));
    assert!(matches!(
        refused("one.crt", "bad").await,
        CredentialsError::Key { .. }
    ));
    assert!(matches!(
        refused("one.crt", "two.key").await,
        CredentialsError::Mismatch { .. }
    ));

    // Nobody whose clients Inward could believe.
    let endpoint = "{ host: 127.0.0.1, port: 0 }";
    let yaml = format!(
        "federatorInternal: {endpoint}\nfederatorExternal: {endpoint}\nbrig: {endpoint}\n\
         galley: {endpoint}\ncargohold: {endpoint}\ninwardTls: {{}}\noptSettings: {{ \
         useSystemCAStore: false, clientCertificate: {at}/one.crt, \
         clientPrivateKey: {at}/one.key, tcpConnectionTimeout: 1 }}\n",
        at = at.display(),
    );
    let started = Federator::start(Config::from_yaml(&yaml).unwrap()).await;
    assert!(matches!(
        started,
        Err(StartError::Credentials(CredentialsError::NoAuthorities))
    ));

    let yaml = "federatorInternal: { host: x, port: 1 }\n";
    assert!(matches!(
        Config::from_yaml(yaml),
        Err(ConfigError::Content { .. })
    ));
}
