//! `federation demo`, for people and for programs.

mod program;

use program::run;
use serde_json::Value;

#[test]
fn for_people() {
    let ran = run(["demo"]).ends_with(0);
    assert_eq!(ran.stderr, "");
    for said in [
        "a.example.com → b.example.com",
        "b.example.com → a.example.com",
        "/federation/api-version",
        "/federation/search-users",
        "/federation/claim-multi-prekey-bundle",
        "/federation/send-connection-action",
        "/federation/claim-key-packages",
        "64 of 64 MiB",
        "all as expected",
    ] {
        assert!(ran.stdout.contains(said), "no `{said}` in {}", ran.stdout);
    }
    assert!(!ran.stdout.contains('✗'));
    assert!(!ran.stdout.contains('\u{1b}'));
}

#[test]
fn for_programs() {
    let ran = run(["demo", "--json"]).ends_with(0);
    let hops: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object on each line"))
        .collect();
    for (number, hop) in (1..).zip(&hops) {
        assert_eq!(hop["hop"], number);
        assert_eq!(hop["http"], "HTTP/2.0");
        assert!(hop["milliseconds"].as_f64().expect("a time") > 0.0);
        assert!(hop["request_id"].as_str().is_some_and(|id| !id.is_empty()));
        assert_ne!(hop["sender"], hop["receiver"]);
    }
    let of = |rpc: &str| -> Vec<&Value> {
        let path = format!("/federation/{rpc}");
        hops.iter()
            .filter(|hop| hop["path"] == path.as_str())
            .collect()
    };
    // Each backend asks the other once, and says no version in doing so.
    assert_eq!(of("api-version").len(), 2);
    assert!(of("api-version").iter().all(|hop| hop["version"].is_null()));
    assert!(
        of("search-users")
            .iter()
            .all(|hop| hop["version"] == 3 && hop["status"] == 200)
    );
    let actions = of("send-connection-action");
    assert_eq!(actions.len(), 2);
    assert_eq!(actions[0]["sender"], actions[1]["receiver"]);
    let streams = of("stream-asset");
    assert_eq!(streams[0]["bytes"], 64 * 1024 * 1024);
    assert_eq!(streams.last().expect("a stream")["status"], 404);
}
