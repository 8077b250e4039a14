//! Connections to the broker, made when they are needed and again when they broke.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::types::ShortString;
use lapin::{Channel, Connection, ConnectionProperties, DefaultConnectionBuilder};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use super::address::Address;
use super::attempt::Attempt;
use crate::queue::QueueError;

/// Channels on one connection: a broker allows 2047 by default.
const CHANNELS: usize = 1000;

/// How long connecting may take, and anything else that is asked of a broker.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The connections of one process: one that publishes, which a broker may slow down, and others that
/// consume.
#[derive(Clone)]
pub(super) struct Lines(Arc<Inner>);

struct Inner {
    address: Address,
    publishing: Attempt<Arc<Publishing>>,
    /// The one on which the next consumer gets its channel.
    consuming: Attempt<Arc<Connection>>,
}

/// The channel on which all publish, and which queues were declared on it.
pub(super) struct Publishing {
    pub(super) channel: Channel,
    pub(super) declared: Mutex<HashSet<ShortString>>,
    connection: Connection,
}

/// A channel that keeps its connection.
pub(super) struct Line {
    pub(super) channel: Channel,
    _connection: Arc<Connection>,
}

impl Lines {
    pub(super) fn new(address: Address) -> Self {
        Self(Arc::new(Inner {
            address,
            publishing: Attempt::default(),
            consuming: Attempt::default(),
        }))
    }

    /// A channel on which the broker confirms what it has stored. All publishers share it.
    pub(super) async fn publishing(&self) -> Result<Arc<Publishing>, QueueError> {
        let usable = |line: &Arc<Publishing>| {
            line.connection.status().connected() && line.channel.status().connected()
        };
        let make = || {
            let lines = self.clone();
            async move { lines.begin_publishing().await }
        };
        self.0.publishing.get(usable, make).await
    }

    async fn begin_publishing(&self) -> Result<Arc<Publishing>, QueueError> {
        let connection = self.connect("publisher").await?;
        let opened = async {
            let channel = connection.create_channel().await?;
            channel
                .confirm_select(ConfirmSelectOptions::default())
                .await?;
            Ok(channel)
        };
        Ok(Arc::new(Publishing {
            channel: self.in_time(opened).await?,
            declared: Mutex::default(),
            connection,
        }))
    }

    /// The next publisher gets a new channel.
    pub(super) fn forget_publishing(&self) {
        self.0.publishing.forget();
    }

    /// A channel of one's own on a connection for consumers.
    pub(super) async fn consuming(&self) -> Result<Line, QueueError> {
        let usable = |connection: &Arc<Connection>| {
            connection.status().connected() && Arc::strong_count(connection) <= CHANNELS
        };
        let make = || {
            let lines = self.clone();
            async move { Ok(Arc::new(lines.connect("consumer").await?)) }
        };
        let connection = self.0.consuming.get(usable, make).await?;
        let channel = self.in_time(connection.create_channel()).await?;
        Ok(Line {
            channel,
            _connection: connection,
        })
    }

    async fn connect(&self, role: &str) -> Result<Connection, QueueError> {
        let name = format!("federation notifications {role}");
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let address = &self.0.address;
        let at = &address.uri.authority;
        // lapin leaves a task behind for each attempt that fails (seen in 4.12), and most fail because
        // nobody listens.
        let listens = TcpStream::connect((at.host.as_str(), at.port));
        match tokio::time::timeout(TIMEOUT, listens).await {
            Ok(Ok(stream)) => drop(stream),
            Ok(Err(error)) => return Err(self.unreachable(&error.to_string())),
            Err(_) => return Err(self.unreachable("it does not answer")),
        }
        self.in_time(async {
            DefaultConnectionBuilder::new()?
                .with_uri(address.uri.clone())
                .with_tls_config(address.tls.clone())
                .with_properties(properties)
                .connect()
                .await
        })
        .await
    }

    /// Does it, or gives up: what is asked on a connection that breaks may stay without an answer.
    pub(super) async fn in_time<T>(
        &self,
        work: impl Future<Output = lapin::Result<T>>,
    ) -> Result<T, QueueError> {
        match tokio::time::timeout(TIMEOUT, work).await {
            Ok(done) => done.map_err(|error| self.unreachable(&error.to_string())),
            Err(_) => Err(self.unreachable("it does not answer")),
        }
    }

    pub(super) fn unreachable(&self, reason: &str) -> QueueError {
        QueueError::Unreachable {
            queue: self.0.address.to_string(),
            reason: reason.to_owned(),
        }
    }

    pub(super) fn failed(&self, reason: &dyn std::fmt::Display) -> QueueError {
        QueueError::Failed {
            queue: self.0.address.to_string(),
            reason: reason.to_string(),
        }
    }
}
