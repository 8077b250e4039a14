//! What lies in a queue: one event, written for each version range that reads it differently.
//!
//! Source: `transport.md` §11.2.

use std::fmt;

use federation_api::{Domain, RequestId, Rpc, Version, VersionRange, json};
use serde::{Deserialize, Deserializer, Serialize};

/// One message of a queue: the same event in one or more forms, of which exactly one is delivered.
///
/// Newest form first, as existing senders order them. Unknown keys are ignored when read: stored
/// messages must stay readable, so the JSON only ever gains optional ones.
///
/// Source: `transport.md` §11.2, §15.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
pub struct PayloadBundle {
    /// At least one.
    #[serde(deserialize_with = "at_least_one")]
    #[cfg_attr(
        test,
        proptest(
            strategy = "proptest::collection::vec(proptest::arbitrary::any::<BackendNotification>(), 1..4)"
        )
    )]
    pub notifications: Vec<BackendNotification>,
}

/// One form of an event: an RPC of a component of the target, and its body.
///
/// Source: `transport.md` §11.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[serde(rename_all = "camelCase")]
pub struct BackendNotification {
    /// The backend that sends it.
    pub own_domain: Domain,
    /// The component of the target that it is for.
    #[serde(deserialize_with = "segment")]
    #[cfg_attr(test, proptest(regex = "[a-z][a-z-]{0,9}"))]
    pub target_component: String,
    /// The name of the RPC. Old messages have a slash before it, which is taken away.
    #[serde(deserialize_with = "rpc_name")]
    #[cfg_attr(test, proptest(regex = "on-[a-zA-Z0-9_-]{1,12}"))]
    pub path: String,
    /// The JSON text of the request, which is sent as it is and never looked at.
    pub body: String,
    /// The versions in which the body is meant; messages from before March 2024 say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_versions: Option<BodyVersions>,
    /// The request id of the delivery. One that no header can hold counts as missing.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_request_id",
        deserialize_with = "read_request_id"
    )]
    #[cfg_attr(
        test,
        proptest(
            strategy = "proptest::option::of(proptest::strategy::Strategy::prop_filter_map(\
            \"[ -~]{1,40}\", \"an id\", |id| id.parse().ok()))"
        )
    )]
    pub request_id: Option<RequestId>,
}

/// The versions for which a body is meant: from `from` on, up to but without `until_excl`.
///
/// Numbers and not [`Version`]s: a newer sender may have written the message.
///
/// Source: `transport.md` §11.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
pub struct BodyVersions {
    /// The first version.
    #[serde(deserialize_with = "federation_api::integer::deserialize")]
    pub from: i64,
    /// The first version after the range, if it has an end.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "federation_api::integer::optional::deserialize"
    )]
    pub until_excl: Option<i64>,
}

impl BodyVersions {
    /// Whether a body of this range can be sent in `version`.
    #[must_use]
    pub fn contains(self, version: Version) -> bool {
        let number = i64::from(version.number());
        self.from <= number && self.until_excl.is_none_or(|end| number < end)
    }
}

impl From<VersionRange> for BodyVersions {
    fn from(range: VersionRange) -> Self {
        Self {
            from: range.first().number().into(),
            until_excl: range.end().map(|end| end.number().into()),
        }
    }
}

/// `0 and newer`, `0 to 2`, for people.
impl fmt::Display for BodyVersions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.until_excl {
            None => write!(f, "{} and newer", self.from),
            Some(end) if end == self.from + 1 => write!(f, "{} only", self.from),
            Some(end) => write!(f, "{} to {}", self.from, end - 1),
        }
    }
}

impl BackendNotification {
    /// The form of an event that this RPC takes.
    #[must_use]
    pub fn new(rpc: &Rpc, origin: Domain, request_id: RequestId, body: String) -> Self {
        Self {
            own_domain: origin,
            target_component: rpc.component.to_owned(),
            path: rpc.name.to_owned(),
            body,
            body_versions: Some(rpc.versions.into()),
            request_id: Some(request_id),
        }
    }
}

