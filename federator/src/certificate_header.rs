//! The client certificate as an ingress hands it over: `X-SSL-Certificate`.
//!
//! Believed as it stands: neither signature nor dates nor chain are checked, which the ingress has done.
//! Not looked at where Inward ends TLS itself.
//!
//! Source: `transport.md` §5.1, §5.3.

use http::{HeaderMap, HeaderName};
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::answer::Answer;
use crate::certificate_names::CertificateNames;
use crate::single_header::single;

static NAME: HeaderName = HeaderName::from_static("x-ssl-certificate");

/// The names of the certificate in the header.
pub(crate) fn names(headers: &HeaderMap) -> Result<CertificateNames, Answer> {
    let text = single(headers, &NAME, "X-SSL-Certificate")?;
    parse(text).map_err(|reason| {
        Answer::Text(format!(
            "Error parsing header X-SSL-Certificate failed: {reason}"
        ))
    })
}

fn parse(text: &str) -> Result<CertificateNames, String> {
    let spaced = text.replace('+', " ");
    let pem: Vec<u8> = percent_decode_str(&spaced).collect();
    let blocks = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let blocks = blocks.map_err(|error| error.to_string())?;
    match &blocks[..] {
        [] => Err("no certificate found".to_owned()),
        [one] => CertificateNames::of(one).map_err(|error| error.to_string()),
        _ => Err("found multiple certificates".to_owned()),
    }
}
