//! Which transport a test file uses.

use federation_api::Version;
use federation_clients::{
    Address, Connection, HttpSettings, HttpTransport, HyperTransport, Options, Transport, Versions,
};

/// The transport that a test file uses: reqwest's, or hyper's if it is compiled into `lean_transport`.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    lean: bool,
}

/// The [`Network`] of the test file that says this.
#[macro_export]
macro_rules! network {
    () => {
        $crate::Network::of(env!("CARGO_CRATE_NAME"))
    };
}

impl Network {
    /// For [`network!`].
    #[must_use]
    pub fn of(test_file: &str) -> Self {
        Self {
            lean: test_file == "lean_transport",
        }
    }

    /// A transport.
    #[must_use]
    pub fn transport(self, settings: &HttpSettings) -> Box<dyn Transport> {
        if self.lean {
            Box::new(HyperTransport::new(settings))
        } else {
            Box::new(HttpTransport::new(settings).expect("a transport"))
        }
    }

    /// What [`Connection::direct`] is, over this transport.
    #[must_use]
    pub fn direct(self, url: &str) -> Connection {
        if !self.lean {
            return Connection::direct(url).expect("an address");
        }
        let options = Options::default().versions(Versions::Fixed(Version::NEWEST));
        let transport = HyperTransport::new(&HttpSettings::default());
        let address = Address::direct(url).expect("an address");
        Connection::new(address, transport, options)
    }

    /// What [`Connection::via_federator`] is, over this transport.
    #[must_use]
    pub fn via_federator(self, url: &str) -> Connection {
        if !self.lean {
            return Connection::via_federator(url).expect("an address");
        }
        let transport = HyperTransport::new(&HttpSettings::default());
        let address = Address::via_federator(url).expect("an address");
        Connection::new(address, transport, Options::default())
    }
}
