//! Faults, one after the other and above each other, and calm between them.

use std::sync::Arc;
use std::time::Duration;

use bench_harness::Failed;
use fastrand::Rng;
use tokio::time::{Instant, sleep, sleep_until};

use super::authority::Authority;
use super::broker::Broker;
use super::cable::Blow;
use super::dns::{Dns, Mood};
use super::federator::Restartable;
use super::site::Site;
use super::tally::Tally;
use super::weather::{Fault, Weather};

/// How long faults come one after the other.
const STORM: Duration = Duration::from_secs(20);
/// How long there are none then: longer than what any of them brings about.
const CALM: Duration = Duration::from_secs(10);
/// Several times as long as a federator takes to notice new certificates.
const NOTICED: Duration = Duration::from_millis(1500);

/// How old the queues on a broker are before it crashes for the first time.
const SETTLED: Duration = Duration::from_secs(4);

/// Makes faults.
pub(super) struct Storm {
    pub(super) sites: [Arc<Site>; 2],
    pub(super) dns: Arc<Dns>,
    pub(super) broker: Option<Arc<Broker>>,
    pub(super) weather: Arc<Weather>,
    pub(super) tally: Arc<Tally>,
    pub(super) authority: Authority,
    pub(super) random: Rng,
}

impl Storm {
    /// Makes faults until then, and ends in calm weather.
    pub(super) async fn rage(mut self, end: Instant) -> Result<(), Failed> {
        if self.broker.is_some() {
            // RabbitMQ 3.10 does not keep a queue that is only a second old when it crashes; see `Amqp`.
            sleep(SETTLED).await;
        }
        while Instant::now() + CALM < end {
            let lull = (Instant::now() + STORM).min(end - CALM);
            // Each kind once before any comes again.
            let mut kinds = Vec::new();
            while Instant::now() < lull {
                if kinds.is_empty() {
                    kinds.extend(Fault::MADE);
                    kinds.extend(self.broker.as_ref().map(|_| Fault::Broker));
                    self.random.shuffle(&mut kinds);
                }
                if let Some(fault) = kinds.pop() {
                    self.strike(fault).await?;
                }
                self.pause(100..1000).await;
            }
            sleep_until((Instant::now() + CALM).min(end)).await;
        }
        sleep_until(end).await;
        Ok(())
    }

    async fn strike(&mut self, fault: Fault) -> Result<(), Failed> {
        self.tally.made(fault);
        let site = Arc::clone(&self.sites[self.random.usize(0..2)]);
        self.weather.begins(fault);
        match fault {
            Fault::Cut => {
                for _ in 0..self.random.usize(1..8) {
                    let blows = [Blow::Closed, Blow::Reset];
                    site.cable.strike(blows[self.random.usize(0..2)]);
                    self.pause(1..300).await;
                }
            }
            Fault::Delay => {
                site.cable.delay(self.random.u64(10..250));
                self.pause(500..3000).await;
                site.cable.delay(0);
            }
            Fault::HalfOpen => {
                site.cable.strike(Blow::Dead);
                self.pause(100..1000).await;
            }
            Fault::Restart => {
                let mut federator = site.federator.lock().await;
                federator.end().await?;
                self.pause(1..1000).await;
                federator.begin().await?;
            }
            Fault::Crash => {
                let mut federator = site.federator.lock().await;
                federator.crash();
                // The runtime lets go of the listeners when it gets to it.
                self.pause(200..1500).await;
                begin_again(&mut federator).await?;
            }
            Fault::Dns => {
                let moods = [Mood::Failing, Mood::Silent];
                self.dns.feel(moods[self.random.usize(0..2)]);
                self.pause(1000..5000).await;
                self.dns.feel(Mood::Well);
            }
            Fault::Certificates => self.certificates(&site).await?,
            Fault::Pusher => {
                let away = Duration::from_millis(self.random.u64(0..800));
                site.post.restart(self.random.bool(), away).await?;
            }
            Fault::Broker => {
                let away = Duration::from_millis(self.random.u64(0..2000));
                if let Some(broker) = &self.broker {
                    broker.restart(away).await?;
                }
            }
            Fault::Stall => {}
        }
        self.weather.ends(fault);
        Ok(())
    }

    /// A new certificate for one backend; every fourth time a new authority for both.
    async fn certificates(&mut self, site: &Site) -> Result<(), Failed> {
        if self.random.u8(0..4) != 0 {
            return site.certify(&self.authority).await;
        }
        let old = std::mem::replace(&mut self.authority, Authority::new()?);
        for site in &self.sites {
            site.trust(&[&old, &self.authority]).await?;
        }
        // All trust the new one before anybody shows what it has signed.
        sleep(NOTICED).await;
        for site in &self.sites {
            site.certify(&self.authority).await?;
        }
        Ok(())
    }

    async fn pause(&mut self, millis: std::ops::Range<u64>) {
        sleep(Duration::from_millis(self.random.u64(millis))).await;
    }
}

/// Its ports may be taken a little longer by the one that crashed.
async fn begin_again(federator: &mut Restartable) -> Result<(), Failed> {
    let mut tries = 0;
    loop {
        match federator.begin().await {
            Ok(()) => return Ok(()),
            Err(error) if tries == 50 => return Err(error),
            Err(_) => tries += 1,
        }
        sleep(Duration::from_millis(100)).await;
    }
}
