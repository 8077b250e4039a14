//! Whatever text it is given, the generator says what is wrong with it or emits code; it never panics.

use std::fs;
use std::path::Path;

use federation_codegen::{Output, emit, read_source};
use proc_macro2::{TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Reads a text and emits everything from what is accepted. True if it was accepted.
fn accepts(source: &str) -> bool {
    let Ok(declaration) = read_source("federation-api 0.1.0", "src/brig.rs", source) else {
        return false;
    };
    for component in &declaration.components {
        for output in Output::ALL {
            emit::component(&declaration, component, output)
                .unwrap_or_else(|error| panic!("accepted, and yet: {error}\n{source}"));
        }
    }
    true
}

/// The same cases in each run: a failure here must not come and go.
fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(config, rng)
        .run(strategy, |value| {
            test(value);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_text() {
    run(500, &".{0,200}", |source| {
        assert!(!accepts(&source), "{source}");
    });
}

/// Words of the language, so that some of it parses.
#[test]
fn any_words() {
    const WORDS: [&str; 40] = [
        "/// Docs.\n",
        "#[component(\"weather\")]\n",
        "#[component]\n",
        "#[rpc]\n",
        "#[rpc(",
        "#[notification]\n",
        "#[byte_stream]\n",
        "pub trait Weather",
        "trait",
        "{",
        "}",
        "(",
        ")",
        "<",
        ">",
        "type Error;",
        "async fn ",
        "get_report",
        "r#type",
        "&self",
        "&",
        "'a",
        "call: &Call",
        ",",
        ", place: ",
        "Place",
        "-> ",
        "Result<Report, Self::Error>",
        ";",
        "name = ",
        "\"get-report\"",
        "from = V1",
        "until = V0",
        ")]\n",
        "use ",
        "crate::",
        "super::",
        "self",
        "::",
        "*",
    ];
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 0..60);
    run(1500, &words, |words| {
        accepts(&words.concat());
    });
}

/// The real declaration with tokens deleted, doubled and exchanged.
#[test]
fn any_mutation_of_a_declaration() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src/brig.rs");
    let source = fs::read_to_string(path).expect("the declaration");
    assert!(accepts(&source));
    // Documentation is what would be hit most often, and matters least.
    let tokens = flat(source.parse().expect("tokens"));
    let edits = prop::collection::vec(
        (
            0..3_u8,
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
        ),
        1..4,
    );
    let accepted = std::cell::Cell::new(0);
    run(2000, &edits, |edits| {
        let mut tokens = tokens.clone();
        for (what, at, other) in edits {
            let at = at.index(tokens.len());
            match what {
                0 => drop(tokens.remove(at)),
                1 => tokens.insert(at, tokens[at].clone()),
                _ => {
                    let other = other.index(tokens.len());
                    tokens.swap(at, other);
                }
            }
        }
        accepted.set(accepted.get() + u32::from(accepts(&tokens.join(" "))));
    });
    // Neither may be all of them, or the test does not test what it says.
    assert!((1..2000).contains(&accepted.get()), "{accepted:?} accepted");
}

/// However deep a source nests, and by whatever means, it is a fault and not the end of the stack.
#[test]
fn any_depth() {
    // As much as a build script has.
    let stack = std::thread::Builder::new().stack_size(8 << 20);
    let all = || [20, 30, 45, 60, 75, 90, 3000].into_iter().for_each(nested);
    stack
        .spawn(all)
        .expect("a thread")
        .join()
        .expect("no panic");
}

/// Sources that nest so deep in all sorts of ways.
fn nested(depth: usize) {
    let method = |request: &str| {
        format!(
            "use crate::weather::{{Place, Report}};\nuse crate::Call;\n/// Weather.\n\
             #[component(\"weather\")]\npub trait Weather {{\n/// Whatever.\ntype Error;\n\
             /// The report.\n#[rpc]\nasync fn get_report(&self, call: &Call, place: {request}) \
             -> Result<Report, Self::Error>;\n}}\n"
        )
    };
    let inside = |open: &str, middle: &str, close: &str| {
        let text = open.repeat(depth) + middle + &close.repeat(depth);
        [
            method(&text),
            method("Place") + &format!("type Deep = {text};"),
            method("Place") + &format!("const DEEP: u8 = {text};"),
            method("Place") + &format!("fn deep() {{ {text} }}"),
            method("Place") + &text,
        ]
    };
    assert!(accepts(&method("Place")));
    let deep = [
        inside("(", "Place", ")"),
        inside("[", "Place", "]"),
        inside("{", "", "}"),
        inside("Vec<", "Place", ">"),
        inside("&", "Place", ""),
        inside("*const ", "Place", ""),
        inside("fn() -> ", "Place", ""),
        inside("-", "1", ""),
        inside("1 + ", "1", ""),
        inside("a = ", "1", ""),
        inside("{} = ", "1", ""),
        inside("|| ", "1", ""),
        inside("return ", "1", ""),
        inside("if a {} else ", "{}", ""),
        inside("mod a {", "", "}"),
        inside("a::{", "a", "}"),
        inside("use a::{", "a", "}"),
        inside("1", ".a", ".a"),
        inside("1", "", " as u8"),
        inside("1", "", "?"),
        inside("a", "", "!()"),
        inside("#[a(", "", ")] struct A;"),
    ];
    for source in deep.iter().flatten() {
        accepts(source);
    }
}

/// The tokens one after the other, brackets among them, so that an edit can unbalance those too.
fn flat(tokens: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let text = group.to_string();
                let (open, close) = (text.get(..1), text.get(text.len() - 1..));
                out.extend(open.map(str::to_owned));
                out.extend(flat(group.stream()));
                out.extend(close.map(str::to_owned));
            }
            // What belongs together stays together: `::`, `->`, `'static`.
            TokenTree::Punct(punct) if punct.spacing() == proc_macro2::Spacing::Joint => {
                out.push(punct.to_string());
            }
            other => match out.last_mut() {
                Some(last) if [":", "-", "'"].contains(&last.as_str()) => {
                    last.push_str(&other.to_string());
                }
                _ => out.push(other.to_string()),
            },
        }
    }
    out
}
