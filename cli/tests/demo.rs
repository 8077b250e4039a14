//! `federation demo`, for people, for programs and for the eye.

mod program;

use program::run;
use roxmltree::Document;
use serde_json::Value;

/// What the protocol's flows need between the backends, besides `api-version`.
const RPCS: &[&str] = &[
    "brig/search-users",
    "brig/get-user-by-handle",
    "brig/get-users-by-ids",
    "brig/get-user-clients",
    "brig/send-connection-action",
    "brig/claim-prekey-bundle",
    "brig/claim-key-packages",
    "brig/get-not-fully-connected-backends",
    "galley/on-conversation-created",
    "galley/get-conversations",
    "galley/on-message-sent",
    "galley/send-message",
    "galley/on-typing-indicator-updated",
    "galley/update-typing-indicator",
    "galley/on-conversation-updated",
    "cargohold/get-asset",
    "cargohold/stream-asset",
    "galley/leave-conversation",
];

/// Texts of the elements of this name.
fn texts<'a>(document: &'a Document<'_>, name: &str) -> Vec<&'a str> {
    let named = document
        .descendants()
        .filter(|node| node.has_tag_name(name));
    named.filter_map(|node| node.text()).collect()
}

#[test]
fn for_people_and_as_a_drawing() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("demo.svg");
    let ran = run(["demo", "--trace", &file.to_string_lossy()]).ends_with(0);
    assert_eq!(ran.stderr, "");
    for said in [
        "brig@a      → Outward@a   /rpc/b.example.com/brig/search-users",
        "Outward@a   → Inward@b    /federation/brig/search-users",
        "Inward@b    → brig@b      /federation/search-users",
        "Outward@a   ⇒ Inward@b    TLS 1.3",
        "Inward@b    → DNS         SRV _….a.example.com = federator.a.example.com:",
        "galley@b    → Outward@b   /rpc/a.example.com/galley/send-message",
        "64 MiB, every byte as it was uploaded",
        "all as expected",
    ] {
        assert!(ran.stdout.contains(said), "no `{said}` in {}", ran.stdout);
    }
    assert!(!ran.stdout.contains('✗'), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\u{1b}'));

    let svg = std::fs::read_to_string(&file).expect("a drawing");
    let document = Document::parse(&svg).expect("XML");
    let root = document.root_element();
    assert!(root.has_tag_name(("http://www.w3.org/2000/svg", "svg")));
    let texts = texts(&document, "text");
    for part in [
        "a.example.com",
        "b.example.com",
        "Outward@a",
        "Inward@b",
        "DNS",
        "galley@b",
    ] {
        assert!(texts.contains(&part), "{part}");
    }
    for rpc in RPCS {
        let path = format!("/federation/{rpc}");
        let at_arrow = |text: &&str| text.starts_with(&path) && text.ends_with(" ms");
        let count = texts.iter().copied().filter(at_arrow).count();
        assert!(count >= 2, "{rpc}: {count}");
    }
    // As many arrows as hops; every one within the drawing.
    let hops: usize = ran
        .stdout
        .split(" hops in ")
        .next()
        .and_then(|before| before.rsplit(' ').next()?.parse().ok())
        .expect("the number of hops");
    let arrows = document
        .descendants()
        .filter(|node| node.has_tag_name("line") && node.attribute("marker-end").is_some());
    assert_eq!(arrows.clone().count(), hops);
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> u32 {
        let value = node.attribute(name).and_then(|value| value.parse().ok());
        value.unwrap_or_else(|| panic!("{name} of {node:?}"))
    };
    let (width, height) = (number(root, "width"), number(root, "height"));
    for arrow in arrows {
        assert!(number(arrow, "x1") < width && number(arrow, "x2") < width);
        assert!(number(arrow, "y1") < height);
    }
}

#[test]
fn for_programs_and_as_a_page() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("demo.html");
    let ran = run(["demo", "--json", "--trace", &file.to_string_lossy()]).ends_with(0);
    let told: Value = serde_json::from_str(&ran.stdout).expect("one document");
    let hops = told["hops"].as_array().expect("hops");
    assert_eq!(told["summary"]["ok"], true, "{}", told["results"]);
    assert_eq!(told["summary"]["failed"], 0);
    assert_eq!(told["summary"]["hops"], hops.len());
    assert_eq!(told["commands"], Value::Array(Vec::new()));
    for (number, hop) in (1..).zip(hops) {
        assert_eq!(hop["hop"], number);
        assert!(hop["ms"].as_f64().is_some_and(|ms| ms >= 0.0), "{hop}");
        assert!(
            hop["request_id"].as_str().is_some_and(|id| !id.is_empty()),
            "{hop}"
        );
        assert_ne!(hop["sender"], hop["receiver"]);
    }
    each_call_has_its_hops(hops);
    cold_and_warm_differ_as_they_should(hops);

    let steps = told["summary"]["steps"].as_array().expect("steps");
    assert!(steps.iter().all(|step| step["ok"] == true));
    for step in steps.iter().filter(|step| step["calls"] != 0) {
        assert!(step["cold_ms"].as_f64() > Some(0.0) && step["warm_ms"].as_f64() > Some(0.0));
    }

    let page = std::fs::read_to_string(&file).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>"));
    // Apart from its beginning and the empty elements of its head, it is well-formed.
    let body = page.split_once("<body>").expect("a body").1;
    let body = format!("<body>{}", body.replace("</html>", ""));
    let document = Document::parse(&body).expect("well-formed");
    let drawn = document
        .descendants()
        .any(|node| node.tag_name().name() == "svg");
    assert!(drawn);
    let table = document
        .descendants()
        .find(|node| node.attribute("id") == Some("hops"))
        .expect("the table of hops");
    let rows = table.descendants().filter(|node| node.has_tag_name("tr"));
    assert_eq!(rows.count(), hops.len() + 1);
}

