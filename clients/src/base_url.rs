//! From an HTTP request to one of reqwest, without reading the same URL again for every call.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, Scheme};
use reqwest::Url;

use crate::transport::TransportError;

/// The scheme and host of the first request, which are those of nearly all that follow: a transport
/// belongs to one address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Base(Arc<OnceLock<Known>>);

#[derive(Debug)]
struct Known {
    scheme: Scheme,
    authority: Authority,
    url: Url,
}

impl Base {
    /// The same request for reqwest.
    pub(crate) fn request(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<reqwest::Request, TransportError> {
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.url(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body.into());
        Ok(request)
    }

    fn url(&self, uri: &Uri) -> Result<Url, TransportError> {
        if let Some(known) = self.0.get()
            && uri.scheme() == Some(&known.scheme)
            && uri.authority() == Some(&known.authority)
            && uri.query().is_none()
        {
            let mut url = known.url.clone();
            url.set_path(uri.path());
            return Ok(url);
        }
        let url: Url = uri
            .to_string()
            .parse()
            .map_err(|error| TransportError::Connect(Box::new(error)))?;
        if let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) {
            let mut base = url.clone();
            base.set_path("");
            base.set_query(None);
            // Another call may have been first; then its host is the one that is known.
            let _ = self.0.set(Known {
                scheme: scheme.clone(),
                authority: authority.clone(),
                url: base,
            });
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::Base;

    #[test]
    fn every_url_is_what_it_would_be_without_memory() {
        let base = Base::default();
        for url in [
            "http://127.0.0.1:8082/federation/api-version",
            "http://127.0.0.1:8082/federation/get-users-by-ids",
            "http://127.0.0.1:8082/",
            "http://127.0.0.1:8082/rpc/b.example.com/brig/api-version",
            "http://127.0.0.1:8082/rpc?a=b",
            "https://127.0.0.1:8082/federation/api-version",
            "http://localhost/federation/api-version",
        ] {
            let request = http::Request::post(url).body(bytes::Bytes::new());
            let request = base.request(request.expect(url)).expect(url);
            assert_eq!(request.url().as_str(), url);
            assert_eq!(request.method(), "POST");
        }
    }
}
