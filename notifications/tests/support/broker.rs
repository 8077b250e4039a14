//! A RabbitMQ of a test's own: a private node on free ports in a folder of its own.
//!
//! Included by path where it is needed. It ends with whoever started it, in whatever way that ends.
#![allow(dead_code, reason = "not everybody who includes it needs all of it")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// Where Debian and others keep the script that any user may run.
const SCRIPTS: [&str; 3] = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/lib/rabbitmq/lib/rabbitmq_server/sbin/rabbitmq-server",
    "/opt/homebrew/sbin/rabbitmq-server",
];

/// How long a node may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a node runs under. Its standard input is a pipe of ours: when that ends, so does everything, and
/// the folder goes too unless a line says that it is needed again.
const KEEPER: &str = "\
    epmd -address 127.0.0.1 -port \"$ERL_EPMD_PORT\" >/dev/null 2>&1 & names=$!
    setsid \"$0\" >\"$RABBITMQ_LOG_BASE/out\" 2>&1 & node=$!
    read -r again; over=$?
    kill -9 \"$names\" \"-$node\"
    [ \"$over\" = 0 ] || rm -rf \"$RABBITMQ_LOG_BASE\"";

/// A node, running until it is stopped or dropped.
pub(crate) struct Broker {
    folder: PathBuf,
    port: u16,
    management: u16,
    distribution: u16,
    epmd: u16,
    keeper: Option<Child>,
}

impl Broker {
    /// Starts a node and waits until it answers.
    ///
    /// # Panics
    ///
    /// When RabbitMQ is not installed, or the node does not start.
    pub(crate) fn start() -> Self {
        Self::start_with("")
    }

    /// The same, with more lines of settings.
    ///
    /// # Panics
    ///
    /// As `start` does.
    pub(crate) fn start_with(more: &str) -> Self {
        let [port, management, distribution, epmd] = free_ports();
        let folder =
            env::temp_dir().join(format!("federation-broker-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the broker");
        let plugins = folder.join("plugins");
        fs::write(plugins, "[rabbitmq_management].").expect("the list of plugins");
        let settings = format!(
            "listeners.tcp.1 = 127.0.0.1:{port}\nmanagement.tcp.ip = 127.0.0.1\n\
             management.tcp.port = {management}\ndisk_free_limit.absolute = 50MB\n\
             vm_memory_high_watermark.absolute = 2GB\nlog.file.level = warning\n{more}"
        );
        fs::write(folder.join("rabbitmq.conf"), settings).expect("the settings");
        let mut broker = Self {
            folder,
            port,
            management,
            distribution,
            epmd,
            keeper: None,
        };
        broker.start_again();
        broker
    }

    /// `amqp://…`
    pub(crate) fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port)
    }

    /// The base of the management API.
    pub(crate) fn management(&self) -> String {
        format!("http://127.0.0.1:{}", self.management)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends the node at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        self.end(b"again\n");
    }

    fn end(&mut self, last_word: &[u8]) {
        if let Some(mut keeper) = self.keeper.take() {
            if let Some(mut pipe) = keeper.stdin.take() {
                // An error says that it has ended already.
                let _ = pipe.write_all(last_word);
            }
            keeper.wait().expect("the keeper ends");
        }
    }

    /// Starts the node that was killed, with what it has stored.
    pub(crate) fn start_again(&mut self) {
        let script = SCRIPTS.iter().find(|script| Path::new(script).exists());
        let script = script.expect("no RabbitMQ on this machine: apt-get install rabbitmq-server");
        let folder = &self.folder;
        let set = |name: &str| folder.join(name);
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, script])
            .current_dir(folder)
            .env("HOME", folder)
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_EPMD_PORT", self.epmd.to_string())
            .env(
                "RABBITMQ_NODENAME",
                format!("federation{}@localhost", self.port),
            )
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_DIST_PORT", self.distribution.to_string())
            .env("RABBITMQ_CONF_ENV_FILE", set("no-environment"))
            .env("RABBITMQ_CONFIG_FILE", set("rabbitmq.conf"))
            .env("RABBITMQ_GENERATED_CONFIG_DIR", set("generated"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", set("plugins"))
            .env("RABBITMQ_MNESIA_BASE", set("data"))
            .env("RABBITMQ_LOG_BASE", folder)
            .env("RABBITMQ_PID_FILE", set("pid"))
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none",
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        self.keeper = Some(keeper.expect("a shell"));
        self.wait();
    }

    fn wait(&mut self) {
        let begun = Instant::now();
        while !self.answers() {
            let keeper = self.keeper.as_mut().expect("it was started");
            let ended = keeper.try_wait().expect("a child of ours");
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "the broker does not start; it says\n{}",
                fs::read_to_string(self.folder.join("out")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The management API is the last to be there.
    fn answers(&self) -> bool {
        let asked = || {
            let mut stream = TcpStream::connect(("127.0.0.1", self.management))?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            stream.write_all(
                b"GET /api/overview HTTP/1.0\r\nAuthorization: Basic Z3Vlc3Q6Z3Vlc3Q=\r\n\r\n",
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            std::io::Result::Ok(answer)
        };
        asked().is_ok_and(|answer| answer.contains(" 200 "))
            && TcpStream::connect(("127.0.0.1", self.port)).is_ok()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.end(b"");
    }
}

/// Ports that were free a moment ago, all different.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("an address").port())
}
