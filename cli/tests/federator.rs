//! `federation federator` as a process: two of them, each before a backend.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../federator/tests/it/support/certificates.rs"]
#[allow(dead_code, reason = "shared with the tests of the library")]
mod certificates;
#[path = "../../federator/tests/it/support/dns.rs"]
#[allow(dead_code, reason = "shared with the tests of the library")]
mod dns;
mod program;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use certificates::{Authority, Leaf};
use dns::Dns;
use program::{program, run};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A process of the program that listens; it ends when this is dropped.
struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    fn start<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut child = program()
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdout }
    }

    /// The address at the end of the next line, which begins so.
    #[track_caller]
    fn address(&mut self, beginning: &str) -> SocketAddr {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        let Some(address) = line.trim_end().strip_prefix(beginning) else {
            drop(self.child.kill());
            let mut stderr = String::new();
            drop(
                self.child
                    .stderr
                    .take()
                    .map(|mut pipe| pipe.read_to_string(&mut stderr)),
            );
            panic!("`{line}` instead of {beginning}: {stderr}");
        };
        address.parse().expect("an address")
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Exit status and what was logged.
    fn ended(mut self) -> (Option<i32>, String) {
        let mut stderr = String::new();
        let mut pipe = self.child.stderr.take().expect("a pipe");
        pipe.read_to_string(&mut stderr).expect("UTF-8");
        (self.child.wait().expect("it ends").code(), stderr)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A federator, what it listens on, and the directory of its files.
struct Federator {
    process: Process,
    outward: SocketAddr,
    inward: SocketAddr,
    directory: TempDir,
}

struct World {
    runtime: Runtime,
    dns: Dns,
    authority: Authority,
}

impl World {
    fn new() -> Self {
        let runtime = Runtime::new().expect("threads");
        let dns = runtime.block_on(Dns::start());
        let authority = Authority::new("the authority of the test");
        Self {
            runtime,
            dns,
            authority,
        }
    }

    /// Writes certificates and configuration.
    fn files(&self, domain: &str, component: SocketAddr) -> TempDir {
        let directory = TempDir::new().expect("a directory");
        let at = directory.path();
        let host = format!("infra.{domain}");
        self.authority.issue(&Leaf::of(&[&host])).write(at, "tls");
        std::fs::write(at.join("ca.pem"), self.authority.pem()).expect("written");
        std::fs::write(
            at.join("federator.yaml"),
            yaml(at, component, self.dns.address),
        )
        .expect("written");
        directory
    }

    /// Starts a federator before a component and publishes it.
    fn federator(&self, domain: &str, component: SocketAddr) -> Federator {
        let directory = self.files(domain, component);
        let mut process = Process::start([
            "federator".as_ref(),
            "--config".as_ref(),
            directory.path().join("federator.yaml").as_os_str(),
        ]);
        let outward = process.address("outward listening on http://");
        let inward = process.address("inward listening on https://");
        let host = format!("infra.{domain}");
        self.runtime.block_on(async {
            self.dns.host(&host).await;
            self.dns
                .service(domain, &[(0, 1, &host, inward.port())])
                .await;
        });
        Federator {
            process,
            outward,
            inward,
            directory,
        }
    }
}

fn yaml(at: &Path, component: SocketAddr, dns: SocketAddr) -> String {
    let endpoint = format!("{{ host: {}, port: {} }}", component.ip(), component.port());
    format!(
        "federatorInternal: {{ host: 127.0.0.1, port: 0 }}
federatorExternal: {{ host: 127.0.0.1, port: 0 }}
brig: {endpoint}
galley: {endpoint}
cargohold: {endpoint}
logLevel: Info
logFormat: StructuredJSON
optSettings:
  useSystemCAStore: false
  remoteCAStore: {at}/ca.pem
  clientCertificate: {at}/tls.crt
  clientPrivateKey: {at}/tls.key
  tcpConnectionTimeout: 5000000
  dnsHost: {dns_host}
  dnsPort: {dns_port}
inwardTls: {{}}
policy: {{ strategy: allowAll }}
",
        at = at.display(),
        dns_host = dns.ip(),
        dns_port = dns.port(),
    )
}

/// A GET without anything around it.
fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn arguments_of_a_call<'a>(
    component: &'a str,
    rpc: &'a str,
    request: &'a str,
    to: &'a str,
) -> Vec<&'a str> {
    vec![
        "call",
        component,
        rpc,
        request,
        "--to",
        to,
        "--via-federator",
        "--origin",
        "a.example.com",
        "--target",
        "b.example.com",
    ]
}

