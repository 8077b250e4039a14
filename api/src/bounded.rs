//! Lists whose number of elements is limited.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A list of at least `MIN` and at most `MAX` elements; order and duplicates are kept.
///
/// The limits hold from the constructor on and are checked again when reading, which stops at the
/// first element too many.
///
/// Source: `common-types.md` §4, "Range".
///
/// ```
/// use federation_api::bounded::BoundedVec;
///
/// let list = BoundedVec::<_, 1, 3>::new(vec!["a", "b"])?;
/// assert_eq!(list.len(), 2);
/// assert!(BoundedVec::<u8, 1, 3>::new(vec![]).is_err());
/// # Ok::<(), federation_api::bounded::BoundError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BoundedVec<T, const MIN: usize, const MAX: usize>(Vec<T>);

/// A list of at least one element.
///
/// Source: `common-types.md` §4, "non-empty list".
pub type NonEmptyVec<T> = BoundedVec<T, 1, { usize::MAX }>;

/// A list that is too short or too long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a list of {}, found one of {found}", Limits(*.min, *.max))]
pub struct BoundError {
    /// The fewest elements allowed.
    pub min: usize,
    /// The most elements allowed.
    pub max: usize,
    /// How many there are.
    pub found: usize,
}

/// Limits as error messages tell them.
struct Limits(usize, usize);

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(1, usize::MAX) => f.write_str("at least one element"),
            Self(min, usize::MAX) => write!(f, "at least {min} elements"),
            Self(min, max) => write!(f, "{min} to {max} elements"),
        }
    }
}

impl<T, const MIN: usize, const MAX: usize> BoundedVec<T, MIN, MAX> {
    /// The list of these elements.
    ///
    /// # Errors
    ///
    /// When there are fewer than `MIN` or more than `MAX`.
    pub fn new(elements: Vec<T>) -> Result<Self, BoundError> {
        if (MIN..=MAX).contains(&elements.len()) {
            Ok(Self(elements))
        } else {
            Err(BoundError {
                min: MIN,
                max: MAX,
                found: elements.len(),
            })
        }
    }

    /// The elements.
    #[must_use]
    pub fn into_inner(self) -> Vec<T> {
        self.0
    }
}

/// The empty list, where it is allowed.
impl<T, const MAX: usize> Default for BoundedVec<T, 0, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: fmt::Debug, const MIN: usize, const MAX: usize> fmt::Debug for BoundedVec<T, MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T, const MIN: usize, const MAX: usize> Deref for BoundedVec<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> TryFrom<Vec<T>> for BoundedVec<T, MIN, MAX> {
    type Error = BoundError;

    fn try_from(elements: Vec<T>) -> Result<Self, BoundError> {
        Self::new(elements)
    }
}

impl<T, const MIN: usize, const MAX: usize> IntoIterator for BoundedVec<T, MIN, MAX> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T, const MIN: usize, const MAX: usize> IntoIterator for &'a BoundedVec<T, MIN, MAX> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T, const MIN: usize, const MAX: usize> Deserialize<'de> for BoundedVec<T, MIN, MAX>
where
    T: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(BoundedVisitor(PhantomData))
    }
}

struct BoundedVisitor<T, const MIN: usize, const MAX: usize>(PhantomData<T>);

impl<'de, T, const MIN: usize, const MAX: usize> Visitor<'de> for BoundedVisitor<T, MIN, MAX>
where
    T: Deserialize<'de>,
{
    type Value = BoundedVec<T, MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", Limits(MIN, MAX))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
            if elements.len() > MAX {
                break;
            }
        }
        BoundedVec::new(elements).map_err(|error| {
            if error.found > MAX {
                A::Error::custom(format_args!("expected {MIN} to {MAX} elements, found more"))
            } else {
                A::Error::custom(error)
            }
        })
    }
}

#[cfg(feature = "openapi")]
impl<T, const MIN: usize, const MAX: usize> schemars::JsonSchema for BoundedVec<T, MIN, MAX>
where
    T: schemars::JsonSchema,
{
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        match MAX {
            usize::MAX => format!("List_of_{MIN}_or_more_{}", T::schema_name()).into(),
            _ => format!("List_of_{MIN}_to_{MAX}_{}", T::schema_name()).into(),
        }
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        format!("BoundedVec<{}, {MIN}, {MAX}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let items = generator.subschema_for::<T>();
        let mut schema = schemars::json_schema!({
            "type": "array",
            "items": items,
            "minItems": MIN,
        });
        if MAX != usize::MAX {
            schema.insert("maxItems".to_owned(), MAX.into());
        }
        schema
    }
}

#[cfg(feature = "proptest")]
impl<T, const MIN: usize, const MAX: usize> proptest::arbitrary::Arbitrary
    for BoundedVec<T, MIN, MAX>
where
    T: proptest::arbitrary::Arbitrary + 'static,
{
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy;
        // Long lists make failures slow to shrink and show nothing that shorter ones do not.
        let longest = MAX.min(MIN.saturating_add(8));
        proptest::collection::vec(proptest::arbitrary::any::<T>(), MIN..=longest)
            .prop_map(Self)
            .boxed()
    }
}
