//! The description that travels from the crate that declares to the crates that emit.

use federation_codegen::ir::{DescriptionError, Versions, WireName};
use federation_codegen::{Declaration, read};

fn declared() -> Declaration {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../api");
    read(
        &root,
        "federation-api 0.1.0",
        &["src/brig.rs", "src/cargohold.rs"],
    )
    .unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn it_survives_the_journey() {
    let declaration = declared();
    assert_eq!(declaration.components.len(), 2);
    let text = declaration.to_json().expect("JSON");
    assert_eq!(Declaration::from_json(&text).expect("read"), declaration);
}

#[test]
fn another_format_is_refused_by_its_number() {
    let mut declaration = declared();
    declaration.format += 1;
    let text = declaration.to_json().expect("JSON");
    let error = Declaration::from_json(&text).expect_err("another format");
    assert!(matches!(error, DescriptionError::Format(2)), "{error:?}");
    assert!(error.to_string().contains("same release"), "{error}");
}

/// Nothing else of it can be understood, so nothing else is looked at.
#[test]
fn another_format_is_refused_before_its_layout() {
    let error = Declaration::from_json(r#"{"format": 9, "everything": "is different"}"#);
    assert!(
        matches!(error, Err(DescriptionError::Format(9))),
        "{error:?}"
    );
}

#[test]
fn a_damaged_description_is_refused() {
    let whole = declared().to_json().expect("JSON");
    for text in [
        "",
        "{}",
        "[]",
        r#"{"format": 1}"#,
        &whole[..whole.len() / 2],
    ] {
        let error = Declaration::from_json(text);
        assert!(
            matches!(error, Err(DescriptionError::Damaged(_))),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn wire_names_are_one_segment_of_ascii_words() {
    for name in ["a", "get-report", "v2", "on-storm-1", "a-1-b"] {
        assert_eq!(WireName::new(name).expect(name).as_str(), name);
    }
    for name in [
        "", "-", "a-", "-a", "a--b", "A", "a_b", "a/b", "a.b", "a b", "1a", "größe", "a\n", "a%20",
    ] {
        assert_eq!(WireName::new(name), Err(name.to_owned()));
    }
}

#[test]
fn ranges_overlap_where_they_share_a_version() {
    let holds = |range: Versions, version: u8| {
        range.from <= version && range.until.is_none_or(|until| version < until)
    };
    let ranges = (0..4).flat_map(|from| {
        let ends = (from + 1..5).map(Some).chain([None]);
        ends.map(move |until| Versions { from, until })
    });
    let ranges: Vec<_> = ranges.collect();
    for a in &ranges {
        for b in &ranges {
            let shared = (0..10).any(|version| holds(*a, version) && holds(*b, version));
            assert_eq!(a.overlaps(*b), shared, "{a:?} {b:?}");
        }
    }
}
