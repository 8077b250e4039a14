//! Ids of MLS groups, and what is inside them.

use crate::base64::base64_newtype;
use crate::claimed_text::claimed_text;
use crate::conversation_settings::ConvType;
use crate::excerpt::excerpt;
use crate::{ConvId, Domain, DomainError, Qualified};

base64_newtype! {
    /// The id of an MLS group: bytes that most readers have no need to look into.
    ///
    /// The owner of the conversation does: it finds the conversation by them.
    /// [`parts`](GroupId::parts) tells what is inside, [`GroupIdParts::group_id`] puts it together. Any
    /// bytes are read.
    ///
    /// Source: `galley-types.md` §2, `galley.md` §8.
    ///
    /// ```
    /// use federation_api::group_id::GroupId;
    ///
    /// let group: GroupId = serde_json::from_str("\"AAEAAF16TC6bEE9tjjN6Gyw9Tl8AYWxwaGEuZXhhbXBsZQ==\"")?;
    /// let parts = group.parts().expect("a group id of a backend");
    /// assert_eq!(
    ///     parts.conversation.to_string(),
    ///     "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f@alpha.example",
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    GroupId
}

claimed_text! {
    /// The name of a subconversation, unique in its conversation; usually `conference`.
    ///
    /// 1 to 255 printable ASCII characters without the blank. That holds for names made here; readers of
    /// the protocol do not check it, so a name that was read may be any text.
    ///
    /// Source: `galley-types.md` §2.
    ///
    /// ```
    /// use federation_api::group_id::SubConvId;
    ///
    /// let call: SubConvId = "conference".parse()?;
    /// assert!("two words".parse::<SubConvId>().is_err());
    /// # Ok::<(), federation_api::group_id::SubConvIdError>(())
    /// ```
    pub struct SubConvId, SubConvIdError: |text| check(text);
    strategy "[!-~]{1,30}";
    schema {
        "type": "string",
        "description": "The name of a subconversation, unique in its conversation: 1 to 255 printable ASCII \
            characters without the blank. Readers do not check that.",
        "examples": ["conference"]
    }
}

/// A text that is no name of a subconversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is no name of a subconversation: write 1 to 255 printable ASCII characters without blanks"
)]
pub struct SubConvIdError {
    /// The text, shortened if it is long.
    pub found: String,
}

fn check(text: &str) -> Result<(), SubConvIdError> {
    if (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(SubConvIdError {
            found: excerpt(text),
        })
    }
}

/// How the parts of a group id are laid out.
///
/// Source: `galley.md` §8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub enum GroupIdLayout {
    /// That of new groups. Only groups of subconversations have a generation.
    One,
    /// That of groups after a reset, for which all backends in the conversation must speak V3.
    Two,
}

/// What is inside a [`GroupId`].
///
/// Source: `galley.md` §8.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupIdParts {
    /// How it is laid out.
    pub layout: GroupIdLayout,
    /// What kind of conversation it is.
    pub conv_type: ConvType,
    /// The conversation and its owner.
    pub conversation: Qualified<ConvId>,
    /// The subconversation, if the group is one of a subconversation.
    pub subconversation: Option<SubConvId>,
    /// How many times the group was reset. 0 in the main conversation in layout 1.
    pub generation: u32,
}

/// Why bytes are no group id of a backend, or parts do not make one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupIdError {
    /// It ends inside a part.
    #[error("the group id ends before or inside its {0}")]
    TooShort(&'static str),
    /// A conversation type that there is not.
    #[error("the group id names a conversation type {0}; there are 0 to 3")]
    ConvType(u16),
    /// A part that should be text is not.
    #[error("the {0} in the group id is not UTF-8")]
    Utf8(&'static str),
    /// What should be the owner's domain is none.
    #[error("the group id names no owner: {0}")]
    Domain(#[from] DomainError),
    /// The name of the subconversation does not fit in.
    #[error("the name of a subconversation is 1 to 255 bytes long, this one {0}")]
    SubconversationLength(usize),
    /// There is no place for the generation.
    #[error(
        "layout 1 has no place for the generation of a main conversation, which is {0}: use layout 2"
    )]
    Generation(u32),
}

