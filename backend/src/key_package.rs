//! What stands inside of a serialised MLS key package, as far as it can be told without cryptography.
//!
//! A backend passes key packages on as opaque bytes. A careful caller looks into them; and seeds
//! make some that look like real ones.

use federation_api::client::ClientId;
use federation_api::key_package::KeyPackageData;
use federation_api::mls::CipherSuite;
use federation_api::{Qualified, UserId};

use crate::mls_bytes::{Reader, push_opaque};

/// MLS 1.0, the only protocol version.
const MLS10: u16 = 1;
/// The credential type "basic".
const BASIC: u16 = 1;
/// The leaf node source "key package".
const KEY_PACKAGE: u8 = 1;

/// What a key package says of itself. Its signatures are not verified.
///
/// Source: RFC 9420 §7.2 and §10, `brig.md` §4.12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPackageContent {
    /// The cipher suite.
    pub suite: CipherSuite,
    /// The public key that the client signs with.
    pub signature_key: Vec<u8>,
    /// Whom the basic credential names: `<uuid>:<client>@<domain>`.
    pub identity: String,
    /// From when on it is good, in seconds since 1970.
    pub not_before: u64,
    /// Until when it is good, in seconds since 1970.
    pub not_after: u64,
}

/// Why bytes are no key package that a caller should use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyPackageFault {
    /// The bytes end too early, or go on too long.
    #[error("it is not of the form of a key package")]
    Form,
    /// Another protocol version than MLS 1.0.
    #[error("its protocol version is not MLS 1.0")]
    ProtocolVersion,
    /// The credential is not a basic one, the only type that is understood here.
    #[error("its credential is not a basic one")]
    Credential,
    /// The capabilities do not list the type of the credential.
    #[error("its capabilities do not list the type of its credential")]
    Capabilities,
    /// The leaf node is not one of a key package.
    #[error("its leaf node is not one of a key package")]
    LeafNodeSource,
}

/// The identity that a basic credential of a client has.
///
/// Source: `brig.md` §4.12, last paragraph.
#[must_use]
pub fn basic_identity(user: &Qualified<UserId>, client: ClientId) -> String {
    format!("{}:{client}@{}", user.id(), user.domain())
}

impl KeyPackageContent {
    /// Reads a serialised KeyPackage.
    ///
    /// # Errors
    ///
    /// [`KeyPackageFault`] if it is none, or one that a caller must refuse whatever it asked for.
    pub fn read(package: &KeyPackageData) -> Result<Self, KeyPackageFault> {
        let mut reader = Reader(package.as_ref());
        let content = Self::take(&mut reader)?;
        if reader.is_empty() {
            Ok(content)
        } else {
            Err(KeyPackageFault::Form)
        }
    }

    /// Reads one that other bytes may follow.
    pub(crate) fn take(reader: &mut Reader<'_>) -> Result<Self, KeyPackageFault> {
        use KeyPackageFault::{Capabilities, Credential, Form, LeafNodeSource, ProtocolVersion};
        if reader.u16().ok_or(Form)? != MLS10 {
            return Err(ProtocolVersion);
        }
        let suite = CipherSuite(reader.u16().ok_or(Form)?);
        let _init_key = reader.opaque().ok_or(Form)?;
        let _encryption_key = reader.opaque().ok_or(Form)?;
        let signature_key = reader.opaque().ok_or(Form)?.to_vec();
        if reader.u16().ok_or(Form)? != BASIC {
            return Err(Credential);
        }
        let identity = std::str::from_utf8(reader.opaque().ok_or(Form)?)
            .map_err(|_| Credential)?
            .to_owned();
        // Versions, cipher suites, extensions, proposals, credentials.
        for _ in 0..4 {
            reader.opaque().ok_or(Form)?;
        }
        let credentials = reader.opaque().ok_or(Form)?;
        if !credentials
            .chunks(2)
            .any(|kind| kind == BASIC.to_be_bytes())
        {
            return Err(Capabilities);
        }
        if reader.u8().ok_or(Form)? != KEY_PACKAGE {
            return Err(LeafNodeSource);
        }
        let not_before = reader.u64().ok_or(Form)?;
        let not_after = reader.u64().ok_or(Form)?;
        // Extensions and signature, of the leaf node and of the whole.
        for _ in 0..4 {
            reader.opaque().ok_or(Form)?;
        }
        Ok(Self {
            suite,
            signature_key,
            identity,
            not_before,
            not_after,
        })
    }

    /// Writes a key package that says this of itself. Its other keys and its signatures are the bytes
    /// that `filler` gives, so it is a key package in form only.
    pub(crate) fn write(&self, mut filler: impl FnMut(&str) -> Vec<u8>) -> KeyPackageData {
        let basic = BASIC.to_be_bytes();
        let mut bytes = Vec::new();
        bytes.extend(MLS10.to_be_bytes());
        bytes.extend(self.suite.0.to_be_bytes());
        push_opaque(&mut bytes, &filler("init key"));
        push_opaque(&mut bytes, &filler("encryption key"));
        push_opaque(&mut bytes, &self.signature_key);
        bytes.extend(basic);
        push_opaque(&mut bytes, self.identity.as_bytes());
        push_opaque(&mut bytes, &MLS10.to_be_bytes());
        push_opaque(&mut bytes, &self.suite.0.to_be_bytes());
        push_opaque(&mut bytes, &[]);
        push_opaque(&mut bytes, &[]);
        push_opaque(&mut bytes, &basic);
        bytes.push(KEY_PACKAGE);
        bytes.extend(self.not_before.to_be_bytes());
        bytes.extend(self.not_after.to_be_bytes());
        for signature in ["leaf node signature", "signature"] {
            push_opaque(&mut bytes, &[]);
            push_opaque(&mut bytes, &filler(signature));
        }
        bytes.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> KeyPackageContent {
        KeyPackageContent {
            suite: CipherSuite(2),
            signature_key: vec![4; 65],
            identity: "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11:2b@alpha.example.org".to_owned(),
            not_before: 1,
            not_after: 4_102_444_800,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let package = sample().write(|what| what.as_bytes().to_vec());
        assert_eq!(KeyPackageContent::read(&package), Ok(sample()));
    }

    #[test]
    fn every_shorter_and_every_changed_package_is_read_without_panic() {
        let package = sample().write(|_| vec![7; 200]);
        let bytes = package.as_ref().to_vec();
        for length in 0..bytes.len() {
            let shorter = KeyPackageData::from(bytes[..length].to_vec());
            assert_eq!(
                KeyPackageContent::read(&shorter).err(),
                Some(KeyPackageFault::Form),
                "{length}"
            );
            let mut changed = bytes.clone();
            changed[length] ^= 0xff;
            let _ = KeyPackageContent::read(&KeyPackageData::from(changed));
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(
            KeyPackageContent::read(&KeyPackageData::from(longer)),
            Err(KeyPackageFault::Form)
        );
    }
}
