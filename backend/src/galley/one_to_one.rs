//! MLS conversations of two users, which exist before anything is stored of them.

use federation_api::access::Access;
use federation_api::conversation::{ConversationMetadata, RemoteConvMembers, RemoteConversationV2};
use federation_api::conversation_settings::{ConvType, GroupConvType};
use federation_api::mls_keys::{MlsKeys, MlsKeysByPurpose};
use federation_api::one_to_one::one_to_one_conversation;
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponse,
    GetOne2OneConversationResponseV2, RemoteMlsOne2OneConversation,
};
use federation_api::protocol::Protocol;
use federation_api::role::RoleName;
use federation_api::user::BaseProtocolTag;
use federation_api::{Call, ConvId, Domain, Failure, OfSender, Qualified, UserId};

use super::{caller, local, reading};
use crate::backend::Backend;
use crate::conversation::{Conversation, ConversationProtocol, Group};
use crate::derived;
use crate::state::State;

/// The MLS conversation of these two users.
pub(super) fn id_of(one: &Qualified<UserId>, other: &Qualified<UserId>) -> Qualified<ConvId> {
    one_to_one_conversation(BaseProtocolTag::Mls, one, other)
}

/// `galley.md` §4.14, from V2 on.
pub(super) fn answer(
    backend: &Backend,
    state: &State,
    call: &Call,
    request: &GetOne2OneConversationRequest,
) -> Result<GetOne2OneConversationResponseV2, Failure> {
    use GetOne2OneConversationResponseV2 as Response;
    let sender = caller(call, request.sender_user);
    let receiver = local(call, &request.receiver_user);
    if !state.connected(receiver, &sender) {
        return Ok(Response::NotConnected);
    }
    let id = id_of(&sender, &Qualified::new(receiver, backend.domain().clone()));
    if id.domain() != backend.domain() {
        return Ok(Response::BackendMismatch);
    }
    if !backend.settings().mls {
        return Ok(Response::MlsNotEnabled);
    }
    let conversation = match state.conversations.get(id.id()) {
        Some(stored) => reading::for_member(backend.domain(), state, stored, &sender)
            .ok_or_else(|| internal("the user is not in its own conversation"))?,
        None => made_up(&id).ok_or_else(|| internal("no group id"))?,
    };
    Ok(Response::Ok(Box::new(RemoteMlsOne2OneConversation {
        conversation,
        public_keys: removal_keys(backend.domain()),
    })))
}

fn internal(fault: &'static str) -> Failure {
    Failure::new(500, "internal-error", fault)
}

/// `galley.md` §4.14, in V1.
pub(super) fn answer_v1(
    backend: &Backend,
    state: &State,
    call: &Call,
    request: &GetOne2OneConversationRequest,
) -> Result<GetOne2OneConversationResponse, Failure> {
    let sender = caller(call, request.sender_user);
    let receiver = local(call, &request.receiver_user);
    if !state.connected(receiver, &sender) {
        return Ok(GetOne2OneConversationResponse::NotConnected);
    }
    let id = id_of(&sender, &Qualified::new(receiver, backend.domain().clone()));
    if id.domain() != backend.domain() {
        return Ok(GetOne2OneConversationResponse::BackendMismatch);
    }
    Err(Failure::new(
        400,
        "federation-function-not-supported",
        "One-to-one conversations need version 2 of the federation API",
    ))
}

/// What is told of a conversation that is not stored yet.
fn made_up(id: &Qualified<ConvId>) -> Option<RemoteConversationV2> {
    let group = Group::first(ConvType::One2One, id.clone(), None)?;
    Some(RemoteConversationV2 {
        id: OfSender::new(*id.id()),
        metadata: ConversationMetadata {
            access: vec![Access::Private.into()],
            group_conv_type: Some(GroupConvType::GroupConversation.into()),
            ..ConversationMetadata::new(ConvType::One2One)
        },
        members: RemoteConvMembers {
            self_role: RoleName::member(),
            others: Vec::new(),
        },
        protocol: Protocol::Mls(group.data()),
    })
}

/// The conversation as its first commit makes it.
pub(super) fn new(id: &Qualified<ConvId>, users: [&Qualified<UserId>; 2]) -> Option<Conversation> {
    let group = Group::first(ConvType::One2One, id.clone(), None)?;
    Some(Conversation {
        r#type: ConvType::One2One,
        access: [Access::Private].into(),
        access_roles: Default::default(),
        members: users.map(|user| (user.clone(), RoleName::member())).into(),
        protocol: ConversationProtocol::Mls(group),
        ..Conversation::new(*id.id())
    })
}

/// The public keys of the signatures that a backend of this domain would put below remove proposals.
/// Made-up bytes of the right form; there are no private keys to them.
fn removal_keys(domain: &Domain) -> MlsKeysByPurpose {
    let key = |name: &str, length| derived::bytes(&format!("{domain}/removal/{name}"), length);
    let point = |name: &str, coordinate: usize| {
        let mut point = vec![4];
        point.extend(key(name, 2 * coordinate));
        point.into()
    };
    MlsKeysByPurpose {
        removal: MlsKeys {
            ed25519: key("ed25519", 32).into(),
            ecdsa_secp256r1_sha256: point("secp256r1", 32),
            ecdsa_secp384r1_sha384: point("secp384r1", 48),
            ecdsa_secp521r1_sha512: point("secp521r1", 66),
        },
    }
}
