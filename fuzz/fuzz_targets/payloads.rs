//! Bytes as the Protocol Buffers of a message, and as what it becomes.

#![no_main]

use bytes::Bytes;
use federation_api::galley_payload::NewOtrMessage;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Ok(message) = NewOtrMessage::decode(Bytes::copy_from_slice(input)) {
        let again = NewOtrMessage::decode(message.encode());
        assert_eq!(again.expect("what was written is read"), message);
    }
});
