//! The users and teams of a backend.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::client::ClientId;
use federation_api::colour::ColourId;
use federation_api::email::EmailAddress;
use federation_api::name::{Name, TextStatus};
use federation_api::search::Contact;
use federation_api::text::Text;
use federation_api::timestamp::UtcTimeMillis;
use federation_api::user::{
    AppInfo, BaseProtocolTag, Pict, ProfileAsset, ServiceRef, UserLegalHoldStatus, UserProfile,
    UserType,
};
use federation_api::{Domain, Handle, OfSubject, Qualified, TeamId, UserId};

use crate::client::Client;

/// A team of a backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// What it is called. Not on the federation wire.
    pub name: Text,
    /// Whether people outside of the team find its members by full-text search.
    pub inbound_search: bool,
}

/// Where the account of a user stands.
///
/// Source: `brig.md` §4.2, §4.12.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountStatus {
    /// In use.
    #[default]
    Active,
    /// Locked by somebody else than the user.
    Suspended,
    /// Of a guest: it ends by itself.
    Ephemeral,
    /// Gone; a tombstone is left.
    Deleted,
    /// Invited and not yet there.
    PendingInvitation,
}

/// A user of a backend.
#[derive(Clone, Debug)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What it is called.
    pub name: Name,
    /// Its unique name. A deleted user owns none.
    pub handle: Option<Handle>,
    /// Its team.
    pub team: Option<TeamId>,
    /// Where its account stands.
    pub status: AccountStatus,
    /// Whether it has confirmed who it is. A deleted user keeps this.
    pub activated: bool,
    /// A line beside its name.
    pub text_status: Option<TextStatus>,
    /// Pictures in a form that is out of use.
    pub picture: Pict,
    /// Its pictures.
    pub assets: Vec<ProfileAsset>,
    /// The colour in which clients show it.
    pub accent_id: ColourId,
    /// Its e-mail address.
    pub email: Option<EmailAddress>,
    /// Whether its messages are kept; means something in teams only.
    pub legal_hold: UserLegalHoldStatus,
    /// The protocols that its clients understand.
    pub supported_protocols: BTreeSet<BaseProtocolTag>,
    /// What kind of user it is, if that was ever stored.
    pub r#type: Option<UserType>,
    /// What there is to know about an app.
    pub app: Option<AppInfo>,
    /// The service behind a bot.
    pub service: Option<ServiceRef>,
    /// When the account of a guest ends.
    pub expires_at: Option<UtcTimeMillis>,
    /// Whether full-text search finds it.
    pub searchable: bool,
    /// Its clients.
    pub clients: BTreeMap<ClientId, Client>,
}

impl User {
    /// An active user about which nothing more is known.
    #[must_use]
    pub fn new(id: UserId, name: Name) -> Self {
        Self {
            id,
            name,
            handle: None,
            team: None,
            status: AccountStatus::Active,
            activated: true,
            text_status: None,
            picture: Pict::default(),
            assets: Vec::new(),
            accent_id: ColourId::default(),
            email: None,
            legal_hold: UserLegalHoldStatus::Disabled,
            supported_protocols: BTreeSet::new(),
            r#type: None,
            app: None,
            service: None,
            expires_at: None,
            searchable: true,
            clients: BTreeMap::new(),
        }
    }

    /// What kind of user it is: what is stored, else a bot if there is a service behind it.
    ///
    /// Source: `brig.md` §5.1.
    #[must_use]
    pub fn user_type(&self) -> UserType {
        self.r#type.unwrap_or(if self.service.is_some() {
            UserType::Bot
        } else {
            UserType::Regular
        })
    }

    /// Whether its messages are kept or are about to be: enabled or pending, in a team.
    ///
    /// Source: `brig.md` §4.12, step 4.
    #[must_use]
    pub fn under_legal_hold(&self) -> bool {
        use UserLegalHoldStatus::{Enabled, Pending};
        self.team.is_some() && matches!(self.legal_hold, Enabled | Pending)
    }

    /// What the backend of this domain tells others about the user.
    ///
    /// Source: `brig.md` §5.1, "Server-side rules".
    #[must_use]
    pub fn profile(&self, domain: &Domain, show_team_emails: bool) -> UserProfile {
        let deleted = self.status == AccountStatus::Deleted;
        let in_team = self.team.is_some();
        let profile = UserProfile {
            text_status: self.text_status.clone(),
            picture: self.picture.clone(),
            assets: self.assets.clone(),
            accent_id: self.accent_id,
            service: self.service,
            handle: self.handle.clone().map(OfSubject::new),
            expires_at: self
                .expires_at
                .filter(|_| self.status == AccountStatus::Ephemeral),
            team: self.team.map(OfSubject::new),
            email: self.email.clone().filter(|_| show_team_emails && in_team),
            legalhold_status: if in_team {
                self.legal_hold
            } else {
                UserLegalHoldStatus::NoConsent
            },
            supported_protocols: if self.supported_protocols.is_empty() {
                BTreeSet::from([BaseProtocolTag::Proteus])
            } else {
                self.supported_protocols.clone()
            },
            r#type: self.user_type(),
            app: self
                .app
                .clone()
                .filter(|_| in_team && self.user_type() == UserType::App),
            searchable: self.searchable,
            ..UserProfile::new(self.qualified(domain), self.name.clone())
        };
        if deleted {
            profile.tombstone()
        } else {
            profile
        }
    }

    pub(crate) fn contact(&self, domain: &Domain) -> Contact {
        Contact {
            qualified_id: self.qualified(domain),
            name: self.name.as_str().into(),
            accent_id: Some(self.accent_id.0.into()),
            handle: self
                .handle
                .as_ref()
                .map(|handle| OfSubject::new(handle.as_str().into())),
            team: self.team.map(OfSubject::new),
            r#type: self.user_type(),
        }
    }

    pub(crate) fn qualified(&self, domain: &Domain) -> Qualified<UserId> {
        Qualified::new(self.id, domain.clone())
    }
}
