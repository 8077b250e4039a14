//! The ways from a client to the component.

use std::net::SocketAddr;
use std::time::Duration;

use federation_api::Version;
use federation_clients::{Address, Connection, HttpSettings, HttpTransport, Options, Versions};

use bench_harness::Failed;

/// A way from a client to the component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Straight to it.
    Direct,
    /// Over two federators with kept connections.
    Pooled,
    /// As existing federators do it.
    PerCall,
    /// Over two nginx.
    Nginx,
}

impl Way {
    pub(super) const ALL: [Self; 4] = [Self::Direct, Self::Pooled, Self::PerCall, Self::Nginx];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Pooled => "federators",
            Self::PerCall => "per call",
            Self::Nginx => "nginx",
        }
    }

    pub(super) fn connection(self, target: SocketAddr) -> Result<Connection, Failed> {
        let transport = HttpTransport::new(&HttpSettings::default())?;
        self.connection_over(transport, target)
    }

    pub(crate) fn connection_over(
        self,
        transport: HttpTransport,
        target: SocketAddr,
    ) -> Result<Connection, Failed> {
        let url = format!("http://{target}");
        let address = match self {
            Self::Direct => Address::direct(&url)?,
            _ => Address::via_federator(&url)?,
        };
        let own = Version::ALL.to_vec();
        let options = Options::default();
        let options = match self {
            Self::Pooled => options,
            // Before every call.
            Self::PerCall => options.versions(Versions::Negotiate {
                own,
                keep: Duration::ZERO,
            }),
            _ => options.versions(Versions::Fixed(Version::NEWEST)),
        };
        Ok(Connection::new(address, transport, options))
    }
}
