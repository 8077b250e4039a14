//! The processes of a contestant, and what the kernel knows of them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use bench_harness::driver::{Order, Report, Task};
use bench_harness::{Failed, Workload, sample};

use crate::bench::pairing::SERVANT;
use crate::bench::programs;

/// A process of a contestant's program under a hidden name. Ends when it is dropped.
struct Process {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(role: &str, contestant: &str, counting: bool) -> Result<Self, Failed> {
        let mut child = Command::new(programs::of(contestant, counting)?)
            .args([role, contestant])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("no standard output")?;
        Ok(Self {
            child,
            output: BufReader::new(output),
        })
    }

    fn line(&mut self) -> Result<String, Failed> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err(format!("process {} ended", self.child.id()).into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A process that has ended already is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server process.
pub(crate) struct Server {
    process: Process,
    questions: ChildStdin,
    address: String,
}

impl Server {
    pub(crate) fn start(contestant: &str, counting: bool) -> Result<Self, Failed> {
        let mut process = Process::start("bench-server", contestant, counting)?;
        let mut questions = process.child.stdin.take().ok_or("no standard input")?;
        if contestant == SERVANT {
            writeln!(questions, "{}", sample::small().response)?;
        }
        let address = process.line()?;
        Ok(Self {
            process,
            questions,
            address,
        })
    }

    /// The allocations so far, if the server counts them.
    pub(crate) fn allocations(&mut self) -> Result<u64, Failed> {
        writeln!(self.questions)?;
        Ok(self.process.line()?.parse()?)
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage {
            process: self.process.child.id(),
        }
    }
}

/// A client process.
pub(crate) struct Client {
    process: Process,
    orders: ChildStdin,
}

impl Client {
    pub(crate) fn start(contestant: &str, counting: bool) -> Result<Self, Failed> {
        let mut process = Process::start("bench-client", contestant, counting)?;
        let orders = process.child.stdin.take().ok_or("no standard input")?;
        Ok(Self { process, orders })
    }

    /// Lets the client do something with an RPC of a server, and waits until it is done.
    pub(crate) fn order(
        &mut self,
        server: &Server,
        workload: Workload,
        task: Task,
    ) -> Result<Report, Failed> {
        let order = Order {
            server: server.address.clone(),
            rpc: workload.rpc().to_owned(),
            task,
        };
        writeln!(self.orders, "{}", serde_json::to_string(&order)?)?;
        Ok(serde_json::from_str(&self.process.line()?)?)
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage {
            process: self.process.child.id(),
        }
    }
}

/// What a process uses, as the kernel accounts it. Works for any process, in whatever language.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    process: u32,
}

impl Usage {
    /// CPU time of all threads, user and system, in nanoseconds.
    pub(crate) fn cpu_nanos(self) -> Result<u64, Failed> {
        let mut sum = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.process))? {
            let schedstat = fs::read_to_string(task?.path().join("schedstat"))?;
            let on_cpu = schedstat.split(' ').next().unwrap_or_default();
            sum += on_cpu.parse::<u64>()?;
        }
        Ok(sum)
    }

    /// Resident memory now, in bytes.
    pub(crate) fn resident(self) -> Result<u64, Failed> {
        self.status("VmRSS:")
    }

    /// The most resident memory since [`forget_peak`](Self::forget_peak), in bytes.
    pub(crate) fn peak(self) -> Result<u64, Failed> {
        self.status("VmHWM:")
    }

    pub(crate) fn forget_peak(self) -> Result<(), Failed> {
        Ok(fs::write(
            format!("/proc/{}/clear_refs", self.process),
            "5",
        )?)
    }

    fn status(self, key: &str) -> Result<u64, Failed> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kibibytes
            .ok_or("no such line in status")?
            .trim()
            .parse::<u64>()?
            * 1024)
    }
}
