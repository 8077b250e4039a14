//! What lies in a queue, whoever put it there.

#![no_main]

use federation_notifications::{PayloadBundle, StoredMessage};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    match StoredMessage::read(input) {
        Ok(message) => {
            let bundle = PayloadBundle {
                notifications: message.notifications().to_vec(),
            };
            let written = serde_json::to_vec(&bundle).expect("a bundle has a JSON form");
            let again = StoredMessage::read(&written).expect("what was written is read");
            assert_eq!(again.notifications(), message.notifications());
        }
        Err(unreadable) => assert!(!unreadable.to_string().is_empty()),
    }
});
