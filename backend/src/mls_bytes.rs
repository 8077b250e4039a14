//! What can be told of MLS messages without cryptography: their kinds, groups and epochs, and whom a
//! commit adds and removes.
//!
//! The encoding is that of RFC 9420, sections 6 to 12.

mod commit;
mod message;

pub(crate) use commit::{Commit, Proposal};
pub(crate) use message::{Bundle, Content, MlsMessage, PublicMessage, Sender, identity};

/// Writes a vector of variable size (RFC 9420 §2.1.2).
pub(crate) fn push_opaque(bytes: &mut Vec<u8>, content: &[u8]) {
    // What is written here is short: keys, signatures and identities.
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX).min(0x3fff);
    if length < 0x40 {
        bytes.push(length as u8);
    } else {
        bytes.extend((0x4000 | length).to_be_bytes());
    }
    bytes.extend(&content[..usize::from(length)]);
}

/// What is left of the bytes.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn number(&mut self, length: usize) -> Option<u64> {
        let bytes = self.take(length)?;
        Some(
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        Some(self.number(1)? as u8)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        Some(self.number(2)? as u16)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        Some(self.number(4)? as u32)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.number(8)
    }

    /// Leaves out so many of these.
    pub(crate) fn opaques(&mut self, count: usize) -> Option<()> {
        for _ in 0..count {
            self.opaque()?;
        }
        Some(())
    }

    /// A vector of variable size: two bits say how many bytes the length takes.
    pub(crate) fn opaque(&mut self) -> Option<&'a [u8]> {
        let first = *self.0.first()?;
        let (size, bits) = match first >> 6 {
            0 => (1, 6),
            1 => (2, 14),
            2 => (4, 30),
            _ => return None,
        };
        let length = self.number(size)? & ((1 << bits) - 1);
        self.take(usize::try_from(length).ok()?)
    }
}
