//! Where the policy comes from.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use federation_api::{Domain, RequestId, headers};
use http::header::HeaderName;
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full, Limited};

use super::{Policy, Strategy, denied};
use crate::answer::Answer;
use crate::cache::Cache;
use crate::clock::Clock;
use crate::config::Endpoint;
use crate::limits::Limits;
use crate::local::Local;

/// The most of brig's answer that is read: 10 000 remotes and more.
const LONGEST: usize = 16 * 1024 * 1024;

/// Where the policy comes from: the configuration, or brig, whose answer is kept briefly.
#[derive(Debug)]
pub(crate) enum PolicySource {
    Configured(Rule),
    Brig(Box<Brig>),
}

/// The brig of this backend, as far as it knows the policy.
#[derive(Debug)]
pub(crate) struct Brig {
    local: Local,
    endpoint: Endpoint,
    cache: Cache<(), Arc<Rule>, String>,
    time: Duration,
}

/// A policy, made for looking domains up.
#[derive(Debug)]
pub(crate) struct Rule {
    strategy: Strategy,
    known: HashSet<Domain>,
}

impl Rule {
    fn allows(&self, domain: &Domain) -> bool {
        match self.strategy {
            Strategy::AllowNone => false,
            Strategy::AllowAll => true,
            Strategy::AllowDynamic => self.known.contains(domain),
        }
    }
}

impl From<Policy> for Rule {
    fn from(policy: Policy) -> Self {
        let domains = policy.remotes.into_iter().map(|remote| remote.domain);
        Self {
            strategy: policy.strategy,
            known: domains.collect(),
        }
    }
}

impl PolicySource {
    pub(crate) fn of_brig(
        local: Local,
        endpoint: Endpoint,
        limits: &Limits,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        Self::Brig(Box::new(Brig {
            local,
            endpoint,
            cache: Cache::new(1, limits.policy_cache, Arc::clone(clock)),
            time: limits.policy_time,
        }))
    }

    /// Whether this backend federates with `domain`; 400 `federation-denied` if not, 500 if that cannot be
    /// found out.
    pub(crate) async fn check(&self, domain: &Domain, id: &RequestId) -> Result<(), Answer> {
        let allowed = match self {
            Self::Configured(rule) => rule.allows(domain),
            Self::Brig(brig) => {
                let ask = || {
                    ask(
                        brig.local.clone(),
                        brig.endpoint.clone(),
                        id.clone(),
                        brig.time,
                    )
                };
                let policy = brig.cache.get(&(), ask).await;
                policy.map_err(Answer::internal)?.allows(domain)
            }
        };
        if allowed {
            Ok(())
        } else {
            Err(denied(domain).into())
        }
    }
}

async fn ask(
    local: Local,
    brig: Endpoint,
    id: RequestId,
    time: Duration,
) -> Result<(Arc<Rule>, Duration), String> {
    static REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);
    let failed = |what: String| format!("the federation policy cannot be had of brig: {what}");
    let asked = async {
        let mut request = Request::new(Full::default());
        *request.method_mut() = Method::GET;
        let id = HeaderValue::from_str(id.as_str()).map_err(|error| error.to_string())?;
        request.headers_mut().insert(&REQUEST_ID, id);
        let response = local.send(&brig, "/i/federation/remotes", request).await?;
        let status = response.status();
        if !status.is_success() {
            return Err(format!("it answered {status}"));
        }
        let body = Limited::new(response.into_body(), LONGEST).collect().await;
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        serde_json::from_slice::<Policy>(&body).map_err(|error| error.to_string())
    };
    match tokio::time::timeout(time, asked).await {
        Ok(Ok(policy)) => {
            let keep = policy
                .update_interval
                .map_or(Duration::MAX, Duration::from_secs);
            Ok((Arc::new(policy.into()), keep))
        }
        Ok(Err(what)) => Err(failed(what)),
        Err(_) => Err(failed(format!("no answer within {time:?}"))),
    }
}
