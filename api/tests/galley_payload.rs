//! The Protocol Buffers inside `send-message`.

use bytes::Bytes;
use federation_api::base64::Base64Bytes;
use federation_api::client::ClientId;
use federation_api::galley_payload::{Limits, NewOtrMessage, PayloadError, Strategy, wire};
use federation_api::message::Priority;
use federation_api::timestamp::UtcTime;
use federation_api::{ConvId, Failure, OfSender, Qualified, UserId};
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use prost::Message;

const BOB: &str = "b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002";

fn user(id: &str, domain: &str) -> Qualified<UserId> {
    Qualified::new(
        id.parse().expect("an id"),
        domain.parse().expect("a domain"),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(message in any::<NewOtrMessage>()) {
        // Backends without users are not made, but read.
        prop_assert_eq!(NewOtrMessage::decode(message.encode()), Ok(message));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = NewOtrMessage::decode(bytes.into());
    }

    #[test]
    fn no_change_makes_it_panic(message in any::<NewOtrMessage>(), at in any::<usize>(), byte in any::<u8>()) {
        let mut bytes = message.encode().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = NewOtrMessage::decode(bytes.into());
    }
}

/// The bytes of the example in `galley-types.md` §8, and one built by hand from the field numbers.
#[test]
fn bytes_of_the_protocol_reference() {
    let example: Base64Bytes = "CgIIHkIA".parse().expect("Base64");
    let message = NewOtrMessage::decode(example.clone().into()).expect("a message");
    assert_eq!(message.sender, ClientId(0x1e));
    assert!(message.recipients.is_empty());
    assert!(message.native_push && !message.transient && message.blob.is_empty());
    assert_eq!(message.strategy, Strategy::IgnoreAll);

    let mut bytes = vec![0x0a, 2, 0x08, 0x1e];
    let uuid = UserId::as_uuid(user(BOB, "b.example").id())
        .as_bytes()
        .to_vec();
    let client = [&[0x0a, 2, 0x08, 7, 0x12, 3][..], b"abc"].concat();
    let entry = [
        &[0x0a, 18, 0x0a, 16][..],
        &uuid,
        &[0x12, client.len() as u8],
        &client,
    ]
    .concat();
    let backend = [
        &[0x0a, 9][..],
        b"b.example",
        &[0x12, entry.len() as u8],
        &entry,
    ]
    .concat();
    bytes.extend([0x12, backend.len() as u8]);
    bytes.extend(backend);
    bytes.extend([0x18, 0, 0x22, 2, b'h', b'i', 0x28, 2, 0x30, 1]);
    let listed = [&[0x0a, 36][..], BOB.as_bytes(), &[0x12, 9], b"b.example"].concat();
    bytes.extend([0x4a, listed.len() as u8 + 2, 0x0a, listed.len() as u8]);
    bytes.extend(listed);
    // A field of the future.
    bytes.extend([0xf8, 0x01, 5]);
    let message = NewOtrMessage::decode(bytes.into()).expect("a message");
    let bob = user(BOB, "b.example");
    assert_eq!(
        message
            .recipients
            .get(&bob)
            .map(|clients| clients[&ClientId(7)].clone()),
        Some(Bytes::from_static(b"abc"))
    );
    assert!(message.transient && !message.native_push);
    assert_eq!(message.native_priority, Some(Priority::High));
    assert!(message.strategy.counts(&bob));
    assert!(!message.strategy.counts(&user(BOB, "c.example")));

    let remote = message.for_backend(
        &"b.example".parse().expect("a domain"),
        UtcTime::now(),
        user(BOB, "c.example"),
        OfSender::new(ConvId::random()),
    );
    assert_eq!(remote.data, Some("aGk=".into()));
    assert_eq!((remote.push, remote.transient), (false, true));
    let texts: Vec<_> = remote
        .recipients
        .values()
        .flat_map(|map| map.values())
        .collect();
    assert_eq!(texts, ["YWJj"]);
    let nobody = message.for_backend(
        &"c.example".parse().expect("a domain"),
        UtcTime::now(),
        user(BOB, "c.example"),
        OfSender::new(ConvId::random()),
    );
    assert!(nobody.recipients.is_empty());
    assert_eq!(message.recipient_clients().clients().count(), 1);
}

/// A message as it has to be, to be spoiled.
fn good() -> wire::QualifiedNewOtrMessage {
    let uuid = Bytes::copy_from_slice(user(BOB, "b.example").id().as_uuid().as_bytes());
    wire::QualifiedNewOtrMessage {
        sender: Some(wire::ClientId { client: Some(1) }),
        recipients: vec![wire::QualifiedUserEntry {
            domain: Some("b.example".to_owned()),
            entries: vec![wire::UserEntry {
                user: Some(wire::UserId { uuid: Some(uuid) }),
                clients: vec![wire::ClientEntry {
                    client: Some(wire::ClientId { client: Some(2) }),
                    text: Some(Bytes::from_static(b"x")),
                }],
            }],
        }],
        client_mismatch_strategy: Some(wire::ClientMismatchStrategy::ReportOnly(
            wire::ReportOnly {
                user_ids: vec![wire::QualifiedUserId {
                    id: Some(BOB.to_owned()),
                    domain: Some("b.example".to_owned()),
                }],
            },
        )),
        ..Default::default()
    }
}

fn listed(id: Option<&str>, domain: Option<&str>) -> Option<wire::ClientMismatchStrategy> {
    Some(wire::ClientMismatchStrategy::IgnoreOnly(wire::IgnoreOnly {
        user_ids: vec![wire::QualifiedUserId {
            id: id.map(str::to_owned),
            domain: domain.map(str::to_owned),
        }],
    }))
}

#[test]
fn faults_name_the_field() {
    type Spoil = fn(&mut wire::QualifiedNewOtrMessage);
    let cases: [(Spoil, &str); 14] = [
        (|m| m.sender = None, "`sender` is missing"),
        (
            |m| m.sender = Some(Default::default()),
            "`sender.client` is missing",
        ),
        (
            |m| m.client_mismatch_strategy = None,
            "`client_mismatch_strategy` is missing",
        ),
        (
            |m| m.recipients[0].domain = None,
            "`recipients.domain` is missing",
        ),
        (
            |m| m.recipients[0].domain = Some("b".into()),
            "`recipients.domain` is invalid: a domain has",
        ),
        (
            |m| m.recipients[0].entries[0].user = None,
            "`recipients.entries.user` is missing",
        ),
        (
            |m| m.recipients[0].entries[0].user = Some(Default::default()),
            "user.uuid` is missing",
        ),
        (
            |m| {
                m.recipients[0].entries[0].user = Some(wire::UserId {
                    uuid: Some(vec![0; 15].into()),
                });
            },
            "user.uuid` is invalid: a UUID has 16 bytes, this has 15",
        ),
        (
            |m| m.recipients[0].entries[0].clients[0].client = None,
            "clients.client` is missing",
        ),
        (
            |m| m.recipients[0].entries[0].clients[0].text = None,
            "clients.text` is missing",
        ),
        (
            |m| m.client_mismatch_strategy = listed(None, None),
            "user_ids.id` is missing",
        ),
        (
            |m| m.client_mismatch_strategy = listed(Some(BOB), None),
            "user_ids.domain` is missing",
        ),
        (
            |m| m.client_mismatch_strategy = listed(Some("bob"), Some("b.example")),
            "user_ids.id` is invalid: `bob` is no id",
        ),
        (
            |m| m.client_mismatch_strategy = listed(Some(BOB), Some("b")),
            "user_ids.domain` is invalid",
        ),
    ];
    assert!(NewOtrMessage::decode(good().encode_to_vec().into()).is_ok());
    for (spoil, fault) in cases {
        let mut message = good();
        spoil(&mut message);
        let error = NewOtrMessage::decode(message.encode_to_vec().into()).expect_err(fault);
        assert!(error.to_string().contains(fault), "{error}, not {fault}");
        let failure = Failure::from(error);
        assert_eq!((failure.code, &*failure.label), (400, "invalid-payload"));
    }
    for bytes in [
        &[0x0a][..],
        b"\x0a\x05abc",
        b"not protobuf",
        &[0x0a, 2, 0x0a, 0],
    ] {
        let error = NewOtrMessage::decode(Bytes::copy_from_slice(bytes)).expect_err("malformed");
        assert!(matches!(error, PayloadError::Malformed(_)), "{error}");
    }
}

#[test]
fn later_entries_replace_earlier_ones() {
    let mut message = good();
    let mut again = message.recipients[0].clone();
    again.domain = Some("B.EXAMPLE".to_owned());
    again.entries[0].clients[0].client = Some(wire::ClientId { client: Some(3) });
    again.entries[0].clients.push(wire::ClientEntry {
        client: Some(wire::ClientId { client: Some(3) }),
        text: Some(Bytes::from_static(b"later")),
    });
    message.recipients.push(again);
    let message = NewOtrMessage::decode(message.encode_to_vec().into()).expect("a message");
    let clients: Vec<_> = message.recipients.iter().collect();
    assert_eq!(clients.len(), 1);
    assert_eq!(clients[0].1.len(), 1, "entries are not merged");
    assert_eq!(clients[0].1[&ClientId(3)], "later");
}

#[test]
fn an_unknown_priority_is_none() {
    let mut message = good();
    message.native_priority = Some(7);
    let message = NewOtrMessage::decode(message.encode_to_vec().into()).expect("a message");
    assert_eq!(message.native_priority, None);
}

#[test]
fn limits_hold() {
    let bytes = Bytes::from(good().encode_to_vec());
    let read = |most_bytes, most_entries| {
        let mut limits = Limits::default();
        limits.bytes = most_bytes;
        limits.entries = most_entries;
        NewOtrMessage::decode_within(bytes.clone(), limits)
    };
    // A backend, a user, a client, and a user of the strategy.
    assert!(read(bytes.len(), 4).is_ok());
    assert_eq!(
        read(bytes.len() - 1, 4),
        Err(PayloadError::TooLarge {
            found: bytes.len(),
            most: bytes.len() - 1
        })
    );
    assert_eq!(
        read(bytes.len(), 3),
        Err(PayloadError::TooManyEntries { most: 3 })
    );

    // Four million empty entries at each level, which would take a quarter of a gigabyte.
    let many = [0x12, 0].repeat(4_000_000);
    let length = |bytes: &[u8]| {
        let mut varint = Vec::new();
        prost::encoding::encode_varint(bytes.len() as u64, &mut varint);
        varint
    };
    let inside = |field: u8, bytes: &[u8]| [&[field][..], &length(bytes), bytes].concat();
    let users = inside(0x12, &many);
    let clients = inside(0x12, &users);
    let listed = inside(0x4a, &[0x0a, 0].repeat(4_000_000));
    for bytes in [many, users, clients, listed] {
        let error = NewOtrMessage::decode(bytes.into()).expect_err("too many");
        assert_eq!(error, PayloadError::TooManyEntries { most: 100_000 });
    }
}
