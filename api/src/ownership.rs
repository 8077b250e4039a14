//! Whose an id is, in the type.
//!
//! Many ids travel bare on the federation API, and the protocol says which backend qualifies them.
//! Completing such an id with the wrong domain is the classic vulnerability of federation: a
//! backend speaks for users that are not its own, or reaches resources that are not the target's.
//! So a bare id in a document is never just a `UserId`. It is [`OfSender`], [`OfRecipient`] or
//! [`OfSubject`], and what these hold can be had only together with its domain: from the
//! [`Call`](crate::Call) for the first two, from the value that names the domain for the third.
//!
//! "Sender" is whoever wrote the document: the origin in a request, the target in a response. So one
//! type serves a document that travels both ways.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Domain, Qualified};

macro_rules! ownership {
    ($(#[$docs:meta])* $name:ident, $mark:literal, $sentence:literal) => {
        $(#[$docs])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
        pub struct $name<T>(T);

        impl<T> $name<T> {
            /// States whose `id` is. Nothing is checked here: the claim is what goes on the wire,
            /// and the reader completes it with the domain that this type stands for.
            pub const fn new(id: T) -> Self {
                Self(id)
            }
        }

        impl<T: fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        #[cfg(feature = "openapi")]
        impl<T: schemars::JsonSchema> schemars::JsonSchema for $name<T> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                format!(concat!(stringify!($name), "_{}"), T::schema_name()).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                format!(concat!(stringify!($name), "<{}>"), T::schema_id()).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut schema = generator.subschema_for::<T>();
                schema.insert("x-qualified-by".to_owned(), $mark.into());
                schema.insert("description".to_owned(), $sentence.into());
                schema
            }
        }
    };
}

ownership! {
    /// An id that belongs to the backend which *wrote* the document: to the origin in a request, to
    /// the target in a response.
    ///
    /// ```
    /// use federation_api::{Call, OfSender, UserId};
    ///
    /// let call = Call::new("a.example.com".parse()?, "b.example.com".parse()?);
    /// let claimant = OfSender::new(UserId::random());
    /// // In a request, the sender is the origin.
    /// assert_eq!(call.request().qualify(&claimant).domain().as_str(), "a.example.com");
    /// # Ok::<(), federation_api::DomainError>(())
    /// ```
    ///
    /// The id cannot be completed with a domain of one's own choice:
    ///
    /// ```compile_fail
    /// use federation_api::{Domain, OfSender, Qualified, UserId};
    ///
    /// fn spoof(id: OfSender<UserId>, domain: Domain) -> Qualified<UserId> {
    ///     Qualified::new(id, domain)
    /// }
    /// ```
    OfSender,
    "sender",
    "Belongs to the backend that sent this document: the origin in a request, the target in a response."
}

ownership! {
    /// An id that belongs to the backend which *reads* the document: to the target in a request, to
    /// the origin in a response.
    ///
    /// ```
    /// use federation_api::{Call, OfRecipient, UserId};
    ///
    /// let call = Call::new("a.example.com".parse()?, "b.example.com".parse()?);
    /// let wanted = OfRecipient::new(UserId::random());
    /// // In a request, the recipient is the target.
    /// assert_eq!(call.request().qualify(&wanted).domain().as_str(), "b.example.com");
    /// # Ok::<(), federation_api::DomainError>(())
    /// ```
    OfRecipient,
    "recipient",
    "Belongs to the backend that receives this document: the target in a request, the origin in a response."
}

ownership! {
    /// An id that belongs to the same backend as another, qualified id in the document (the team of
    /// a user, say).
    ///
    /// ```
    /// use federation_api::{OfSubject, Qualified, TeamId, UserId};
    ///
    /// let user = Qualified::new(UserId::random(), "a.example.com".parse()?);
    /// let team = OfSubject::new(TeamId::random());
    /// assert_eq!(team.beside(&user).domain().as_str(), "a.example.com");
    /// # Ok::<(), federation_api::DomainError>(())
    /// ```
    OfSubject,
    "subject",
    "Belongs to the same backend as the qualified id that this document is about."
}

