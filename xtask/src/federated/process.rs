//! The processes of the scene, and what the kernel knows of them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use bench_harness::Failed;

/// A process; it ends when this is dropped.
pub(super) struct Process {
    child: Child,
    output: Option<BufReader<ChildStdout>>,
}

impl Process {
    /// This program, under its hidden name.
    pub(super) fn of_scene(arguments: &[&str]) -> Result<Self, Failed> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("federated-process")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().map(BufReader::new);
        Ok(Self { child, output })
    }

    /// nginx with this configuration; waits until it listens.
    pub(super) fn nginx(config: &Path, listens: SocketAddr) -> Result<Self, Failed> {
        let child = Command::new("nginx").arg("-c").arg(config).spawn();
        let child =
            child.map_err(|error| format!("nginx (Debian package nginx-light): {error}"))?;
        let mut nginx = Self {
            child,
            output: None,
        };
        while TcpStream::connect(listens).is_err() {
            if let Some(status) = nginx.child.try_wait()? {
                return Err(format!("nginx ended with {status}").into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(nginx)
    }

    /// The address in the next line of its output.
    pub(super) fn address(&mut self) -> Result<SocketAddr, Failed> {
        let mut line = String::new();
        let output = self.output.as_mut().ok_or("it has no output")?;
        output.read_line(&mut line)?;
        Ok(line
            .trim_end()
            .parse()
            .map_err(|_| "a process of the scene did not start")?)
    }

    /// CPU time of all threads, user and system, in nanoseconds.
    pub(super) fn cpu_nanos(&self) -> Result<u64, Failed> {
        let mut sum = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let schedstat = fs::read_to_string(task?.path().join("schedstat"))?;
            let on_cpu = schedstat.split(' ').next().unwrap_or_default();
            sum += on_cpu.parse::<u64>()?;
        }
        Ok(sum)
    }

    /// Resident memory now, in bytes. The peak is forgotten.
    pub(super) fn resident(&self) -> Result<u64, Failed> {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?;
        self.status("VmRSS:")
    }

    /// The most resident memory since [`resident`](Self::resident), in bytes.
    pub(super) fn peak(&self) -> Result<u64, Failed> {
        self.status("VmHWM:")
    }

    fn status(&self, key: &str) -> Result<u64, Failed> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kibibytes = kibibytes.ok_or("no such line in status")?;
        Ok(kibibytes.trim().parse::<u64>()? * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A process that has ended already is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port where nothing listens yet.
pub(super) fn free_address() -> Result<SocketAddr, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
