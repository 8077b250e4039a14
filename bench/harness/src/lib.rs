//! What a contestant of the benchmarks is, and how its processes are driven.
//!
//! A contestant has a server and a client, each a process of one thread: `PROGRAM bench-server NAME`
//! prints its address and serves, `PROGRAM bench-client NAME` takes [orders](driver::Order). Both
//! programs that have contestants, `xtask` and `others`, are made of this.

pub mod allocations;
mod contestant;
pub mod driver;
pub mod load;
pub mod sample;
mod workload;

use std::error::Error;

pub use contestant::{Contestant, client, serve};
pub use load::Caller;
pub use workload::Workload;

/// Any error of a task; it ends the task and is printed.
pub type Failed = Box<dyn Error + Send + Sync>;
