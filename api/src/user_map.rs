//! Maps whose keys are users and clients: plain JSON objects.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::client::ClientId;
use crate::prekey::Prekey;
use crate::{OfRecipient, OfSender, UserId};

/// The users and clients of a request: `{ user: [client, …] }`, users of the recipient.
///
/// A user without clients is kept, with an empty list.
///
/// Source: `common-types.md` §7, `brig.md` §5.9.
pub type UserClients = UserMap<BTreeSet<ClientId>, OfRecipient<UserId>>;

/// A prekey, or null, for each client of each user: `{ user: { client: prekey } }`, users of the
/// sender.
///
/// Source: `brig.md` §5.8.
pub type UserClientPrekeyMap = UserClientMap<Option<Prekey>>;

/// A value for each client of each user: `{ user: { client: value, … }, … }`.
///
/// The users are the sender's unless `U` says otherwise. Users without clients are kept.
///
/// Source: `common-types.md` §7.
pub type UserClientMap<V, U = OfSender<UserId>> = UserMap<ClientMap<V>, U>;

/// A value for each user: `{ user: V, … }`.
///
/// The users are the sender's unless `U` says otherwise: `UserMap<V, OfRecipient<UserId>>`. Two keys
/// that denote the same user become one.
///
/// Source: `common-types.md` §7.
///
/// ```
/// use federation_api::user_map::UserClients;
///
/// let clients: UserClients = serde_json::from_str(
///     r#"{"0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11": ["2b"], "b2c8f3a4-55d1-4a0e-8e6b-7d1c0a9e4f20": []}"#,
/// )?;
/// assert_eq!(clients.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[serde(bound(deserialize = "V: Deserialize<'de>, U: Deserialize<'de> + Ord"))]
pub struct UserMap<V, U = OfSender<UserId>>(pub BTreeMap<U, V>);

/// A value for each client of one user: `{ client: V, … }`. Two keys that denote the same client
/// become one.
///
/// Source: `common-types.md` §7.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientMap<V>(pub BTreeMap<ClientId, V>);

/// What a newtype over a map has from the map.
macro_rules! behaves_as_map {
    ([$($param:ident $(: $bound:ident)?),+] $name:ty, $key:ty, $id:literal) => {
        impl<$($param),+> Deref for $name {
            type Target = BTreeMap<$key, V>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<$($param),+> DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        impl<$($param),+> Default for $name {
            fn default() -> Self {
                Self(BTreeMap::new())
            }
        }

        impl<$($param),+> From<BTreeMap<$key, V>> for $name {
            fn from(map: BTreeMap<$key, V>) -> Self {
                Self(map)
            }
        }

        impl<$($param $(: $bound)?),+> FromIterator<($key, V)> for $name {
            fn from_iter<I: IntoIterator<Item = ($key, V)>>(entries: I) -> Self {
                Self(entries.into_iter().collect())
            }
        }

        impl<$($param),+> IntoIterator for $name {
            type Item = ($key, V);
            type IntoIter = std::collections::btree_map::IntoIter<$key, V>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'a, $($param),+> IntoIterator for &'a $name {
            type Item = (&'a $key, &'a V);
            type IntoIter = std::collections::btree_map::Iter<'a, $key, V>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        #[cfg(feature = "openapi")]
        impl<$($param: schemars::JsonSchema),+> schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                format!(concat!($id, "_of_{}"), V::schema_name()).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                format!(
                    concat!($id, "<{}, {}>"),
                    <$key as schemars::JsonSchema>::schema_id(),
                    V::schema_id()
                )
                .into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let keys = generator.subschema_for::<$key>();
                let values = generator.subschema_for::<V>();
                schemars::json_schema!({
                    "type": "object",
                    "propertyNames": keys,
                    "additionalProperties": values,
                })
            }
        }

        #[cfg(feature = "proptest")]
        impl<$($param),+> proptest::arbitrary::Arbitrary for $name
        where
            $key: proptest::arbitrary::Arbitrary + Ord + 'static,
            V: proptest::arbitrary::Arbitrary + 'static,
        {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::arbitrary::any;
                use proptest::strategy::Strategy;
                proptest::collection::btree_map(any::<$key>(), any::<V>(), 0..4)
                    .prop_map(Self)
                    .boxed()
            }
        }
    };
}

behaves_as_map!([V, U: Ord] UserMap<V, U>, U, "UserMap");
behaves_as_map!([V] ClientMap<V>, ClientId, "ClientMap");
