//! The JSON documents of the existing implementation, where they lie beside the workspace: each is
//! read and written again as an equal JSON value (`scenarios.md` D72).

use std::fs;
use std::path::{Path, PathBuf};

use federation_api::json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(folder);
    if path.is_dir() {
        Some(path)
    } else {
        println!("skipped: there is no {}", path.display());
        None
    }
}

fn recode<T: Serialize + DeserializeOwned>(path: &Path) -> (Value, Value) {
    let text = fs::read(path).expect("a readable file");
    let value: T =
        json::decode(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let expected = serde_json::from_slice(&text).expect("JSON");
    (serde_json::to_value(&value).expect("a JSON form"), expected)
}

fn holds<T: Serialize + DeserializeOwned>(name: &str) {
    let Some(folder) = shared(&format!("golden/{name}")) else {
        return;
    };
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        let (written, expected) = recode::<T>(&path);
        assert_eq!(written, expected, "{}", path.display());
        files += 1;
    }
    assert!(files > 0, "no golden file for {name}");
    println!("{name}: {files} files");
}

macro_rules! tests {
    ($($name:ident: $type:ty,)+) => {
        $(
            #[test]
            #[allow(non_snake_case)]
            fn $name() {
                holds::<$type>(stringify!($name));
            }
        )+
    };
}

tests! {
    Access: federation_api::access::Access,
    AppInfo: federation_api::user::AppInfo,
    AssetKey: federation_api::asset::AssetKey,
    AssetSize: federation_api::asset::AssetSize,
    AssetToken: federation_api::asset::AssetToken,
    ClientClass: federation_api::client::ClientClass,
    ClientPrekey: federation_api::prekey::ClientPrekey,
    ColourId: federation_api::colour::ColourId,
    Contact: federation_api::search::Contact,
    ConversationAccessData: federation_api::access::ConversationAccessData,
    ConversationCreated: federation_api::conversation::ConversationCreated,
    ConversationMessageTimerUpdate: federation_api::conversation_action::ConversationMessageTimerUpdate,
    ConversationReceiptModeUpdate: federation_api::conversation_action::ConversationReceiptModeUpdate,
    ConversationRemoveMembers: federation_api::conversation_action::ConversationRemoveMembers,
    ConversationRename: federation_api::conversation_action::ConversationRename,
    ConversationUpdate: federation_api::conversation_update::ConversationUpdate,
    ConversationUpdateV0: federation_api::conversation_update::ConversationUpdateV0,
    ConvType: federation_api::conversation_settings::ConvType,
    EmailAddress: federation_api::email::EmailAddress,
    GetOne2OneConversationResponse: federation_api::one_to_one_conversation::GetOne2OneConversationResponse,
    GetOne2OneConversationResponseV2: federation_api::one_to_one_conversation::GetOne2OneConversationResponseV2,
    GroupId: federation_api::group_id::GroupId,
    LeaveConversationRequest: federation_api::conversation::LeaveConversationRequest,
    LeaveConversationResponse: federation_api::conversation::LeaveConversationResponse,
    MessageSendResponse: federation_api::message::MessageSendResponse,
    MLSKeys: federation_api::mls_keys::MlsKeys,
    MLSKeysByPurpose: federation_api::mls_keys::MlsKeysByPurpose,
    Name: federation_api::name::Name,
    NewConnectionRequest: federation_api::connection::NewConnectionRequest,
    NewConnectionResponse: federation_api::connection::NewConnectionResponse,
    OtherMember: federation_api::conversation::OtherMember,
    OtherMemberUpdate: federation_api::conversation_action::OtherMemberUpdate,
    Permission: federation_api::permission::Permission,
    Pict: federation_api::user::Pict,
    Prekey: federation_api::prekey::Prekey,
    PrekeyBundle: federation_api::prekey::PrekeyBundle,
    PrekeyId: federation_api::prekey::PrekeyId,
    Priority: federation_api::message::Priority,
    ProfileAsset: federation_api::user::ProfileAsset,
    PubClient: federation_api::client::PubClient,
    PublicSubConversation: federation_api::sub_conversation::PublicSubConversation,
    ReceiptMode: federation_api::conversation_settings::ReceiptMode,
    RoleName: federation_api::role::RoleName,
    ServiceRef: federation_api::user::ServiceRef,
    TypingStatus: federation_api::typing::TypingStatus,
    UserClientMap_Int: federation_api::user_map::UserClientMap<i64>,
    UserClientPrekeyMap: federation_api::user_map::UserClientPrekeyMap,
    UserClients: federation_api::user_map::UserClients,
    UserProfile: federation_api::UserProfile,
}

/// A request of 2021 to 2023, which has no `from_team`; it is written with one.
#[test]
fn connection_request_of_2023() {
    let Some(folder) = shared("golden-history/v2023-01-12") else {
        return;
    };
    let path = folder.join("testObject_NewConnectionRequest1.json");
    let (written, mut expected) = recode::<federation_api::connection::NewConnectionRequest>(&path);
    assert_eq!(expected.get("from_team"), None);
    expected["from_team"] = Value::Null;
    assert_eq!(written, expected);
}

/// A sending status of 2021 to 2023, which says nothing of clients that could not be confirmed; it is
/// written with none.
#[test]
fn sending_status_of_2023() {
    let Some(folder) = shared("golden-history/v2023-01-12") else {
        return;
    };
    let path = folder.join("testObject_MessageSendReponse1.json");
    let (written, mut expected) = recode::<federation_api::message::MessageSendResponse>(&path);
    assert_eq!(expected["Right"].get("failed_to_confirm_clients"), None);
    expected["Right"]["failed_to_confirm_clients"] = Value::Object(Default::default());
    assert_eq!(written, expected);
}
