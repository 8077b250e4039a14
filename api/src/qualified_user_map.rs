//! Maps whose keys are users of any backend: plain JSON objects, the domain outside.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::client::ClientId;
use crate::{Domain, Qualified, UserId};

/// Clients of users of any backend: `{ domain: { user: [client, …] } }`.
///
/// A user without clients is kept, with an empty list.
///
/// Source: `galley-types.md` §5.
///
/// ```
/// use federation_api::client::ClientId;
/// use federation_api::qualified_user_map::QualifiedUserClients;
///
/// let clients: QualifiedUserClients = serde_json::from_str(
///     r#"{"beta.example": {"b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002": ["1e", "6f3a09"]}}"#,
/// )?;
/// let (user, client) = clients.clients().next().expect("the first client");
/// assert_eq!(user.to_string(), "b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002@beta.example");
/// assert_eq!(client, ClientId(0x1e));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub type QualifiedUserClients = QualifiedUserMap<BTreeSet<ClientId>>;

/// A value for each of some users of any backend: `{ domain: { user: V } }`.
///
/// Two keys that denote the same backend or user become one. A backend without users is kept as it
/// came.
///
/// Source: `common-types.md` §7.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QualifiedUserMap<V>(pub(crate) BTreeMap<Domain, BTreeMap<UserId, V>>);

impl<V> QualifiedUserMap<V> {
    /// The map without any user.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    /// Whether there is no user; there may still be backends, without users.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(BTreeMap::is_empty)
    }

    /// The value for a user.
    #[must_use]
    pub fn get(&self, user: &Qualified<UserId>) -> Option<&V> {
        self.0.get(user.domain())?.get(user.id())
    }

    /// Whether there is a value for a user.
    #[must_use]
    pub fn contains(&self, user: &Qualified<UserId>) -> bool {
        self.get(user).is_some()
    }

    /// Sets the value for a user and gives the one that it had before.
    pub fn insert(&mut self, user: Qualified<UserId>, value: V) -> Option<V> {
        let (id, domain) = user.into_parts();
        self.0.entry(domain).or_default().insert(id, value)
    }

    /// Takes the value for a user out. A backend whose last user this was is left out too.
    pub fn remove(&mut self, user: &Qualified<UserId>) -> Option<V> {
        let users = self.0.get_mut(user.domain())?;
        let value = users.remove(user.id())?;
        if users.is_empty() {
            self.0.remove(user.domain());
        }
        Some(value)
    }

    /// The value for a user, which is put there if there is none.
    pub fn entry(&mut self, user: Qualified<UserId>) -> Entry<'_, UserId, V> {
        let (id, domain) = user.into_parts();
        self.0.entry(domain).or_default().entry(id)
    }

    /// All users with their values, by domain and then by id.
    pub fn iter(&self) -> impl Iterator<Item = (Qualified<UserId>, &V)> {
        self.0.iter().flat_map(|(domain, users)| {
            users
                .iter()
                .map(|(user, value)| (Qualified::new(*user, domain.clone()), value))
        })
    }

    /// The backends, those without users included.
    pub fn domains(&self) -> impl Iterator<Item = &Domain> {
        self.0.keys()
    }

    /// The users of one backend with their values.
    pub fn users_of(&self, domain: &Domain) -> impl Iterator<Item = (&UserId, &V)> {
        self.0.get(domain).into_iter().flatten()
    }
}

impl QualifiedUserClients {
    /// Adds a client and tells whether it is new.
    pub fn insert_client(&mut self, user: Qualified<UserId>, client: ClientId) -> bool {
        self.entry(user).or_default().insert(client)
    }

    /// All clients with their users, by domain, user and client.
    pub fn clients(&self) -> impl Iterator<Item = (Qualified<UserId>, ClientId)> {
        self.iter()
            .flat_map(|(user, clients)| clients.iter().map(move |client| (user.clone(), *client)))
    }

    /// Whether this client of this user is among them.
    #[must_use]
    pub fn contains_client(&self, user: &Qualified<UserId>, client: ClientId) -> bool {
        self.get(user)
            .is_some_and(|clients| clients.contains(&client))
    }
}

impl<V> Default for QualifiedUserMap<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Extend<(Qualified<UserId>, V)> for QualifiedUserMap<V> {
    fn extend<I: IntoIterator<Item = (Qualified<UserId>, V)>>(&mut self, entries: I) {
        for (user, value) in entries {
            self.insert(user, value);
        }
    }
}

impl<V> FromIterator<(Qualified<UserId>, V)> for QualifiedUserMap<V> {
    fn from_iter<I: IntoIterator<Item = (Qualified<UserId>, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

#[cfg(feature = "openapi")]
impl<V: schemars::JsonSchema> schemars::JsonSchema for QualifiedUserMap<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("QualifiedUserMap_of_{}", V::schema_name()).into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        format!("QualifiedUserMap<{}>", V::schema_id()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let domains = generator.subschema_for::<Domain>();
        let mut users = generator.subschema_for::<UserId>();
        users.insert("x-qualified-by".to_owned(), "domain".into());
        let values = generator.subschema_for::<V>();
        schemars::json_schema!({
            "type": "object",
            "propertyNames": domains,
            "additionalProperties": {
                "type": "object",
                "propertyNames": users,
                "additionalProperties": values,
            },
        })
    }
}

#[cfg(feature = "proptest")]
impl<V> proptest::arbitrary::Arbitrary for QualifiedUserMap<V>
where
    V: proptest::arbitrary::Arbitrary + 'static,
{
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::arbitrary::any;
        use proptest::collection::btree_map;
        use proptest::strategy::Strategy;
        let users = btree_map(any::<UserId>(), any::<V>(), 0..3);
        btree_map(any::<Domain>(), users, 0..3)
            .prop_map(Self)
            .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(domain: &str) -> Qualified<UserId> {
        Qualified::new(UserId::random(), domain.parse().unwrap())
    }

    #[test]
    fn users_come_and_go() {
        let (a, b) = (user("a.example"), user("b.example"));
        let mut clients = QualifiedUserClients::new();
        assert!(clients.insert_client(a.clone(), ClientId(1)));
        assert!(!clients.insert_client(a.clone(), ClientId(1)));
        assert!(clients.insert_client(b.clone(), ClientId(2)));
        assert_eq!((clients.len(), clients.clients().count()), (2, 2));
        assert!(clients.contains_client(&b, ClientId(2)));
        assert_eq!(clients.users_of(a.domain()).count(), 1);
        assert!(clients.remove(&a).is_some());
        assert_eq!(clients.domains().count(), 1);
        assert_eq!(clients.remove(&a), None);
        assert!(!clients.is_empty());
    }

    #[test]
    fn keys_that_mean_the_same_become_one() {
        let clients: QualifiedUserClients = serde_json::from_str(
            r#"{"B.example": {}, "b.EXAMPLE": {"b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002": ["0A", "a", "9"]}}"#,
        )
        .unwrap();
        assert_eq!(
            serde_json::to_string(&clients).unwrap(),
            r#"{"b.example":{"b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002":["9","a"]}}"#
        );
    }
}