impl GroupId {
    /// What is inside.
    ///
    /// A version number that is neither 1 nor 2 is taken for 2, and bytes behind the domain are
    /// dropped, as existing backends do.
    ///
    /// # Errors
    ///
    /// [`GroupIdError`] when the bytes are not laid out so, when the type is none of [`ConvType`], and
    /// when the owner is no domain.
    pub fn parts(&self) -> Result<GroupIdParts, GroupIdError> {
        let mut rest = Rest(self.as_ref());
        let layout = match u16::from_be_bytes(rest.array("version")?) {
            1 => GroupIdLayout::One,
            _ => GroupIdLayout::Two,
        };
        let conv_type = u16::from_be_bytes(rest.array("conversation type")?);
        let conv_type =
            ConvType::try_from(conv_type).map_err(|_| GroupIdError::ConvType(conv_type))?;
        let conv_id = uuid::Uuid::from_bytes(rest.array("conversation id")?);
        let [length] = rest.array("subconversation length")?;
        let subconversation = match length {
            0 => None,
            length => Some(rest.text(length.into(), "subconversation")?)
                .map(|name| SubConvId::unchecked(name.into())),
        };
        let generation = if layout == GroupIdLayout::One && subconversation.is_none() {
            0
        } else {
            u32::from_be_bytes(rest.array("generation")?)
        };
        let length = match layout {
            GroupIdLayout::One => rest.0.len(),
            GroupIdLayout::Two => u16::from_be_bytes(rest.array("domain length")?).into(),
        };
        let domain: Domain = rest.text(length, "domain")?.parse()?;
        Ok(GroupIdParts {
            layout,
            conv_type,
            conversation: Qualified::new(ConvId::from_uuid(conv_id), domain),
            subconversation,
            generation,
        })
    }
}

impl GroupIdParts {
    /// The group of a new conversation: layout 1, generation 0.
    #[must_use]
    pub const fn new(conv_type: ConvType, conversation: Qualified<ConvId>) -> Self {
        Self {
            layout: GroupIdLayout::One,
            conv_type,
            conversation,
            subconversation: None,
            generation: 0,
        }
    }

    /// The group of a new subconversation of the same conversation.
    #[must_use]
    pub fn of_subconversation(&self, subconversation: SubConvId) -> Self {
        Self {
            subconversation: Some(subconversation),
            ..Self::new(self.conv_type, self.conversation.clone())
        }
    }

    /// The group that takes the place of this one after a reset: layout 2, the next generation. `None`
    /// after 2³²−1 resets.
    #[must_use]
    pub fn after_reset(&self) -> Option<Self> {
        Some(Self {
            layout: GroupIdLayout::Two,
            generation: self.generation.checked_add(1)?,
            ..self.clone()
        })
    }

    /// The id.
    ///
    /// # Errors
    ///
    /// When the name of the subconversation is empty or longer than 255 bytes, and when layout 1 has no
    /// place for the generation.
    pub fn group_id(&self) -> Result<GroupId, GroupIdError> {
        let subconversation = self.subconversation.as_ref().map_or("", SubConvId::as_str);
        let length = match (subconversation.len(), &self.subconversation) {
            (0, None) => 0,
            (length @ 1..=255, Some(_)) => length as u8,
            (length, _) => return Err(GroupIdError::SubconversationLength(length)),
        };
        let has_generation = self.layout == GroupIdLayout::Two || length > 0;
        if !has_generation && self.generation > 0 {
            return Err(GroupIdError::Generation(self.generation));
        }
        let domain = self.conversation.domain().as_str();
        let mut bytes = Vec::with_capacity(27 + subconversation.len() + domain.len());
        let version: u16 = match self.layout {
            GroupIdLayout::One => 1,
            GroupIdLayout::Two => 2,
        };
        bytes.extend(version.to_be_bytes());
        bytes.extend(self.conv_type.number().to_be_bytes());
        bytes.extend(self.conversation.id().as_uuid().as_bytes());
        bytes.push(length);
        bytes.extend(subconversation.as_bytes());
        if has_generation {
            bytes.extend(self.generation.to_be_bytes());
        }
        if self.layout == GroupIdLayout::Two {
            // A domain has at most 253 characters.
            bytes.extend((domain.len() as u16).to_be_bytes());
        }
        bytes.extend(domain.as_bytes());
        Ok(GroupId::from(bytes))
    }
}

impl TryFrom<&GroupId> for GroupIdParts {
    type Error = GroupIdError;

