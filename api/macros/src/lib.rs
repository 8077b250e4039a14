//! The `#[component]` attribute of a federation API declaration.
//!
//! A declaration is a trait whose methods are the RPCs of one component:
//!
//! ```ignore
//! /// Weather reports.
//! #[component("weather")]
//! pub trait Weather {
//!     /// What a failed call gives its caller.
//!     type Error;
//!
//!     /// The report for a place.
//!     #[rpc(idempotent)]
//!     async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
//! }
//! ```
//!
//! The attribute makes a plain Rust trait of it:
//!
//! - `#[rpc]`, `#[notification]` and `#[byte_stream]` are taken away; they speak to the generator
//!   (`federation-codegen`), which reads the same source file.
//! - `async fn f(…) -> T` becomes `fn f(…) -> impl Future<Output = T> + Send`, because callers that
//!   are generic over the trait must be able to spawn its futures. Implementors still write
//!   `async fn`. A default body stays a default body.
//! - The trait gets the supertraits `Send + Sync + 'static`, and `type Error;` the bounds
//!   `Send + 'static`.
//!
//! It works on tokens and has no dependencies: a crate that wants the types of an API alone does
//! not pay for a parser. For the same reason it checks nothing; whatever is wrong with a declaration is
//! reported by the generator (all of it at once, with line and column) or by the compiler.

use proc_macro::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// Declares the RPCs of one component; see the crate's documentation.
///
/// The argument is the component's name on the wire, one kebab-case segment.
///
/// ```
/// use federation_api_macros::component;
///
/// #[component("weather")]
/// pub trait Weather {}
/// ```
///
/// On anything else it does not compile:
///
/// ```compile_fail
/// use federation_api_macros::component;
///
/// #[component("weather")]
/// pub struct Weather {}
/// ```
///
/// ```compile_fail
/// use federation_api_macros::component;
///
/// #[component("weather")]
/// pub struct Weather;
/// ```
#[proc_macro_attribute]
pub fn component(_name: TokenStream, item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let Some(TokenTree::Group(body)) = tokens.pop() else {
        return compile_error("`#[component]` goes on a trait: `pub trait Brig { … }`");
    };
    if !tokens.iter().any(|token| is_ident(token, "trait")) {
        return compile_error("`#[component]` goes on a trait: `pub trait Brig { … }`");
    }

    let has_bounds = tokens.iter().any(|token| is_punct(token, ':'));
    let joint = if has_bounds { "+" } else { ":" };
    let mut declared = TokenStream::from_iter(tokens);
    declared.extend(parse(&format!(
        "{joint} ::core::marker::Send + ::core::marker::Sync + 'static"
    )));
    let mut rewritten = Group::new(Delimiter::Brace, rewrite_items(body.stream()));
    rewritten.set_span(body.span());
    declared.extend([TokenTree::Group(rewritten)]);
    declared
}

/// Rewrites the items of the trait one after the other.
fn rewrite_items(body: TokenStream) -> TokenStream {
    let mut out = Vec::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if is_punct(&token, '#') {
            if let Some(TokenTree::Group(attribute)) = tokens.peek() {
                let addressed_to_the_generator =
                    attribute.stream().into_iter().next().is_some_and(|name| {
                        ["rpc", "notification", "byte_stream"]
                            .iter()
                            .any(|helper| is_ident(&name, helper))
                    });
                if addressed_to_the_generator {
                    tokens.next();
                    continue;
                }
            }
            out.push(token);
        } else if is_ident(&token, "async") && tokens.peek().is_some_and(|t| is_ident(t, "fn")) {
            rewrite_method(&mut tokens, &mut out);
        } else if is_ident(&token, "type") {
            rewrite_associated_type(token, &mut tokens, &mut out);
        } else {
            out.push(token);
        }
    }
    TokenStream::from_iter(out)
}

/// `fn name(…) -> T ;` or `{ … }`, the leading `async` already taken.
fn rewrite_method(
    tokens: &mut std::iter::Peekable<impl Iterator<Item = TokenTree>>,
    out: &mut Vec<TokenTree>,
) {
    // Up to and with the arguments.
    for token in tokens.by_ref() {
        let arguments = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
        out.push(token);
        if arguments {
            break;
        }
    }
    // The output, without its arrow.
    let mut output = Vec::new();
    let mut end = None;
    for token in tokens.by_ref() {
        let body =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if body || is_punct(&token, ';') {
            end = Some(token);
            break;
        }
        output.push(token);
    }
    if is_arrow(&output) {
        output.drain(..2);
    } else {
        output = parse("()").into_iter().collect();
    }

    out.extend(parse("-> impl ::core::future::Future"));
    out.push(TokenTree::Punct(Punct::new('<', Spacing::Alone)));
    out.extend(parse("Output ="));
    out.extend(output);
    out.push(TokenTree::Punct(Punct::new('>', Spacing::Alone)));
    out.extend(parse("+ ::core::marker::Send"));

    match end {
        Some(TokenTree::Group(body)) => {
            let mut wrapped = parse("async move");
            wrapped.extend([TokenTree::Group(body.clone())]);
            let mut block = Group::new(Delimiter::Brace, wrapped);
            block.set_span(body.span());
            out.push(TokenTree::Group(block));
        }
        Some(semicolon) => out.push(semicolon),
        None => {}
    }
}

/// `type Error;` becomes `type Error: Send + 'static;`; bounds that are there are kept.
fn rewrite_associated_type(
    keyword: TokenTree,
    tokens: &mut std::iter::Peekable<impl Iterator<Item = TokenTree>>,
    out: &mut Vec<TokenTree>,
) {
    out.push(keyword);
    let mut bounded = false;
    for token in tokens.by_ref() {
        if is_punct(&token, ';') {
            let joint = if bounded { "+" } else { ":" };
            out.extend(parse(&format!("{joint} ::core::marker::Send + 'static")));
            out.push(token);
            break;
        }
        bounded |= is_punct(&token, ':');
        out.push(token);
    }
}

fn is_ident(token: &TokenTree, text: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == text)
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_arrow(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second, ..] if is_punct(first, '-') && is_punct(second, '>'))
}

/// Tokens of this macro's own: `source` is always one of the literals above.
fn parse(source: &str) -> TokenStream {
    source.parse().unwrap_or_default()
}

fn compile_error(message: &str) -> TokenStream {
    let mut arguments = TokenStream::new();
    arguments.extend([TokenTree::Literal(proc_macro::Literal::string(message))]);
    TokenStream::from_iter([
        TokenTree::Ident(Ident::new("compile_error", Span::call_site())),
        TokenTree::Punct(Punct::new('!', Spacing::Alone)),
        TokenTree::Group(Group::new(Delimiter::Parenthesis, arguments)),
        TokenTree::Punct(Punct::new(';', Spacing::Alone)),
    ])
}
