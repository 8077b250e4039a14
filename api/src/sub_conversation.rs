//! Subconversations: further MLS groups of clients inside a conversation, such as those in a call.

use serde::{Deserialize, Serialize, Serializer};

use crate::client::ClientId;
use crate::client_identity::ClientIdentity;
use crate::galley_error::GalleyError;
use crate::group_id::{GroupId, SubConvId};
use crate::older_keys::record_with_older_keys;
use crate::protocol::{CipherSuiteTag, Epoch};
use crate::record::record;
use crate::tagged::tagged;
use crate::text::Text;
use crate::timestamp::UtcTime;
use crate::{Audience, ConvId, OfRecipient, OfSender, Qualified, UserId, Version};

/// A subconversation as its members see it.
///
/// Backends of 2023 and early 2024 leave out the time of the epoch, and others the cipher suite too; the
/// epoch counts all the same. For readers of versions below V2 all keys are written, null where there is
/// nothing to say.
///
/// Source: `galley-types.md` §6, `history.md` §6.10 and §6.22 (rules R9 and W4).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Read")]
pub struct PublicSubConversation {
    /// The conversation that it belongs to.
    pub parent_qualified_id: Qualified<ConvId>,
    /// Its name, unique in the conversation.
    pub subconv_id: SubConvId,
    /// Its MLS group.
    pub group_id: GroupId,
    /// The epoch of the group; 0 until the first commit.
    pub epoch: Epoch,
    /// When the epoch began, if it is known. Never known in epoch 0.
    pub epoch_timestamp: Option<UtcTime>,
    /// The cipher suite of the group, if it is known. Never known in epoch 0.
    pub cipher_suite: Option<CipherSuiteTag>,
    /// The clients in the group.
    pub members: Vec<ClientIdentity>,
}
