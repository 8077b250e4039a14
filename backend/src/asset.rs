//! Assets: what is stored, who may have it, and its bytes chunk by chunk.

use bytes::Bytes;
use federation_api::asset::{AssetKey, AssetToken};
use federation_api::timestamp::UtcTimeMillis;
use federation_api::{ByteStream, ProviderId, StreamError, UserId};
use futures_util::stream;

/// How many bytes a chunk of generated content has: 64 KiB.
const CHUNK: u64 = 64 * 1024;

/// An asset of a backend.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its key.
    pub key: AssetKey,
    /// Who uploaded it. Without this nobody can have it.
    pub owner: Option<AssetOwner>,
    /// The token that opens it; a public asset has none.
    pub token: Option<AssetToken>,
    /// The media type that it was uploaded with. Never told to other backends.
    pub content_type: String,
    /// Its bytes.
    pub content: Content,
    /// From when on the storage no longer has it.
    pub expires: Option<UtcTimeMillis>,
}

/// Who uploaded an asset.
///
/// Source: `cargohold.md` §3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetOwner {
    /// A user.
    User(UserId),
    /// A bot.
    Bot(UserId),
    /// The provider of a service.
    Provider(ProviderId),
}

/// The bytes of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Kept in memory.
    Bytes(Bytes),
    /// Made up while they are read, always the same for the same numbers, so that a large asset
    /// takes no memory.
    Generated {
        /// How many bytes there are.
        length: u64,
        /// What they follow from.
        seed: u64,
    },
}

impl Asset {
    /// Whether a remote user with this token may have the asset.
    ///
    /// It may if the asset has an owner, is still there, and the tokens are equal, where no token
    /// equals no token and nothing else. That the user has the same id as the owner counts for nothing:
    /// the owner is a user of this backend, the requester of another. The comparison takes a time
    /// that tells nothing about where two tokens differ.
    ///
    /// Source: `cargohold.md` §3.1, §5.
    #[must_use]
    pub fn is_available(&self, token: Option<&AssetToken>, now: UtcTimeMillis) -> bool {
        let fits = match (&self.token, token) {
            (None, None) => true,
            (Some(stored), Some(given)) => stored.matches(given),
            _ => false,
        };
        fits && self.owner.is_some() && self.expires.is_none_or(|end| end > now)
    }
}

impl Content {
    /// How many bytes there are.
    #[must_use]
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Generated { length, .. } => *length,
        }
    }

    /// The bytes, chunk by chunk. Nothing is made before it is asked for.
    #[must_use]
    pub fn stream(&self) -> ByteStream {
        match self {
            Self::Bytes(bytes) => ByteStream::from_bytes(bytes.clone()),
            Self::Generated { length, seed } => {
                let (length, seed) = (*length, *seed);
                ByteStream::new(stream::unfold(0, move |offset| async move {
                    (offset < length).then(|| {
                        let size = CHUNK.min(length - offset);
                        let chunk = generated(seed, offset, size);
                        (Ok::<_, StreamError>(chunk), offset + size)
                    })
                }))
            }
        }
    }
}

/// A chunk of generated content that begins at a multiple of 8 and has at most [`CHUNK`] bytes.
fn generated(seed: u64, offset: u64, size: u64) -> Bytes {
    let size = size.min(CHUNK) as usize;
    // Word by word: byte by byte takes most of the time of a program that is not optimised.
    let mut bytes = Vec::with_capacity(size.next_multiple_of(8));
    for word in offset / 8.. {
        if bytes.len() >= size {
            break;
        }
        bytes.extend_from_slice(&mixed(seed, word).to_be_bytes());
    }
    bytes.truncate(size);
    bytes.into()
}

/// The word at this place of generated content (the finaliser of SplitMix64).
const fn mixed(seed: u64, word: u64) -> u64 {
    let x = seed.wrapping_add(word.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
