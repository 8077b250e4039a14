//! `cargo xtask soak`: two federated backends under load, while what is between them fails.
//!
//! Two backends in memory, each with components, a federator, and a queue of notifications in a file
//! or on a broker; a DNS server; a cable between the federators. Callers on both sides call as fast as they get answers,
//! publishers publish as fast as it is delivered, and a storm breaks, delays, restarts and replaces what is
//! in between. It is right if each call ends in its answer or in the error that a fault of that moment
//! brings about (`transport.md` §8.5), if every notification arrives in order, and if memory and file
//! descriptors do not grow. Everything is one process; what has to be restarted has a runtime of its own.

mod authority;
mod broker;
mod cable;
mod callers;
mod dns;
mod federator;
mod notices;
mod post;
mod readings;
mod report;
mod site;
mod storm;
mod tally;
mod watchdog;
mod weather;

use std::sync::Arc;
use std::time::Duration;

use bench_harness::Failed;
use clap::Args;
use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use authority::Authority;
use broker::Broker;
use callers::{Caller, DEADLINE, Kind};
use dns::Dns;
use report::{Notices, Report};
use site::Site;
use storm::Storm;
use tally::Tally;
use watchdog::Watchdog;
use weather::Weather;

/// What can be set on the command line.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// How long it goes on
    #[arg(long, default_value_t = 15.0)]
    minutes: f64,
    /// Where the random faults begin; the same number gives the same faults in the same order
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many calls each backend has under way at once
    #[arg(long, default_value_t = 24)]
    callers: usize,
    /// Keep the notifications on a RabbitMQ of its own, which crashes too, in place of a file
    #[arg(long)]
    amqp: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// How many notifications may wait for one backend.
const BACKLOG: u64 = 500;
/// How long what waits at the end may take.
const DRAIN: Duration = Duration::from_secs(60);

/// Runs it, prints the report, and fails if anything was wrong.
pub(crate) fn run(options: &Options) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let report = runtime.block_on(soak(options))?;
    runtime.shutdown_background();
    report.print(options.json)?;
    match report.verdict() {
        faults if faults.is_empty() => Ok(()),
        faults => Err(faults.join("; ").into()),
    }
}

async fn soak(options: &Options) -> Result<Report, Failed> {
    let authority = Authority::new()?;
    let dns = Arc::new(Dns::start().await?);
    let (a, b) = ("a.example.com", "b.example.com");
    let broker = match options.amqp {
        true => Some(Arc::new(Broker::start().await?)),
        false => None,
    };
    let a_site = Site::start(a, b, &authority, &dns, broker.as_deref()).await?;
    let b_site = Site::start(b, a, &authority, &dns, broker.as_deref()).await?;
    let sites = [Arc::new(a_site), Arc::new(b_site)];
    let (weather, tally) = (Arc::<Weather>::default(), Arc::<Tally>::default());

    let begun = Instant::now();
    let end = begun + Duration::from_secs_f64(options.minutes.max(0.05) * 60.0);
    let storm = Storm {
        sites: sites.clone(),
        dns: Arc::clone(&dns),
        broker: broker.clone(),
        weather: Arc::clone(&weather),
        tally: Arc::clone(&tally),
        authority,
        random: Rng::with_seed(options.seed),
    };
    let storm = tokio::spawn(storm.rage(end));
    let courses = tokio::spawn(readings::read(Arc::clone(&weather), end));
    let publishing = [
        tokio::spawn(publish(sites[0].clone(), sites[1].clone(), end)),
        tokio::spawn(publish(sites[1].clone(), sites[0].clone(), end)),
    ];
    let watchdog = Arc::<Watchdog>::default();
    let mut calling = JoinSet::new();
    for [from, to] in [[0, 1], [1, 0]] {
        let caller = Caller::new(&sites[from], &sites[to]).await?;
        for _ in 0..options.callers.max(1) {
            let (caller, tally) = (Arc::clone(&caller), Arc::clone(&tally));
            let (weather, watchdog) = (Arc::clone(&weather), Arc::clone(&watchdog));
            let number = calling.len();
            calling.spawn(async move {
                while Instant::now() < end {
                    let (kind, begun) = (Kind::any(), std::time::Instant::now());
                    watchdog.begins(number, kind, begun);
                    let ended = caller.call(kind, begun).await;
                    watchdog.ends(number);
                    tally.ended(kind, begun, &ended, &weather);
                    if ended.is_err() {
                        // What fails at once is not called in a tight circle.
                        sleep(Duration::from_millis(50)).await;
                    }
                }
            });
        }
    }
    let watching = {
        let (watchdog, tally) = (Arc::clone(&watchdog), Arc::clone(&tally));
        tokio::spawn(async move { watchdog.watch(&tally).await })
    };

    storm.await??;
    let courses = courses.await?;
    // Whoever is still there long after the deadline of the last call will be there for ever; the watchdog
    // has said so.
    let all = async { while calling.join_next().await.is_some() {} };
    drop(timeout(DEADLINE * 2, all).await);
    calling.shutdown().await;
    watching.abort();
    let seconds = begun.elapsed().as_secs_f64();
    for published in publishing {
        published.await??;
    }
    let notices = [
        drained(&sites[0], &sites[1]).await?,
        drained(&sites[1], &sites[0]).await?,
    ];
    Ok(Report {
        seed: options.seed,
        callers: options.callers,
        optimised: !cfg!(debug_assertions),
        seconds,
        counts: tally.counts(),
        notices,
        courses,
    })
}

/// Publishes numbers, never many more than were delivered.
async fn publish(from: Arc<Site>, to: Arc<Site>, end: Instant) -> Result<(), Failed> {
    while Instant::now() < end {
        if from.post.published() < to.inbox.delivered() + BACKLOG {
            let published = from.post.publish(&from.domain, &to.domain).await;
            if published.is_err() && from.post.is_on_a_broker() {
                // Nobody knows whether the broker has it: it is published again, and may come twice.
                sleep(Duration::from_millis(20)).await;
            } else {
                published?;
            }
        } else {
            sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(())
}

/// Waits until all that one backend has published has arrived at the other.
async fn drained(from: &Site, to: &Site) -> Result<Notices, Failed> {
    let published = from.post.published();
    let all = async {
        while to.inbox.delivered() < published {
            sleep(Duration::from_millis(20)).await;
        }
    };
    // What is missing then is counted as lost.
    drop(timeout(DRAIN, all).await);
    let numbers = to.inbox.numbers();
    let delivered = numbers.delivered();
    Ok(Notices {
        from: from.domain.to_string(),
        published,
        delivered,
        lost: published.saturating_sub(delivered),
        duplicates: numbers.duplicates,
        reordered: numbers.reordered,
        dead: from.post.dead(&to.domain).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Options, soak};

    /// A short one with few callers: that it works, and that nothing is wrong at once.
    #[test]
    fn a_short_soak_finds_nothing_wrong() {
        let options = Options {
            minutes: 0.3,
            seed: 3,
            callers: 4,
            amqp: false,
            json: false,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let report = runtime.block_on(soak(&options)).expect("a report");
        runtime.shutdown_background();
        assert_eq!(report.verdict(), Vec::<String>::new());
        assert!(report.counts.calls > 0 && report.notices.iter().all(|one| one.delivered > 0));
        assert!(!report.counts.faults.is_empty());
    }
}
