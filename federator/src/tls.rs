//! TLS 1.2 and 1.3 as federating backends speak it.
//!
//! The cryptography is ring's, given to each configuration; nothing is set for the process.
//!
//! Source: `transport.md` §4, §5.1.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::{self, cipher_suite};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig,
    SignatureScheme, SupportedCipherSuite,
};

/// The two of TLS 1.2, chosen after BSI TR-02102-2.
const TLS12_SUITES: [SupportedCipherSuite; 2] = [
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
];

/// As much of a TLS connection as is read at once, in bytes: two records. By itself rustls reads a record
/// in pieces of 4 KiB.
pub(crate) const READ_AT_ONCE: usize = 2 * 16 * 1024;

/// As much as is encrypted before it is written, in bytes: a frame of HTTP/2 goes out in one write.
pub(crate) const WRITTEN_AT_ONCE: usize = 160 * 1024;

/// A certificate with its chain, and its key.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

fn provider(tls13: &[SupportedCipherSuite]) -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        cipher_suites: [tls13, &TLS12_SUITES].concat(),
        ..ring::default_provider()
    })
}

/// The client's side: HTTP/2 only, our certificate always presented.
///
/// Without `resumed` every connection is negotiated from the beginning.
pub(crate) fn client(
    roots: RootCertStore,
    identity: Identity,
    resumed: bool,
) -> Result<ClientConfig, Error> {
    let provider = provider(&[
        cipher_suite::TLS13_AES_256_GCM_SHA384,
        cipher_suite::TLS13_AES_128_GCM_SHA256,
        cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    ]);
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_root_certificates(roots)
        .with_client_auth_cert(identity.chain, identity.key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    if !resumed {
        config.resumption = Resumption::disabled();
    }
    Ok(config)
}

/// The server's side, and what checks the certificates of clients once they are connected.
pub(crate) fn server(
    client_roots: RootCertStore,
    identity: Identity,
) -> Result<(ServerConfig, Arc<dyn ClientCertVerifier>), Error> {
    let provider = provider(&[
        cipher_suite::TLS13_AES_256_GCM_SHA384,
        cipher_suite::TLS13_AES_128_GCM_SHA256,
    ]);
    let roots = Arc::new(client_roots);
    let verifier =
        WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
    let verifier = verifier.map_err(|error| Error::General(error.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(Arc::new(LaterVerified(Arc::clone(&verifier))))
        .with_single_cert(identity.chain, identity.key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, verifier))
}

/// Lets every client in that proves that the certificate which it presents is its own, or that presents
/// none. The chain is verified right after the handshake, for each connection, resumed ones included:
/// a client without a good certificate is to be told so by a 400, not by a broken handshake.
///
/// Source: `transport.md` §5.1, scenarios D7.
#[derive(Debug)]
struct LaterVerified(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for LaterVerified {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
