//! Who takes part, and its two processes.

use futures_util::future::BoxFuture;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;

use crate::load::Caller;
use crate::{Failed, allocations, driver};

/// One way to build the same service and its client.
#[derive(Clone, Copy)]
pub struct Contestant {
    /// How orders and tables name it.
    pub name: &'static str,
    /// Serves until the process ends.
    pub serve: fn(TcpListener) -> BoxFuture<'static, Result<(), Failed>>,
    /// A caller of the server at this address, such as `127.0.0.1:8080`, over one connection.
    pub connect: fn(&str) -> Result<Box<dyn Caller>, Failed>,
}

fn named(all: &[Contestant], name: &str) -> Result<Contestant, Failed> {
    all.iter()
        .copied()
        .find(|known| known.name == name)
        .ok_or_else(|| format!("no contestant is called `{name}`").into())
}

/// Runs the server of a contestant until the process is ended. Tells its address; then, for each line
/// of its standard input, how many allocations there were so far.
pub fn serve(all: &[Contestant], name: &str) -> Result<(), Failed> {
    let contestant = named(all, name)?;
    one_thread()?.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        tokio::spawn(tell_allocations());
        (contestant.serve)(listener).await
    })
}

async fn tell_allocations() {
    let mut questions = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(_)) = questions.next_line().await {
        println!("{}", allocations::so_far().unwrap_or_default());
    }
}

/// Runs the client of a contestant: orders on its standard input, results on its standard output.
pub fn client(all: &[Contestant], name: &str) -> Result<(), Failed> {
    let contestant = named(all, name)?;
    one_thread()?.block_on(driver::obey(contestant))
}

/// With two processes on two cores, a second thread would only measure the scheduler.
fn one_thread() -> Result<tokio::runtime::Runtime, Failed> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}
