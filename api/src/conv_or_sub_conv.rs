//! Conversations and their subconversations, as MLS requests name them.

use serde::{Deserialize, Serialize};

use crate::group_id::SubConvId;
use crate::record::record;
use crate::tagged::tagged;
use crate::{ConvId, OfRecipient};

tagged! {
    /// A conversation of the target, or a subconversation of one.
    ///
    /// Source: `galley-types.md` §6.
    ///
    /// ```
    /// use federation_api::conv_or_sub_conv::ConvOrSubConvId;
    ///
    /// let id: ConvOrSubConvId = serde_json::from_str(
    ///     r#"{"tag": "conv", "value": {"conv_id": "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f"}}"#,
    /// )?;
    /// assert_eq!(id.subconv_id(), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum ConvOrSubConvId("tag", "value") {
        /// A conversation itself.
        Conv(MainConv) = "conv",
        /// A subconversation.
        SubConv(SubConv) = "subconv",
    }
}

impl ConvOrSubConvId {
    /// A conversation itself.
    #[must_use]
    pub const fn conv(conv_id: OfRecipient<ConvId>) -> Self {
        Self::Conv(MainConv { conv_id })
    }

    /// A subconversation of a conversation.
    #[must_use]
    pub const fn subconv(conv_id: OfRecipient<ConvId>, subconv_id: SubConvId) -> Self {
        Self::SubConv(SubConv {
            conv_id,
            subconv_id,
        })
    }

    /// The conversation; of a subconversation the one that it belongs to.
    #[must_use]
    pub const fn conv_id(&self) -> OfRecipient<ConvId> {
        match self {
            Self::Conv(conv) => conv.conv_id,
            Self::SubConv(subconv) => subconv.conv_id,
        }
    }

    /// The subconversation; none for a conversation itself.
    #[must_use]
    pub const fn subconv_id(&self) -> Option<&SubConvId> {
        match self {
            Self::Conv(_) => None,
            Self::SubConv(subconv) => Some(&subconv.subconv_id),
        }
    }
}

/// The value for a conversation itself.
///
/// Source: `galley-types.md` §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MainConv {
    /// The conversation.
    pub conv_id: OfRecipient<ConvId>,
}

record!(MainConv);

/// The value for a subconversation.
///
/// Source: `galley-types.md` §6.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct SubConv {
    /// The conversation that it belongs to.
    pub conv_id: OfRecipient<ConvId>,
    /// The subconversation.
    pub subconv_id: SubConvId,
}

record!(SubConv);
