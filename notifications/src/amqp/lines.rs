//! Connections to the broker, made when they are needed and again when they broke.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use lapin::options::ConfirmSelectOptions;
use lapin::types::ShortString;
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::sync::Mutex;

use super::address::Address;
use crate::queue::QueueError;

/// Channels on one connection: a broker allows 2047 by default.
const CHANNELS: usize = 1000;

/// How long publishers share one channel. A channel numbers what it sends to a queue, and the broker keeps for
/// ever what does not begin with the first number: where a queue is deleted and somebody else makes it again,
/// what an old channel sends is confirmed and lies there unseen.
const AGE: Duration = Duration::from_secs(30);

/// How long connecting may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The connections of one process: one that publishes, which a broker may slow down, and others that
/// consume.
pub(super) struct Lines {
    address: Address,
    publishing: Mutex<Option<Arc<Publishing>>>,
    consuming: Mutex<Vec<Weak<Connection>>>,
}

/// The channel on which all publish, and which queues were declared on it.
pub(super) struct Publishing {
    pub(super) channel: Channel,
    pub(super) declared: Mutex<HashSet<ShortString>>,
    connection: Connection,
    since: Instant,
}

/// A channel that keeps its connection.
pub(super) struct Line {
    pub(super) channel: Channel,
    _connection: Arc<Connection>,
}

impl Lines {
    pub(super) fn new(address: Address) -> Self {
        Self {
            address,
            publishing: Mutex::default(),
            consuming: Mutex::default(),
        }
    }

    /// A channel on which the broker confirms what it has stored. All publishers share it.
    pub(super) async fn publishing(&self) -> Result<Arc<Publishing>, QueueError> {
        let mut publishing = self.publishing.lock().await;
        if let Some(line) = &*publishing
            && line.connection.status().connected()
            && line.channel.status().connected()
            && line.since.elapsed() < AGE
        {
            return Ok(line.clone());
        }
        *publishing = None;
        let connection = self.connect("publisher").await?;
        let opened = async {
            let channel = connection.create_channel().await?;
            channel
                .confirm_select(ConfirmSelectOptions::default())
                .await?;
            Ok(channel)
        };
        let line = Arc::new(Publishing {
            channel: self.in_time(opened).await?,
            declared: Mutex::default(),
            connection,
            since: Instant::now(),
        });
        *publishing = Some(line.clone());
        Ok(line)
    }

    /// The next publisher gets a new channel.
    pub(super) async fn forget_publishing(&self) {
        *self.publishing.lock().await = None;
    }

    /// A channel of one's own on a connection for consumers.
    pub(super) async fn consuming(&self) -> Result<Line, QueueError> {
        let connection = {
            let mut consuming = self.consuming.lock().await;
            consuming.retain(|connection| connection.strong_count() > 0);
            let mut usable = consuming.iter().filter_map(Weak::upgrade);
            let free = |connection: &Arc<Connection>| {
                connection.status().connected() && Arc::strong_count(connection) <= CHANNELS
            };
            match usable.find(free) {
                Some(connection) => connection,
                None => {
                    let connection = Arc::new(self.connect("consumer").await?);
                    consuming.push(Arc::downgrade(&connection));
                    connection
                }
            }
        };
        let channel = self.in_time(connection.create_channel()).await?;
        Ok(Line {
            channel,
            _connection: connection,
        })
    }

    async fn connect(&self, role: &str) -> Result<Connection, QueueError> {
        let name = format!("federation notifications {role}");
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connected = Connection::connect_uri(self.address.uri.clone(), properties);
        self.in_time(connected).await
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
            queue: self.address.to_string(),
            reason: reason.to_owned(),
        }
    }

    pub(super) fn failed(&self, reason: &dyn std::fmt::Display) -> QueueError {
        QueueError::Failed {
            queue: self.address.to_string(),
            reason: reason.to_string(),
        }
    }
}
