//! One attempt to deliver one message, and what its result means.

use std::time::{Duration, Instant};

use bytes::Bytes;
use federation_api::{Brig, Call, Domain, RequestId, Unit, Version, VersionInfo};
use federation_clients::{CallError, Connection, brig};

use super::choice;
use crate::bundle::{BackendNotification, PayloadBundle, StoredMessage};

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Attempt {
    Delivered,
    /// The target can never accept it, at least not as it is now.
    Never(Never),
    /// Trying again can help.
    Later(String),
}

/// The most characters of a reason: it is kept with a dead letter, where a broker has little room, and part of
/// it may be what the target wrote.
const REASON: usize = 1000;

/// Why a target can never accept a message.
#[derive(Debug, thiserror::Error)]
pub(super) enum Never {
    #[error("unreadable: {0}")]
    Unreadable(String),
    #[error("the target cannot read the body: {0}")]
    Refused(CallError),
    #[error("too large for the target: {0}")]
    TooLarge(CallError),
    #[error("the target speaks {spoken:?}, the message has forms for {forms}")]
    NoForm { spoken: Vec<i64>, forms: String },
}

impl Never {
    /// What is kept and logged of it.
    pub(super) fn reason(&self) -> String {
        bounded(self.to_string())
    }

    /// Whether existing senders drop such a message as well; for the others they try for ever.
    pub(super) fn is_dropped_by_others(&self) -> bool {
        matches!(self, Self::Unreadable(_) | Self::Refused(_))
    }
}

/// What one target is known to speak.
#[derive(Debug)]
pub(super) struct Deliverer {
    connection: Connection,
    target: Domain,
    timeout: Duration,
    keep: Duration,
    spoken: Option<(VersionInfo, Instant)>,
}

impl Deliverer {
    pub(super) fn new(
        connection: Connection,
        target: Domain,
        timeout: Duration,
        keep: Duration,
    ) -> Self {
        Self {
            connection,
            target,
            timeout,
            keep,
            spoken: None,
        }
    }

    pub(super) async fn attempt(&mut self, body: &Bytes) -> Attempt {
        let message = match StoredMessage::read(body) {
            Ok(message) => message,
            Err(error) => return Attempt::Never(Never::Unreadable(error.to_string())),
        };
        let (notification, version) = match self.choose(&message).await {
            Ok(chosen) => chosen,
            Err(end) => return end,
        };
        let call = self.call(notification);
        let delivered = self.connection.deliver(
            &notification.target_component,
            &notification.path,
            &call,
            version,
            Bytes::copy_from_slice(notification.body.as_bytes()),
        );
        match delivered.await {
            Ok(_) => Attempt::Delivered,
            Err(error) => {
                // It may have become another version in the meantime.
                self.spoken = None;
                judge(error)
            }
        }
    }

    async fn choose<'a>(
        &mut self,
        message: &'a StoredMessage,
    ) -> Result<(&'a BackendNotification, Version), Attempt> {
        let bundle = match message {
            StoredMessage::Legacy(single) => return Ok((single, Version::V0)),
            StoredMessage::Bundle(bundle) => bundle,
        };
        let Some(first) = bundle.notifications.first() else {
            let reason = "a bundle without notifications".to_owned();
            return Err(Attempt::Never(Never::Unreadable(reason)));
        };
        loop {
            let remembered = self.remembered();
            // What it said a while ago condemns nothing: it may read the message by now.
            let is_new = remembered.is_none();
            let spoken = match remembered {
                Some(spoken) => spoken,
                None => self
                    .ask(first)
                    .await
                    .map_err(|error| Attempt::Later(bounded(error.to_string())))?,
            };
            if let Some(best) = choice::best(bundle, &spoken) {
                return Ok(best);
            }
            self.spoken = None;
            if is_new {
                return Err(Attempt::Never(no_form(bundle, spoken)));
            }
        }
    }

    /// The versions that the target said it speaks, unless that is too long ago.
    fn remembered(&self) -> Option<VersionInfo> {
        let (spoken, at) = self.spoken.as_ref()?;
        (at.elapsed() < self.keep).then(|| spoken.clone())
    }

    /// The versions that the target speaks now.
    async fn ask(&mut self, first: &BackendNotification) -> Result<VersionInfo, CallError> {
        let brig = brig::Client::new(self.connection.clone());
        let spoken = brig.api_version(&self.call(first), Unit).await?;
        self.spoken = Some((spoken.clone(), Instant::now()));
        Ok(spoken)
    }

    fn call(&self, notification: &BackendNotification) -> Call {
        let request_id = notification.request_id.clone();
        // What existing senders say where nothing is known.
        let request_id = request_id.or_else(|| "N/A".parse().ok());
        let request_id = request_id.unwrap_or_else(RequestId::random);
        Call::under(
            request_id,
            notification.own_domain.clone(),
            self.target.clone(),
        )
        .with_timeout(self.timeout)
    }
}

fn no_form(bundle: &PayloadBundle, spoken: VersionInfo) -> Never {
    let versions = bundle
        .notifications
        .iter()
        .map(|form| match form.body_versions {
            Some(versions) => versions.to_string(),
            None => "no version".to_owned(),
        });
    Never::NoForm {
        spoken: spoken.supported_versions,
        forms: versions.collect::<Vec<_>>().join(", "),
    }
}

/// What a failed delivery means for the next one (`transport.md` §11.4, the table of failures).
fn judge(error: CallError) -> Attempt {
    match error.failure().inner.as_deref() {
        Some(inner) if inner.code == 400 && inner.label == "bad-request" => {
            Attempt::Never(Never::Refused(error))
        }
        Some(inner) if inner.code == 413 => Attempt::Never(Never::TooLarge(error)),
        _ => Attempt::Later(bounded(error.to_string())),
    }
}

/// The beginning of a reason that is too long.
fn bounded(mut reason: String) -> String {
    if let Some((end, _)) = reason.char_indices().nth(REASON) {
        reason.truncate(end);
        reason.push('…');
    }
    reason
}
