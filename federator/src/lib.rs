//! Relays federated calls between messaging backends: discovery, mutual TLS, policy, the error model.
//!
//! A federator has two listeners. *Outward* takes `POST /rpc/:domain/:component/:rpc` of the components of
//! its backend, finds the target in the DNS and calls it over mutual TLS. *Inward* takes
//! `POST /federation/:component/:rpc` of other backends, makes sure that the caller is who it says, and
//! calls the component. It reads the configuration of existing federators and can stand in for one.
//!
//! ```no_run
//! use federation_federator::{Config, Federator};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let running = Federator::start(Config::read("federator.yaml".as_ref())?).await?;
//! println!("outward {}, inward {}", running.outward(), running.inward());
//! // …
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Who is believed
//!
//! `Wire-Origin-Domain` is a claim until the client certificate names one of the hosts that the DNS gives
//! for that domain. The certificate comes from the TLS connection where Inward ends TLS itself
//! (`inwardTls`), and only then; else from `X-SSL-Certificate`, which an ingress must set, and behind which
//! alone such an Inward may be reachable.
//!
//! # What is better than in existing federators
//!
//! Connections to other backends are kept and shared, renewed in time and when certificates change; if
//! the first target of a backend cannot be reached, the next one is called. Policy and DNS answers are
//! kept for a short while. Everything is bounded: see [`Limits`].
//!
//! # What can be seen of it
//!
//! Metrics are on `/i/metrics` of Outward. Each request is a `tracing` span, `federator_outward` or
//! `federator_inward`, with the `request_id`. Inside of the former, debug events tell of what went over the
//! network: `federation_federator::connected` of each TLS connection, `federation_federator::answered` of
//! each response head of another backend. Times in them are in microseconds: of the TLS handshake, and from
//! sending a request to the head of its response.
//!
//! # What differs on purpose
//!
//! - A header that says who calls is refused if it is given twice.
//! - `Wire-Remote-IP` of a remote response is replaced, not preceded: readers take the first.
//! - `data` of an error names the target although the DNS gives it with a dot at its end.
//! - Redirects of components are passed on, not followed.
//! - Where Inward ends TLS itself, its `/i/` routes are 404: they are not for the world. Outward has them.
//! - `Wire-Origin-IP` is then the address of the peer; `X-Forwarded-For` is not looked at.
//! - Each listener asks the other for its health, not both Outward.

mod answer;
mod body;
mod cache;
mod certificate_header;
mod certificate_names;
mod clock;
mod config;
mod credentials;
mod dial;
mod discovery;
mod federator;
mod first_line;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod held_body;
mod hop_headers;
mod inward;
mod limits;
mod listener;
mod local;
mod metrics;
mod operations;
mod origin_ip;
mod outward;
mod path;
mod peer_lane;
mod policy;
mod pool;
mod relay;
mod reload;
mod remote_error;
mod remotes;
mod rpc_name;
mod single_header;
mod tls;
mod wire;

pub use clock::{Clock, SystemClock};
pub use config::{Config, ConfigError, Endpoint, InwardTls, OptSettings};
pub use credentials::CredentialsError;
pub use discovery::{
    Discovery, DiscoveryError, DnsDiscovery, DnsSetupError, Found, SrvTarget, in_order,
    service_name,
};
pub use federator::{Federator, Parts, Running, StartError};
pub use limits::Limits;
pub use policy::{Policy, Remote, Restriction, Strategy};
pub use rpc_name::{RpcName, RpcNameError};
