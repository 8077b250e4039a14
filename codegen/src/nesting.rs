//! How deep a source nests. The parser, and whoever goes through what it made, calls itself once for each
//! level, and a stack has an end.

use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// The most tokens that may enclose another or await what comes after them. The declarations of this
/// project have 24 at most; the stack of a build script has room for 150 and more, even if nothing is
/// optimized.
pub(crate) const LIMIT: usize = 100;

/// The first place where a source nests deeper than [`LIMIT`].
///
/// What nests is not only brackets: `&`, `-`, `fn() ->` or `Vec<` are in a level of their own with all that
/// follows. So every token counts from the beginning of its statement or list item on: never less than the
/// parser's depth, and little in what people write.
pub(crate) fn too_deep(tokens: TokenStream) -> Option<Span> {
    below(tokens, 0)
}

/// The same for the tokens of a group that so many tokens enclose.
fn below(tokens: TokenStream, outer: usize) -> Option<Span> {
    let mut tokens = tokens.into_iter().peekable();
    // Tokens since the last separator, and what stays open over a comma: generics, parameters of closures.
    let (mut since, mut open) = (0_usize, 0_usize);
    let mut before = ' ';
    while let Some(token) = tokens.next() {
        let level = outer + since + open;
        if level > LIMIT {
            return Some(token.span());
        }
        let mut this = ' ';
        match &token {
            TokenTree::Group(group) => {
                let deep = below(group.stream(), level + 1);
                if deep.is_some() {
                    return deep;
                }
                since += 1;
                if group.delimiter() == Delimiter::Brace && ends_statement(&mut tokens) {
                    (since, open) = (0, 0);
                }
            }
            TokenTree::Punct(punct) => {
                this = punct.as_char();
                match this {
                    ';' => (since, open) = (0, 0),
                    ',' => since = 0,
                    '#' => {
                        let deep = attribute(&mut tokens, level + 1);
                        if deep.is_some() {
                            return deep;
                        }
                    }
                    '<' | '|' => open += 1,
                    // The tip of an arrow closes nothing.
                    '>' if !matches!(before, '-' | '=') => open = open.saturating_sub(1),
                    _ => since += 1,
                }
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => since += 1,
        }
        before = this;
    }
    None
}

/// Takes the brackets of an attribute: what it belongs to comes after it, not inside of it.
fn attribute(tokens: &mut Peekable<IntoIter>, level: usize) -> Option<Span> {
    let is_inner = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == '!');
    let _ = tokens.next_if(is_inner);
    let is_group = |token: &TokenTree| matches!(token, TokenTree::Group(_));
    match tokens.next_if(is_group) {
        Some(TokenTree::Group(group)) => below(group.stream(), level),
        _ => None,
    }
}

/// Whether what follows braces is a new statement, item or arm.
fn ends_statement(tokens: &mut Peekable<IntoIter>) -> bool {
    match tokens.peek() {
        None => true,
        Some(TokenTree::Ident(word)) => word != "else" && word != "as",
        Some(TokenTree::Punct(punct)) => punct.as_char() == '#',
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
    }
}