#[test]
fn a_call_through_two_processes() {
    let world = World::new();
    let mut backend = Process::start(["serve", "--seed", "b"]);
    let component = backend.address("listening on http://");
    let a = world.federator("a.example.com", component);
    let b = world.federator("b.example.com", component);
    assert!(get(a.outward, "/i/status").starts_with("HTTP/1.1 200"));

    let to = format!("http://{}", a.outward);
    let ran = run(arguments_of_a_call("brig", "api-version", "[]", &to)).ends_with(0);
    assert!(ran.stdout.contains("supported_versions"), "{ran:?}");
    let metrics = get(a.outward, "/i/metrics");
    let counted = r#"com_wire_federator_outgoing_requests{target_domain="b.example.com"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");

    // A hangup reads the certificates again and ends nothing.
    let material = world
        .authority
        .issue(&Leaf::of(&["infra.other.example.com"]));
    material.write(a.directory.path(), "tls");
    a.process.signal("-HUP");
    loop {
        // From now on the other side refuses.
        let ran = run(arguments_of_a_call("brig", "api-version", "[]", &to));
        if ran.status == 1 {
            assert!(ran.stderr.contains("authentication-failure"), "{ran:?}");
            break;
        }
    }
    for federator in [a, b] {
        federator.process.signal("-TERM");
        let (status, log) = federator.process.ended();
        assert_eq!(status, Some(0), "{log}");
        let lines = log.lines().map(serde_json::from_str::<serde_json::Value>);
        let lines: Vec<_> = lines.collect::<Result<_, _>>().expect("JSON lines");
        let messages = lines.iter().map(|line| &line["fields"]["message"]);
        assert!(
            messages
                .clone()
                .any(|text| text == "the federator has started"),
            "{log}"
        );
        assert!(
            messages
                .clone()
                .any(|text| text == "the federator has ended"),
            "{log}"
        );
    }
}

/// A request that is under way when the signal comes is answered.
#[test]
fn sigterm_finishes_what_runs() {
    let world = World::new();
    let component = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = component.local_addr().expect("an address");
    let a = world.federator("a.example.com", address);
    let b = world.federator("b.example.com", address);
    let asset = r#"{"user": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31",
        "key": "3-1-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77", "token": null}"#;
    let to = format!("http://{}", a.outward);
    let mut arguments = arguments_of_a_call("cargohold", "get-asset", asset, &to);
    arguments.extend(["--version", "3"]);
    let call = Process::start(arguments);

    let (mut stream, _) = component.accept().expect("a request");
    let mut request = Vec::new();
    while !request.ends_with(b"null}") {
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes).expect("a request");
        assert_ne!(read, 0, "{}", String::from_utf8_lossy(&request));
        request.extend_from_slice(&bytes[..read]);
    }
    a.process.signal("-TERM");
    b.process.signal("-INT");
    // Both have stopped listening, and still wait for the answer.
    for address in [a.outward, b.inward] {
        while TcpStream::connect(address).is_ok() {}
    }
    let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 18\r\n\r\n{\"available\":true}";
    stream.write_all(answer).expect("sent");
    let mut call = call;
    let mut answered = String::new();
    call.stdout.read_to_string(&mut answered).expect("UTF-8");
    assert_eq!(answered, "{\"available\":true}\n");
    assert_eq!(call.ended().0, Some(0));
    for federator in [a, b] {
        let (status, log) = federator.process.ended();
        assert_eq!(status, Some(0), "{log}");
    }
}

