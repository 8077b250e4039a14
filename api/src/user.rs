//! Profiles of users.

use std::collections::BTreeSet;

use serde::de::{IgnoredAny, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};

use crate::asset::{AssetKey, AssetSize};
use crate::bounded::BoundedVec;
use crate::colour::ColourId;
use crate::email::EmailAddress;
use crate::legacy_id::record_with_legacy_id;
use crate::lenient::{self, Lenient, Scalar, anything_else};
use crate::name::{AppDescription, Name, TextStatus};
use crate::presence;
use crate::raw::RawObject;
use crate::record::record;
use crate::text::Text;
use crate::timestamp::UtcTimeMillis;
use crate::word::words;
use crate::{Handle, OfSubject, ProviderId, Qualified, ServiceId, TeamId, UserId};

words! {
    /// What kind of user it is.
    ///
    /// Source: `common-types.md` §10.
    #[default = Regular]
    pub enum UserType: "a user type" {
        /// A person.
        Regular = "regular",
        /// An app of a team.
        App = "app",
        /// A bot, run by an external service.
        Bot = "bot",
    }
}

words! {
    /// The kinds of users that a search can be limited to. (No `bot`: bots are never found.)
    ///
    /// Source: `common-types.md` §10.
    pub enum UserTypeFilter: "a user type to search for" {
        /// A person.
        Regular = "regular",
        /// An app of a team.
        App = "app",
    }
}

words! {
    /// Whether the messages of a user are kept for legal reasons.
    ///
    /// Source: `common-types.md` §10.
    #[default = NoConsent]
    pub enum UserLegalHoldStatus: "a legal hold status" {
        /// They are.
        Enabled = "enabled",
        /// The user was asked to agree.
        Pending = "pending",
        /// They are not.
        Disabled = "disabled",
        /// The user cannot be put under legal hold. So it is with every user without a team.
        NoConsent = "no_consent",
    }
}

words! {
    /// A protocol for end-to-end encryption.
    ///
    /// Source: `common-types.md` §10.
    #[default = Proteus]
    pub enum BaseProtocolTag: "a protocol" {
        /// Proteus.
        Proteus = "proteus",
        /// MLS.
        Mls = "mls",
    }
}

words! {
    /// The type of a picture in a profile. There is only one.
    #[default = Image]
    pub enum ProfileAssetType: "an asset type" {
        /// A picture.
        Image = "image",
    }
}

/// Names the external service behind a bot.
///
/// Source: `common-types.md` §10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ServiceRef {
    /// The service.
    pub id: OfSubject<ServiceId>,
    /// Its provider.
    pub provider: OfSubject<ProviderId>,
}

record!(ServiceRef);

/// A picture of a user.
///
/// Source: `brig.md` §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ProfileAsset {
    /// Always `image`.
    pub r#type: ProfileAssetType,
    /// Where the picture is stored: an asset on the backend of the user.
    pub key: OfSubject<AssetKey>,
    /// Which rendition of the picture it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<AssetSize>,
}

record!(ProfileAsset);

/// Reads the same as the derive does, and nothing where that would fail.
impl Lenient for ProfileAsset {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        #[derive(Deserialize)]
        #[serde(field_identifier, rename_all = "snake_case")]
        enum Name {
            Type,
            Key,
            Size,
            #[serde(other)]
            Unknown,
        }

        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Option<ProfileAsset>;