/// From the component to Outward, from there to Inward over TLS, from there to the component, in both
/// directions; in the same version, under the same id.
fn each_call_has_its_hops(hops: &[Value]) {
    let of =
        |kind: &str| -> Vec<&Value> { hops.iter().filter(|hop| hop["kind"] == kind).collect() };
    let (to, between, there) = (
        of("component-to-outward"),
        of("outward-to-inward"),
        of("inward-to-component"),
    );
    for rpc in RPCS.iter().chain(&["brig/api-version"]) {
        let path = format!("/federation/{rpc}");
        for round in ["cold", "warm"] {
            let called = between
                .iter()
                .any(|hop| hop["path"] == path.as_str() && hop["round"] == round);
            assert!(called, "{rpc} {round}");
        }
    }
    for hop in &between {
        assert_eq!(hop["tls"], "TLSv1_3", "{hop}");
        assert_eq!(
            (&hop["http"], &hop["status"]),
            (&"HTTP/2.0".into(), &200.into()),
            "{hop}"
        );
        let path = hop["path"].as_str().expect("a path");
        let (component, rpc) = path
            .strip_prefix("/federation/")
            .and_then(|path| path.split_once('/'))
            .expect("/federation/component/rpc");
        let (from, at) = (domain(&hop["sender"]), domain(&hop["receiver"]));
        assert_ne!(from, at);
        let same = |other: &&&Value, path: &str| {
            ["request_id", "round", "version"]
                .iter()
                .all(|key| other[key] == hop[key])
                && other["path"] == path
                && other["status"] == 200
        };
        let before = to
            .iter()
            .find(|other| same(other, &format!("/rpc/{at}/{component}/{rpc}")))
            .unwrap_or_else(|| panic!("who sent {hop}"));
        assert_eq!(before["receiver"], hop["sender"]);
        assert_eq!(domain(&before["sender"]), from);
        let after = there
            .iter()
            .find(|other| same(other, &format!("/federation/{rpc}")))
            .unwrap_or_else(|| panic!("who got {hop}"));
        assert_eq!(after["sender"], hop["receiver"]);
        assert_eq!(after["receiver"], format!("{component}@{at}"));
    }
    for from in ["Outward@a.example.com", "Outward@b.example.com"] {
        assert!(between.iter().any(|hop| hop["sender"] == from), "{from}");
    }
}

/// Only what is cold asks the DNS and makes connections; what is refused by the policy does neither.
fn cold_and_warm_differ_as_they_should(hops: &[Value]) {
    let mut acts: Vec<&str> = hops.iter().filter_map(|hop| hop["act"].as_str()).collect();
    acts.dedup();
    assert!(acts.len() > 15, "{acts:?}");
    for act in acts {
        let count = |round: &str, kind: &str| {
            let hops = hops.iter();
            hops.filter(|hop| hop["act"] == act && hop["round"] == round && hop["kind"] == kind)
                .count()
        };
        let refused = act.contains("c.example.com");
        assert_eq!(count("cold", "outward-to-inward") == 0, refused, "{act}");
        // A federator that has just begun knows nothing, whatever the round.
        if act.contains("three times") {
            assert!(
                count("warm", "dns") > 0 && count("warm", "tls") > 0,
                "{act}"
            );
            continue;
        }
        for kind in ["dns", "tls"] {
            assert_eq!(count("cold", kind) == 0, refused, "{act} {kind}");
            assert_eq!(count("warm", kind), 0, "{act} {kind}");
        }
    }
}

fn domain(place: &Value) -> &str {
    let place = place.as_str().expect("a place");
    place.split_once('@').expect("a domain").1
}

#[test]
fn a_drawing_has_to_be_svg_or_html() {
    let ran = run(["demo", "--trace", "demo.png"]).ends_with(2);
    assert!(ran.stderr.contains(".svg or .html"), "{}", ran.stderr);
}
