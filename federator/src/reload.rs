//! New certificates without a restart.
//!
//! The content of the files is compared in intervals, which sees everything that can happen to them:
//! overwritten, renamed, links or parent directories swapped as Kubernetes does it. Running connections
//! keep what they have; new ones get the new.
//!
//! Source: `transport.md` §18.3.

use std::sync::Arc;

use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::credentials::{CredentialsError, Current, Files};

/// Watches until `stop` changes. `files` is what the current credentials were made of. Does not wait for
/// the end of the interval when `now` is notified.
pub(crate) async fn watch(
    config: Arc<Config>,
    current: Arc<Current>,
    files: Files,
    now: Arc<Notify>,
    mut stop: watch::Receiver<bool>,
) {
    let mut seen = Seen::Files(Box::new(files));
    loop {
        tokio::select! {
            () = tokio::time::sleep(config.limits.reload_interval) => {}
            () = now.notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let (config, current) = (Arc::clone(&config), Arc::clone(&current));
        let looked = tokio::task::spawn_blocking(move || look(&config, &current, seen));
        match looked.await {
            Ok(there) => seen = there,
            Err(_) => return,
        }
    }
}

/// What was there when one last looked, so that a fault is logged once.
enum Seen {
    Files(Box<Files>),
    Fault(String),
}

fn look(config: &Config, current: &Current, seen: Seen) -> Seen {
    let files = match Files::read(config) {
        Ok(files) => files,
        Err(error) => return fault(&error, &seen),
    };
    if matches!(&seen, Seen::Files(known) if **known == files) {
        return seen;
    }
    match files.credentials() {
        Ok(credentials) => {
            tracing::info!("new certificates are in use for new connections");
            current.replace(credentials);
        }
        // Between the replacement of a certificate and that of its key this is the usual case.
        Err(error) => tracing::error!(%error, "the old certificates stay in use"),
    }
    Seen::Files(Box::new(files))
}

fn fault(error: &CredentialsError, seen: &Seen) -> Seen {
    let text = error.to_string();
    if !matches!(seen, Seen::Fault(known) if *known == text) {
        tracing::error!(%error, "the old certificates stay in use");
    }
    Seen::Fault(text)
}