/// A change to a good configuration, and what is said of it, after the name of the file.
#[rustfmt::skip]
const FAULTS: &[(&str, &str, &str)] = &[
    ("brig: {", "brug: {", "at the top: missing field `brig`"),
    ("  tcpConnectionTimeout: 5000000\n", "", "optSettings: missing field `tcpConnectionTimeout`"),
    ("useSystemCAStore: false", "useSystemCAStore: 7", "optSettings.useSystemCAStore: "),
    ("tls.crt", "nothing.crt", "optSettings.clientCertificate: cannot read "),
    ("tls.crt", "tls.key", "optSettings.clientCertificate: no usable certificate (PEM) in "),
    ("tls.key", "tls.crt", "optSettings.clientPrivateKey: no usable private key (PEM) in "),
    ("tls.key", "other.key", "optSettings.clientPrivateKey: it must be the key of the certificate in optSettings.clientCertificate"),
    ("inwardTls: {}", "inwardTls: { clientCAStore: /nowhere/ca.pem }", "inwardTls.clientCAStore: cannot read /nowhere/ca.pem"),
    ("allowAll", "allowSome", "policy.strategy: "),
    ("dnsHost: 127.0.0.1", "dnsHost: nowhere.invalid", "optSettings.dnsHost: `nowhere.invalid` cannot be used"),
    ("logLevel: Info", "logLevel: Loud", "logLevel: `Loud` is none of Trace, Debug, "),
    ("logFormat: StructuredJSON", "logFormat: XML", "logFormat: `XML` is none of Plain, "),
];

#[test]
fn what_is_wrong_with_a_configuration() {
    let world = World::new();
    let directory = world.files("a.example.com", "127.0.0.1:1".parse().expect("an address"));
    let at = directory.path();
    world
        .authority
        .issue(&Leaf::of(&["x.example.com"]))
        .write(at, "other");
    let file = at.join("federator.yaml");
    let config = ["--config".as_ref(), file.as_os_str()];
    let good = std::fs::read_to_string(&file).expect("a file");
    let checked = run([&["federator".as_ref(), "--check".as_ref()], &config[..]].concat());
    let said = format!("{} can be used\n", file.display());
    assert_eq!(checked.ends_with(0).stdout, said);

    for (from, to, wanted) in FAULTS {
        assert!(good.contains(from), "{from}");
        std::fs::write(&file, good.replace(from, to)).expect("written");
        for check in [&["--check".as_ref()][..], &[]] {
            let ran = run([&["federator".as_ref()], check, &config[..]].concat()).ends_with(1);
            let line = format!("error: {}: {wanted}", file.display());
            assert!(ran.stderr.contains(&line), "{line}\n{}", ran.stderr);
            assert_eq!(ran.stdout, "");
        }
    }

    // A port that is taken is no fault of the configuration.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken
        .local_addr()
        .map(|address| (taken, address.port()))
        .expect("an address");
    let from = "federatorInternal: { host: 127.0.0.1, port: 0 }";
    let to = format!(
        "federatorInternal: {{ host: 127.0.0.1, port: {} }}",
        taken.1
    );
    std::fs::write(&file, good.replace(from, &to)).expect("written");
    run([&["federator".as_ref(), "--check".as_ref()], &config[..]].concat()).ends_with(0);
    let ran = run([&["federator".as_ref()], &config[..]].concat()).ends_with(1);
    let said = format!(
        "federatorInternal: cannot listen on 127.0.0.1:{}: ",
        taken.1
    );
    assert!(ran.stderr.contains(&said), "{ran:?}");

    let ran = run(["federator", "--config", "/nowhere/federator.yaml"]).ends_with(1);
    assert!(ran.stderr.contains("/nowhere/federator.yaml: "), "{ran:?}");
    run(["federator"]).ends_with(2);
}
