//! Which queue a command is about.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueHint};
use federation_notifications::{Address, Amqp, Embedded, Operate, Queue};

use crate::fault::Fault;

/// The variables that name a queue where no flag does.
const FILE: &str = "FEDERATION_QUEUE";
const BROKER: &str = "FEDERATION_AMQP";

/// Where a queue is.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The file of the queue, on this machine. Made if it is not there. Without --queue and --amqp the
    /// variable FEDERATION_QUEUE is looked at.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    queue: Option<PathBuf>,

    /// RabbitMQ in place of a file: amqp://user:password@host:5672/vhost, or amqps:// for TLS. Without --queue and --amqp the
    /// variable FEDERATION_AMQP is looked at.
    #[arg(long, value_name = "URL", conflicts_with = "queue")]
    amqp: Option<String>,

    /// The management API of RabbitMQ, which knows the targets. By default port 15672 of the
    /// same host, or with amqps:// port 15671 with TLS.
    #[arg(long, value_name = "URL", conflicts_with = "queue")]
    management: Option<String>,

    /// Certificates in PEM that vouch for a RabbitMQ at amqps://, besides those of the system.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "queue")]
    amqp_ca: Option<PathBuf>,

    /// How many messages for a target RabbitMQ hands out in advance.
    #[arg(long, value_name = "N", conflicts_with = "queue", default_value_t = Amqp::PREFETCH)]
    prefetch: u16,
}

/// A queue from both sides.
pub(crate) struct Opened {
    pub(crate) queue: Arc<dyn Queue>,
    pub(super) operate: Arc<dyn Operate>,
}

enum Chosen {
    File(PathBuf),
    Broker(String),
}

impl Place {
    pub(crate) fn is_broker(&self) -> Result<bool, Fault> {
        Ok(matches!(self.chosen()?, Chosen::Broker(_)))
    }

    /// What is said, or else what the environment says.
    fn chosen(&self) -> Result<Chosen, Fault> {
        if let Some(url) = &self.amqp {
            return Ok(Chosen::Broker(url.clone()));
        }
        if let Some(path) = &self.queue {
            return Ok(Chosen::File(path.clone()));
        }
        let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
        match (variable(FILE), variable(BROKER)) {
            (Some(path), None) => Ok(Chosen::File(path.into())),
            (None, Some(url)) => match url.into_string() {
                Ok(url) => Ok(Chosen::Broker(url)),
                Err(_) => Err(Fault::Usage(format!("{BROKER} is no text"))),
            },
            (None, None) => Err(Fault::usage("say which queue: --queue FILE or --amqp URL")),
            (Some(_), Some(_)) => Err(Fault::Usage(format!(
                "{FILE} and {BROKER} are both set; say which queue: --queue FILE or --amqp URL"
            ))),
        }
    }

    /// The queue to look into: a file that is not there is a mistake.
    pub(super) fn existing(&self) -> Result<Opened, Fault> {
        match self.chosen()? {
            Chosen::File(path) if !path.exists() => Err(Fault::failed(format!(
                "{}: there is no such queue; `federation push` and `federation queue put` make one",
                path.display()
            ))),
            _ => self.open(),
        }
    }

    /// The queue, made if it is not there.
    pub(crate) fn open(&self) -> Result<Opened, Fault> {
        match self.chosen()? {
            Chosen::Broker(url) => {
                let mut address = Address::parse(&url).map_err(Fault::usage)?;
                if let Some(path) = &self.amqp_ca {
                    let pem = std::fs::read_to_string(path)
                        .map_err(|error| Fault::Failed(format!("{}: {error}", path.display())))?;
                    address = address.with_authorities(pem).map_err(Fault::failed)?;
                }
                if let Some(management) = &self.management {
                    address = address.with_management(management);
                }
                let queue = Arc::new(Amqp::new(address, self.prefetch).map_err(Fault::failed)?);
                Ok(Opened {
                    queue: queue.clone(),
                    operate: queue,
                })
            }
            Chosen::File(path) => {
                let queue = Arc::new(Embedded::open(path).map_err(Fault::failed)?);
                Ok(Opened {
                    queue: queue.clone(),
                    operate: queue,
                })
            }
        }
    }
}
