//! Headers that stand for something only if they are given once.

use http::{HeaderMap, HeaderName};

use crate::answer::Answer;

/// The value of a required header. A second one would let two readers see two different callers, so it
/// is refused. `name` is how messages write it.
///
/// Source: `transport.md` §5.3.
pub(crate) fn single<'a>(
    headers: &'a HeaderMap,
    header: &HeaderName,
    name: &str,
) -> Result<&'a str, Answer> {
    let mut values = headers.get_all(header).iter();
    let refused = |reason| Answer::Text(format!("Error parsing header {name} failed: {reason}"));
    match (values.next(), values.next()) {
        (None, _) => Err(Answer::Text(format!("Header {name} is required"))),
        (Some(value), None) => value.to_str().map_err(|_| refused("it is not ASCII")),
        (Some(_), Some(_)) => Err(refused("it is given more than once")),
    }
}
