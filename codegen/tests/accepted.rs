//! Declarations that are unusual and right.

use federation_codegen::ir::{Caller, Component, Kind};
use federation_codegen::{Output, emit, read_source};

/// The component of a file of `weather-api` with these lines around its methods.
fn component(imports: &str, methods: &str) -> Component {
    let source = format!(
        "use federation_api::{{Call, component}};\n{imports}\n\
         /// Weather reports.\n#[component(\"weather\")]\npub trait Weather {{\n\
         /// What a failed call gives its caller.\ntype Error;\n{methods}\n}}\n"
    );
    let declaration = read_source("weather-api 1.0.0", "src/sky/weather.rs", &source)
        .unwrap_or_else(|faults| panic!("{faults}\n{source}"));
    let component = declaration.components[0].clone();
    for output in Output::ALL {
        emit::component(&declaration, &component, output).expect("what is accepted can be emitted");
    }
    component
}

/// What a type stands for in a file with these imports.
fn resolved(imports: &str, written: &str) -> String {
    let method = format!(
        "/// A report.\n#[rpc]\n\
         async fn get_report(&self, call: &Call, place: {written}) -> Result<String, Self::Error>;"
    );
    component(imports, &method).rpcs[0].request.0.clone()
}

#[test]
fn a_name_is_what_the_file_says_it_is() {
    for (imports, written, expected) in [
        ("use crate::Place;", "Place", "::weather_api::Place"),
        ("use super::Place;", "Place", "::weather_api::sky::Place"),
        (
            "use self::Place;",
            "Place",
            "::weather_api::sky::weather::Place",
        ),
        ("use super::super::Place;", "Place", "::weather_api::Place"),
        ("use geo::Place;", "Place", "::geo::Place"),
        ("use ::geo::Place;", "Place", "::geo::Place"),
        (
            "use crate::{a::{Place}};",
            "Place",
            "::weather_api::a::Place",
        ),
        ("use crate::Place as P;", "P", "::weather_api::Place"),
        // In place of the prelude's.
        ("use crate::Place as Vec;", "Vec", "::weather_api::Place"),
        ("use crate::Vec as List;", "List", "::weather_api::Vec"),
        ("use crate::a;", "a::Place", "::weather_api::a::Place"),
        (
            "use crate::a::{self};",
            "a::Place",
            "::weather_api::a::Place",
        ),
        (
            "use crate::a::{self as b};",
            "b::Place",
            "::weather_api::a::Place",
        ),
        // One import builds on another, wherever that stands.
        (
            "use a::Place; use crate::a;",
            "Place",
            "::weather_api::a::Place",
        ),
        (
            "use crate::a; use a::Place;",
            "Place",
            "::weather_api::a::Place",
        ),
        (
            "use inner::Place; pub mod inner {}",
            "Place",
            "::weather_api::sky::weather::inner::Place",
        ),
        // A crate, and what it has under its own name.
        ("use geo::geo;", "geo::Place", "::geo::geo::Place"),
        ("use geo as geo;", "geo::Place", "::geo::Place"),
        ("", "geo::Place", "::geo::Place"),
        ("", "::geo::Place", "::geo::Place"),
        ("", "crate::Place", "::weather_api::Place"),
        ("", "super::Place", "::weather_api::sky::Place"),
        (
            "pub struct Place;",
            "Place",
            "::weather_api::sky::weather::Place",
        ),
        (
            "use crate::r#type::Place;",
            "Place",
            "::weather_api::r#type::Place",
        ),
        (
            "",
            "Option<bool>",
            "::core::option::Option<::core::primitive::bool>",
        ),
        (
            "",
            "(String, u8)",
            "(::std::string::String, ::core::primitive::u8)",
        ),
        ("", "(u8,)", "(::core::primitive::u8,)"),
        ("", "[u8; 4]", "[::core::primitive::u8; 4]"),
        ("", "Box<str>", "::std::boxed::Box<::core::primitive::str>"),
        (
            "use std::{borrow::Cow, collections::BTreeMap};",
            "BTreeMap<String, Vec<Cow<'static, str>>>",
            "::std::collections::BTreeMap<::std::string::String, \
             ::std::vec::Vec<::std::borrow::Cow<'static, ::core::primitive::str>>>",
        ),
    ] {
        assert_eq!(resolved(imports, written), expected, "{imports} {written}");
    }
}

#[test]
fn a_method_may_have_a_body_and_whatever_goes_with_it() {
    let component = component(
        "use crate::{Place, Report};",
        "/// A report.\n#[rpc(idempotent)]\n#[must_use]\n#[allow(unused_mut)]\n\
         async fn get_report(&self, call: &Call, mut place: Place) -> Result<Report, Self::Error> {\n\
             self.other(call, place).await\n}",
    );
    let rpc = &component.rpcs[0];
    assert_eq!(rpc.argument, "place");
    assert!(rpc.idempotent && rpc.superseded_by.is_none());
}

