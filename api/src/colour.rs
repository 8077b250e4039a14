//! The accent colour of a user.

use crate::integer::integer_scalar;

/// The number of the colour in which clients show a user.
///
/// A signed JSON number of 32 bits; what the numbers mean is up to the clients. 0 by default.
///
/// Source: `common-types.md` §5.6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColourId(pub i32);

integer_scalar!(ColourId(i32), {
    "type": "integer",
    "description": "The number of the colour in which clients show a user.",
    "format": "int32",
    "minimum": -2147483648,
    "maximum": 2147483647,
    "examples": [4]
});
