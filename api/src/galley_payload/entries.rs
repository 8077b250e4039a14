//! How many messages are inside a message.

use prost::DecodeError;
use prost::bytes::Buf;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

/// The fields that hold recipients, users of a recipient's backend, clients of a user: the same number
/// at each level.
const RECIPIENTS: u32 = 2;
const LEVELS: u32 = 3;
/// The fields of the strategies that list users, and the field with the list.
const STRATEGIES: [u32; 2] = [9, 10];
const USER_IDS: u32 = 1;

/// Counts the backends, users and clients that a message lists, up to one more than `most`.
///
/// An empty entry takes two bytes on the wire and some fifty in memory, so entries are counted before
/// room is made for them.
pub(super) fn count(message: &[u8], most: usize) -> Result<usize, DecodeError> {
    let mut counted = 0;
    level(message, 0, most, &mut counted)?;
    Ok(counted)
}

fn level(
    mut message: &[u8],
    depth: u32,
    most: usize,
    counted: &mut usize,
) -> Result<(), DecodeError> {
    while message.has_remaining() && *counted <= most {
        let (field, wire_type) = decode_key(&mut message)?;
        let lists_users = depth == 0 && STRATEGIES.contains(&field);
        if wire_type != WireType::LengthDelimited
            || !(lists_users || (field == RECIPIENTS && depth < LEVELS))
        {
            skip_field(wire_type, field, &mut message, DecodeContext::default())?;
            continue;
        }
        let length = decode_varint(&mut message)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let Some((inner, rest)) = message.split_at_checked(length) else {
            // The decoder says the same in its own words.
            return Ok(());
        };
        message = rest;
        if lists_users {
            users(inner, most, counted)?;
        } else {
            *counted += 1;
            if depth + 1 < LEVELS {
                level(inner, depth + 1, most, counted)?;
            }
        }
    }
    Ok(())
}

fn users(mut strategy: &[u8], most: usize, counted: &mut usize) -> Result<(), DecodeError> {
    while strategy.has_remaining() && *counted <= most {
        let (field, wire_type) = decode_key(&mut strategy)?;
        *counted += usize::from(field == USER_IDS);
        skip_field(wire_type, field, &mut strategy, DecodeContext::default())?;
    }
    Ok(())
}