#[test]
fn a_method_may_be_a_keyword() {
    let component = component(
        "use crate::{Place, Report};",
        "/// A report.\n#[rpc(until = V1, superseded_by = r#match)]\n\
         async fn r#type(&self, call: &Call, r#in: Place) -> Result<Report, Self::Error>;\n\
         /// A report.\n#[rpc(name = \"type\", from = V1)]\n\
         async fn r#match(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;",
    );
    let rpc = &component.rpcs[0];
    assert_eq!((rpc.name.as_str(), rpc.method.as_str()), ("type", "r#type"));
    assert_eq!(rpc.superseded_by.as_deref(), Some("r#match"));
    assert_eq!(rpc.argument, "r#in");
}

#[test]
fn one_variant_may_follow_another_and_another() {
    let methods: Vec<String> = [
        (
            "get_report_v0",
            "name = \"get-report\", until = V1, superseded_by = get_report_v1",
        ),
        (
            "get_report_v1",
            "name = \"get-report\", from = V1, until = V2, superseded_by = get_report",
        ),
        ("get_report", "from = V2"),
    ]
    .iter()
    .map(|(method, arguments)| {
        format!(
            "/// A report.\n#[rpc({arguments})]\n\
             async fn {method}(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;"
        )
    })
    .collect();
    let component = component("use crate::{Place, Report};", &methods.join("\n"));
    let ranges: Vec<_> = component
        .rpcs
        .iter()
        .map(|rpc| (rpc.versions.from, rpc.versions.until))
        .collect();
    assert_eq!(ranges, [(0, Some(1)), (1, Some(2)), (2, None)]);
}

#[test]
fn the_kinds_are_told_apart() {
    let component = component(
        "use federation_api::{ByteStream, EmptyResponse, Call as Envelope}; use crate::Place;",
        "/// A storm.\n#[notification]\n\
         async fn on_storm_seen(&self, call: &Envelope, at: Place) -> Result<EmptyResponse, Self::Error>;\n\
         /// A storm.\n#[rpc(called_by = owner)]\n\
         async fn on_storm_gone(&self, call: &Call, at: Place) -> Result<Place, Self::Error>;\n\
         /// A picture.\n#[byte_stream]\n\
         async fn stream_radar(&self, call: &federation_api::Call, at: Place) -> Result<ByteStream, Self::Error>;",
    );
    let kinds: Vec<_> = component
        .rpcs
        .iter()
        .map(|rpc| (rpc.kind, rpc.called_by))
        .collect();
    assert_eq!(
        kinds,
        [
            (Kind::Notification, Caller::Owner),
            (Kind::Call, Caller::Owner),
            (Kind::ByteStream, Caller::Other),
        ]
    );
}

#[test]
fn documentation_is_taken_over_as_it_reads() {
    let component = component(
        "use crate::{Place, Report};",
        "/// A report.\n///\n///     code\n#[doc = \" More.\"]\n#[rpc]\n\
         async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;",
    );
    assert_eq!(component.docs, "Weather reports.");
    assert_eq!(component.rpcs[0].docs, "A report.\n\n    code\nMore.");
}

#[test]
fn a_file_may_declare_two_components() {
    let one = |component: &str, name: &str| {
        format!(
            "/// Reports.\n#[component(\"{component}\")]\npub trait {name} {{\n\
             /// What a failed call gives its caller.\ntype Error;\n\
             /// A report.\n#[rpc]\nasync fn get_{component}(&self, call: &Call, place: String) \
             -> Result<String, Self::Error>;\n}}\n"
        )
    };
    let source = format!(
        "use federation_api::{{Call, component}};\n{}{}",
        one("sky", "Sky"),
        one("sea", "Sea")
    );
    let declaration = read_source("weather-api 1.0.0", "src/lib.rs", &source).expect("accepted");
    let paths: Vec<_> = declaration
        .components
        .iter()
        .map(|component| component.trait_path.as_str())
        .collect();
    assert_eq!(paths, ["::weather_api::Sky", "::weather_api::Sea"]);
}

#[test]
fn a_file_is_the_module_that_its_path_says() {
    for (file, expected) in [
        ("src/lib.rs", "::weather_api::Weather"),
        ("src/weather.rs", "::weather_api::weather::Weather"),
        ("src/weather/mod.rs", "::weather_api::weather::Weather"),
        ("src/sky/weather.rs", "::weather_api::sky::weather::Weather"),
        ("src/type.rs", "::weather_api::r#type::Weather"),
    ] {
        let source = "/// Reports.\n#[component(\"weather\")]\npub trait Weather { type Error; }";
        let declaration = read_source("weather-api 1.0.0", file, source).expect("accepted");
        assert_eq!(declaration.components[0].trait_path, expected);
    }
}