    fn try_from(group: &GroupId) -> Result<Self, GroupIdError> {
        group.parts()
    }
}

impl TryFrom<&GroupIdParts> for GroupId {
    type Error = GroupIdError;

    fn try_from(parts: &GroupIdParts) -> Result<Self, GroupIdError> {
        parts.group_id()
    }
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn array<const N: usize>(&mut self, part: &'static str) -> Result<[u8; N], GroupIdError> {
        let (array, rest) = self
            .0
            .split_first_chunk()
            .ok_or(GroupIdError::TooShort(part))?;
        self.0 = rest;
        Ok(*array)
    }

    fn text(&mut self, length: usize, part: &'static str) -> Result<&'a str, GroupIdError> {
        let (text, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(GroupIdError::TooShort(part))?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| GroupIdError::Utf8(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn main() -> GroupIdParts {
        let id = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f".parse().unwrap();
        let conversation = Qualified::new(id, "alpha.example".parse().unwrap());
        GroupIdParts::new(ConvType::Regular, conversation)
    }

    fn group(base64: &str) -> GroupId {
        GroupId(base64.parse().unwrap())
    }

    #[test]
    fn vectors_of_the_protocol_reference() {
        let conference = main().of_subconversation("conference".parse().unwrap());
        for (parts, base64) in [
            (main(), "AAEAAF16TC6bEE9tjjN6Gyw9Tl8AYWxwaGEuZXhhbXBsZQ=="),
            (
                conference.clone(),
                "AAEAAF16TC6bEE9tjjN6Gyw9Tl8KY29uZmVyZW5jZQAAAABhbHBoYS5leGFtcGxl",
            ),
            (
                main().after_reset().unwrap(),
                "AAIAAF16TC6bEE9tjjN6Gyw9Tl8AAAAAAQANYWxwaGEuZXhhbXBsZQ==",
            ),
            (
                conference.after_reset().unwrap(),
                "AAIAAF16TC6bEE9tjjN6Gyw9Tl8KY29uZmVyZW5jZQAAAAEADWFscGhhLmV4YW1wbGU=",
            ),
        ] {
            assert_eq!(parts.group_id(), Ok(group(base64)));
            assert_eq!(group(base64).parts(), Ok(parts));
        }
    }

    #[test]
    fn other_versions_and_trailing_bytes_are_read_like_layout_2() {
        let parts = main().after_reset().unwrap();
        let mut bytes = parts.group_id().unwrap().as_ref().to_vec();
        bytes[1] = 9;
        bytes.extend(b"more");
        assert_eq!(GroupId::from(bytes).parts(), Ok(parts));
    }

    #[test]
    fn every_beginning_is_too_short() {
        let parts = main()
            .of_subconversation("x".parse().unwrap())
            .after_reset()
            .unwrap();
        let bytes = parts.group_id().unwrap().as_ref().to_vec();
        for end in 0..bytes.len() {
            let error = GroupId::from(bytes[..end].to_vec()).parts().unwrap_err();
            assert!(matches!(error, GroupIdError::TooShort(_)), "{end}: {error}");
        }
    }

    #[test]
    fn faults_are_told() {
        let change = |at: usize, byte: u8| {
            let parts = main().of_subconversation("x".parse().unwrap());
            let mut bytes = parts.group_id().unwrap().as_ref().to_vec();
            bytes[at] = byte;
            GroupId::from(bytes).parts().unwrap_err()
        };
        assert_eq!(change(3, 4), GroupIdError::ConvType(4));
        assert_eq!(change(21, 0xff), GroupIdError::Utf8("subconversation"));
        assert_eq!(change(26, 0xff), GroupIdError::Utf8("domain"));
        assert!(matches!(change(26, b' '), GroupIdError::Domain(_)));

        let impossible = GroupIdParts {
            generation: 1,
            ..main()
        };
        assert_eq!(impossible.group_id(), Err(GroupIdError::Generation(1)));
        let long = main().of_subconversation(SubConvId::unchecked("x".repeat(256).into()));
        assert_eq!(
            long.group_id(),
            Err(GroupIdError::SubconversationLength(256))
        );
        let last = GroupIdParts {
            generation: u32::MAX,
            ..main()
        };
        assert_eq!(last.after_reset(), None);
    }
}
