//! What the owner of a conversation tells about a commit whose group info does not fit.

use serde::{Deserialize, Serialize, Serializer};

use crate::base64::Base64Bytes;
use crate::client_identity::ClientIdentity;
use crate::group_id::{GroupId, SubConvId};
use crate::integer;
use crate::mls_message::GroupInfo;
use crate::record::record;
use crate::text::Text;
use crate::{ConvId, Domain, Qualified};

/// A commit bundle was refused because its group info is not the one that follows from its commit: all
/// that is needed to find out why.
///
/// On the wire the conversation's id and domain are two keys, `conv_id` and `domain`, and there are
/// three more keys that always say the same, so that the whole can be handed to a client as an error.
///
/// Source: `galley-types.md` §7.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Read")]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct GroupInfoDiagnostics {
    /// The commit, one MLS message.
    pub commit: Base64Bytes,
    /// The group info that came with it.
    pub group_info: GroupInfo,
    /// The group.
    pub group_id: GroupId,
    /// The members of the group as the owner knows them.
    pub clients: Vec<GroupMember>,
    /// The conversation, which belongs to the answering backend.
    pub conv: Qualified<ConvId>,
    /// The subconversation, if the group is that of one.
    pub subconv_id: Option<SubConvId>,
}

/// A client in an MLS group.
///
/// Source: `galley-types.md` §7.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GroupMember {
    /// The number of its leaf in the tree of the group.
    #[serde(deserialize_with = "integer::deserialize")]
    pub index: u32,
    /// The client.
    pub client: ClientIdentity,
}

record!(GroupMember);

const CODE: u16 = 400;
const LABEL: &str = "inconsistent-group-state";
const MESSAGE: &str = "Submitted group info is inconsistent with the backend group state";

#[derive(Deserialize)]
#[serde(rename = "GroupInfoDiagnostics")]
#[serde(remote = "Self")]
struct Read {
    commit: Base64Bytes,
    group_info: GroupInfo,
    group_id: GroupId,
    clients: Vec<GroupMember>,
    conv_id: ConvId,
    subconv_id: Option<SubConvId>,
    domain: Domain,
    #[serde(rename = "code")]
    _code: f64,
    #[serde(rename = "label")]
    _label: Text,
    #[serde(rename = "message")]
    _message: Text,
}

record!(read Read);

impl From<Read> for GroupInfoDiagnostics {
    fn from(read: Read) -> Self {
        Self {
            commit: read.commit,
            group_info: read.group_info,
            group_id: read.group_id,
            clients: read.clients,
            conv: Qualified::new(read.conv_id, read.domain),
            subconv_id: read.subconv_id,
        }
    }
}

#[derive(Serialize)]
#[serde(rename = "GroupInfoDiagnostics")]
struct Written<'a> {
    commit: &'a Base64Bytes,
    group_info: &'a GroupInfo,
    group_id: &'a GroupId,
    clients: &'a [GroupMember],
    conv_id: &'a ConvId,
    #[serde(skip_serializing_if = "Option::is_none")]
    subconv_id: Option<&'a SubConvId>,
    domain: &'a Domain,
    code: u16,
    label: &'a str,
    message: &'a str,
}

impl Serialize for GroupInfoDiagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            commit: &self.commit,
            group_info: &self.group_info,
            group_id: &self.group_id,
            clients: &self.clients,
            conv_id: self.conv.id(),
            subconv_id: self.subconv_id.as_ref(),
            domain: self.conv.domain(),
            code: CODE,
            label: LABEL,
            message: MESSAGE,
        }
        .serialize(serializer)
    }
}

/// A commit bundle was refused because its group info is not the one that follows from its commit: all
/// that is needed to find out why.
#[cfg(feature = "openapi")]
#[derive(schemars::JsonSchema)]
#[schemars(rename = "GroupInfoDiagnostics")]
#[allow(dead_code)]
struct Described {
    /// The commit, one MLS message.
    commit: Base64Bytes,
    /// The group info that came with it.
    group_info: GroupInfo,
    /// The group.
    group_id: GroupId,
    /// The members of the group as the owner knows them.
    clients: Vec<GroupMember>,
    /// The conversation.
    #[schemars(extend("x-qualified-by" = "domain"))]
    conv_id: ConvId,
    /// The subconversation, if the group is that of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    subconv_id: Option<SubConvId>,
    /// The backend of the conversation, which is the answering one.
    domain: Domain,
    /// Always 400. A reader ignores which number it is.
    #[schemars(extend("examples" = [CODE]))]
    code: f64,
    /// Always `inconsistent-group-state`. A reader ignores what it says.
    label: String,
    /// Always the same sentence for people. A reader ignores what it says.
    message: String,
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for GroupInfoDiagnostics {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Described::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        Described::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Described::json_schema(generator)
    }
}
