//! One text, as every scalar reads it.

#![no_main]

use std::fmt::Display;
use std::str::FromStr;

use federation_api::asset::AssetKey;
use federation_api::base64::Base64Bytes;
use federation_api::client::ClientId;
use federation_api::conversation_settings::HistoryDuration;
use federation_api::email::EmailAddress;
use federation_api::group_id::{GroupId, SubConvId};
use federation_api::name::{AppDescription, Name, TextStatus};
use federation_api::role::RoleName;
use federation_api::timestamp::{UtcTime, UtcTimeMillis};
use federation_api::{
    AssetId, Component, ConvId, Domain, Handle, ProviderId, RequestId, ServiceId, TeamId, UserId,
    Version,
};
use federation_federator::RpcName;

libfuzzer_sys::fuzz_target!(|text: &str| {
    stable::<AppDescription>(text);
    stable::<AssetId>(text);
    stable::<AssetKey>(text);
    stable::<Base64Bytes>(text);
    stable::<ClientId>(text);
    stable::<Component>(text);
    stable::<ConvId>(text);
    stable::<Domain>(text);
    stable::<EmailAddress>(text);
    stable::<Handle>(text);
    stable::<HistoryDuration>(text);
    stable::<Name>(text);
    stable::<ProviderId>(text);
    stable::<RequestId>(text);
    stable::<RoleName>(text);
    stable::<RpcName>(text);
    stable::<ServiceId>(text);
    stable::<SubConvId>(text);
    stable::<TeamId>(text);
    stable::<TextStatus>(text);
    stable::<UserId>(text);
    stable::<UtcTime>(text);
    stable::<UtcTimeMillis>(text);
    stable::<Version>(text);
    group_id(text);
    // As texts in JSON, quotes and escapes included.
    let json = serde_json::to_vec(text).expect("a text is JSON");
    for held in federation_fuzz::ALL {
        (held.document)(held.name, &json);
    }
});

/// What is read from a text is written so that it is read as the same again.
fn stable<T>(text: &str)
where
    T: FromStr + Display + PartialEq,
{
    if let Ok(read) = text.parse::<T>() {
        let written = read.to_string();
        let again = written.parse::<T>();
        assert!(
            again.is_ok_and(|again| again == read),
            "{text:?} was written as {written:?}"
        );
    }
}

/// The parts of a group id make the same group id.
fn group_id(text: &str) {
    let Ok(bytes) = text.parse::<Base64Bytes>() else {
        return;
    };
    let group = GroupId::from(bytes);
    if let Ok(parts) = group.parts() {
        assert_eq!(parts.group_id().expect("it had these parts"), group);
    }
}