/// A message of a queue, as it was found there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredMessage {
    /// What is written today.
    Bundle(PayloadBundle),
    /// A single notification without a bundle around it, from before there were any. It is delivered in
    /// version 0, without asking the target.
    Legacy(BackendNotification),
}

/// A message that is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("neither a bundle ({bundle}) nor a single notification ({single})")]
pub struct Unreadable {
    bundle: json::DecodeError,
    single: json::DecodeError,
}

impl StoredMessage {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] says why it is no bundle and why it is no single notification.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let bundle = match json::decode(body) {
            Ok(bundle) => return Ok(Self::Bundle(bundle)),
            Err(error) => error,
        };
        match json::decode(body) {
            Ok(single) => Ok(Self::Legacy(single)),
            Err(single) => Err(Unreadable { bundle, single }),
        }
    }

    /// The forms of the event.
    #[must_use]
    pub fn notifications(&self) -> &[BackendNotification] {
        match self {
            Self::Bundle(bundle) => &bundle.notifications,
            Self::Legacy(single) => std::slice::from_ref(single),
        }
    }
}

fn at_least_one<'de, D>(deserializer: D) -> Result<Vec<BackendNotification>, D::Error>
where
    D: Deserializer<'de>,
{
    let notifications = Vec::deserialize(deserializer)?;
    if notifications.is_empty() {
        return Err(serde::de::Error::custom(
            "a bundle has one notification at least",
        ));
    }
    Ok(notifications)
}

fn rpc_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let mut name = String::deserialize(deserializer)?;
    if name.starts_with('/') {
        name.remove(0);
    }
    check_segment(name)
}

fn segment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    check_segment(String::deserialize(deserializer)?)
}

/// What a federator takes as a segment of a path (`transport.md` §3.2). Anything else could lead to
/// another path than the one that is meant.
fn check_segment<E: serde::de::Error>(name: String) -> Result<String, E> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !name.is_empty() && name.len() <= 256 && name.bytes().all(fits) {
        Ok(name)
    } else {
        let beginning: String = name.chars().take(40).collect();
        Err(E::custom(format!(
            "`{beginning}` is no name: 1 to 256 ASCII letters, digits, `-` and `_`"
        )))
    }
}

fn write_request_id<S: serde::Serializer>(
    id: &Option<RequestId>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    id.as_ref().map(RequestId::as_str).serialize(serializer)
}

fn read_request_id<'de, D>(deserializer: D) -> Result<Option<RequestId>, D::Error>
where
    D: Deserializer<'de>,
{
    let id = Option::<String>::deserialize(deserializer)?;
    Ok(id.and_then(|id| id.parse().ok()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(bundle: PayloadBundle) {
            let text = serde_json::to_vec(&bundle).expect("JSON");
            prop_assert_eq!(StoredMessage::read(&text), Ok(StoredMessage::Bundle(bundle)));
        }

        #[test]
        fn a_single_one_is_read_as_such(single: BackendNotification) {
            let text = serde_json::to_vec(&single).expect("JSON");
            prop_assert_eq!(StoredMessage::read(&text), Ok(StoredMessage::Legacy(single)));
        }

        #[test]
        fn no_bytes_are_a_panic(bytes: Vec<u8>) {
            let _ = StoredMessage::read(&bytes);
        }

        #[test]
        fn a_range_of_numbers_is_that_of_versions(from in 0i64..4, length in 1i64..5) {
            let end = Version::from_number(from + length);
            let first = Version::from_number(from).expect("a version");
            let mut range = VersionRange::ALL.from(first);
            if let Some(end) = end {
                range = range.until(end);
            }
            for version in Version::ALL {
                prop_assert_eq!(BodyVersions::from(range).contains(version), range.contains(version));
            }
        }
    }
}