            anything_else!(str seq);

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut r#type, mut key, mut size) = (None, None, None);
                let mut twice = false;
                while let Some(name) = map.next_key()? {
                    match name {
                        Name::Type => {
                            twice |= r#type.replace(map.next_value::<Scalar<_>>()?).is_some();
                        }
                        Name::Key => twice |= key.replace(map.next_value::<Scalar<_>>()?).is_some(),
                        Name::Size => {
                            twice |= size
                                .replace(map.next_value::<Option<Scalar<_>>>()?)
                                .is_some();
                        }
                        Name::Unknown => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                let (Some(Scalar(Some(r#type))), Some(Scalar(Some(key)))) = (r#type, key) else {
                    return Ok(None);
                };
                let size = match size.flatten() {
                    None => None,
                    Some(Scalar(Some(size))) => Some(size),
                    Some(Scalar(None)) => return Ok(None),
                };
                let key = OfSubject::new(key);
                Ok((!twice).then_some(ProfileAsset { r#type, key, size }))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl ProfileAsset {
    /// A picture.
    #[must_use]
    pub const fn image(key: OfSubject<AssetKey>, size: Option<AssetSize>) -> Self {
        Self {
            r#type: ProfileAssetType::Image,
            key,
            size,
        }
    }
}

/// What there is to know about an app of a team.
///
/// Source: `brig.md` §5.3.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct AppInfo {
    /// What kind of app it is; free text.
    pub category: Text,
    /// What it is for.
    pub description: AppDescription,
}

record!(AppInfo);

/// The pictures of a user in a form that is out of use: at most 10 JSON objects of any content.
///
/// Source: `brig.md` §5.1.
pub type Pict = BoundedVec<RawObject, 0, 10>;

record_with_legacy_id! {
    /// What a backend tells others about one of its users.
    ///
    /// Only `qualified_id`, `name`, `accent_id` and `legalhold_status` are required; older backends
    /// leave out other keys. Ids without a domain belong to the backend of `qualified_id`.
    ///
    /// Source: `brig.md` §5.1, `history.md` §6.1 (rule R8).
    ///
    /// ```
    /// use federation_api::{Qualified, UserId};
    /// use federation_api::user::UserProfile;
    ///
    /// let id = Qualified::new(UserId::random(), "alpha.example.org".parse()?);
    /// let profile = UserProfile {
    ///     handle: Some(federation_api::OfSubject::new("mira.k-2".parse()?)),
    ///     ..UserProfile::new(id, "Mira K.".parse()?)
    /// };
    /// assert!(!profile.deleted);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct UserProfile (reads id as IgnoredAny) {
        /// The user.
        pub qualified_id: Qualified<UserId>,
        /// The name of the user.
        pub name: Name,
        /// A line that the user shows beside its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text_status: Option<TextStatus>,
        /// Out of use. Whatever is wrong with it when read makes it empty.
        #[serde(default, deserialize_with = "lenient::list")]
        pub picture: Pict,
        /// Pictures of the user. Whatever is wrong with one of them when read makes the list empty.
        #[serde(default, deserialize_with = "lenient::list")]
        pub assets: Vec<ProfileAsset>,
        /// The colour in which clients show the user.
        pub accent_id: ColourId,
        /// Whether the user was deleted; only written when true.
        #[serde(
            default,
            deserialize_with = "presence::or_default",
            skip_serializing_if = "presence::is_false"
        )]
        pub deleted: bool,
        /// The external service behind a bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub service: Option<ServiceRef>,
        /// The unique name of the user on its backend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub handle: Option<OfSubject<Handle>>,
        /// When the account of a guest ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub expires_at: Option<UtcTimeMillis>,
        /// The team of the user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub team: Option<OfSubject<TeamId>>,
        /// The e-mail address, where the backend shows those of team users to anybody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub email: Option<EmailAddress>,
        /// Whether the messages of the user are kept for legal reasons.
        pub legalhold_status: UserLegalHoldStatus,
        /// The protocols that the clients of the user understand; Proteus where the key is missing.
        #[serde(default = "only_proteus", deserialize_with = "protocols")]
        pub supported_protocols: BTreeSet<BaseProtocolTag>,
        /// What kind of user it is; `regular` where the key is missing.
        #[serde(default, deserialize_with = "presence::or_default")]
        pub r#type: UserType,
        /// What there is to know about an app.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub app: Option<AppInfo>,
        /// Whether the user can be found by a search; true where the key is missing.
        #[serde(default = "presence::yes", deserialize_with = "presence::or_true")]
        pub searchable: bool,
    }
}

fn only_proteus() -> BTreeSet<BaseProtocolTag> {
    BTreeSet::from([BaseProtocolTag::Proteus])
}

fn protocols<'de, D>(deserializer: D) -> Result<BTreeSet<BaseProtocolTag>, D::Error>
where
    D: Deserializer<'de>,
{
    presence::or_else(deserializer, only_proteus)
}

impl UserProfile {
    /// A regular user of which nothing more is known: no team, no consent to legal hold, Proteus only,
    /// to be found by searches.
    #[must_use]
    pub fn new(qualified_id: Qualified<UserId>, name: Name) -> Self {
        Self {
            qualified_id,
            name,
            text_status: None,
            picture: Pict::default(),
            assets: Vec::new(),
            accent_id: ColourId(0),
            deleted: false,
            service: None,
            handle: None,
            expires_at: None,
            team: None,
            email: None,
            legalhold_status: UserLegalHoldStatus::NoConsent,
            supported_protocols: only_proteus(),
            r#type: UserType::Regular,
            app: None,
            searchable: true,
        }
    }

    /// What is left of this user after its deletion: its id, its team and its text status, under the
    /// name `default`.
    #[must_use]
    pub fn tombstone(self) -> Self {
        Self {
            name: "default".parse().unwrap_or(self.name),
            picture: Pict::default(),
            assets: Vec::new(),
            accent_id: ColourId(0),
            deleted: true,
            handle: None,
            email: None,
            app: None,
            ..self
        }
    }
}