impl<T: Clone> OfSubject<T> {
    /// The id together with the domain of the value that it stands beside.
    #[must_use]
    pub fn beside<U>(&self, subject: &Qualified<U>) -> Qualified<T> {
        Qualified::new(self.0.clone(), subject.domain().clone())
    }
}

/// A bare id whose owner is one of the two parties of a call: [`OfSender`] or [`OfRecipient`].
///
/// Sealed: nothing else is qualified by a call, and nothing but a call gets at the id.
///
/// ```compile_fail
/// use federation_api::{Domain, OfSender, OwnedByParty, Qualified, UserId};
///
/// fn spoof(id: &OfSender<UserId>, domain: Domain) -> Qualified<UserId> {
///     Qualified::new(*id.id(), domain)
/// }
/// ```
pub trait OwnedByParty: Owned<Self::Id> {
    /// The bare id, such as [`UserId`](crate::UserId).
    type Id;
}

mod sealed {
    use crate::Domain;

    /// What only this module can call.
    pub trait Owned<Id> {
        fn owner<'a>(sender: &'a Domain, recipient: &'a Domain) -> &'a Domain;
        fn id(&self) -> &Id;
        fn wrap(id: Id) -> Self;
    }
}

use sealed::Owned;

impl<T> OwnedByParty for OfSender<T> {
    type Id = T;
}

impl<T> Owned<T> for OfSender<T> {
    fn owner<'a>(sender: &'a Domain, _: &'a Domain) -> &'a Domain {
        sender
    }

    fn id(&self) -> &T {
        &self.0
    }

    fn wrap(id: T) -> Self {
        Self(id)
    }
}

impl<T> OwnedByParty for OfRecipient<T> {
    type Id = T;
}

impl<T> Owned<T> for OfRecipient<T> {
    fn owner<'a>(_: &'a Domain, recipient: &'a Domain) -> &'a Domain {
        recipient
    }

    fn id(&self) -> &T {
        &self.0
    }

    fn wrap(id: T) -> Self {
        Self(id)
    }
}

/// The two ends of one document of a call: who wrote it and who reads it.
///
/// [`Call::request`](crate::Call::request) and [`Call::response`](crate::Call::response) give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parties<'a> {
    sender: &'a Domain,
    recipient: &'a Domain,
}

impl<'a> Parties<'a> {
    pub(crate) const fn new(sender: &'a Domain, recipient: &'a Domain) -> Self {
        Self { sender, recipient }
    }

    /// The backend that wrote the document.
    #[must_use]
    pub const fn sender(&self) -> &'a Domain {
        self.sender
    }

    /// The backend that reads the document.
    #[must_use]
    pub const fn recipient(&self) -> &'a Domain {
        self.recipient
    }

    /// Completes a bare id of the document with the domain of its owner.
    pub fn qualify<O>(&self, id: &O) -> Qualified<O::Id>
    where
        O: OwnedByParty<Id: Clone>,
    {
        let owner = O::owner(self.sender, self.recipient);
        Qualified::new(id.id().clone(), owner.clone())
    }

    /// An id of the reader's own backend, bare: what its own storage knows it by.
    pub fn own<'i, T>(&self, id: &'i OfRecipient<T>) -> &'i T {
        id.id()
    }

    /// The bare form that a qualified id takes in the document, where `O` says whose it must be.
    ///
    /// # Errors
    ///
    /// [`ForeignId`] if the id belongs to another backend: on the wire it would turn into an id of
    /// the wrong owner.
    pub fn bare<O>(&self, id: Qualified<O::Id>) -> Result<O, ForeignId>
    where
        O: OwnedByParty,
    {
        let owner = O::owner(self.sender, self.recipient);
        if id.domain() == owner {
            Ok(O::wrap(id.into_parts().0))
        } else {
            Err(ForeignId {
                actual: id.into_parts().1,
                expected: owner.clone(),
            })
        }
    }
}

/// A qualified id was to be written bare in a document whose reader would complete it with another
/// domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "an id of {actual} cannot be written bare here: the reader would take it for one of {expected}; \
     leave it out or address the call to its owner"
)]
pub struct ForeignId {
    /// The domain of the id.
    pub actual: Domain,
    /// The domain that the reader would complete it with.
    pub expected: Domain,
}
