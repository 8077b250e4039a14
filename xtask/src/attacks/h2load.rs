//! h2load, of nghttp2: as many good requests as it can make.

use std::io::Write;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use bench_harness::Failed;
use tempfile::NamedTempFile;

use crate::federated::scene::ORIGIN;

/// The load, until it ends.
pub(super) struct H2load {
    child: Child,
    _body: NamedTempFile,
}

impl H2load {
    pub(super) fn start(target: SocketAddr, path: &str, seconds: f64) -> Result<Self, Failed> {
        let mut body = NamedTempFile::new()?;
        let asset = serde_json::json!({
            "user": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31",
            "key": "3-1-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77",
            "token": null,
        });
        body.write_all(asset.to_string().as_bytes())?;
        body.flush()?;
        let child = Command::new("h2load")
            .args(["--clients=32", "--max-concurrent-streams=8", "--threads=1"])
            .arg(format!("--duration={}", (seconds + 0.5).ceil()))
            .arg(format!("--header=wire-origin-domain: {ORIGIN}"))
            .arg("--header=content-type: application/json")
            .arg("--data")
            .arg(body.path())
            .arg(format!("http://{target}{path}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let child =
            child.map_err(|error| format!("h2load (Debian package nghttp2-client): {error}"))?;
        Ok(Self { child, _body: body })
    }

    /// Waits for its end; the requests that were answered with success, in a second.
    pub(super) fn end(self) -> Result<f64, Failed> {
        let output = self.child.wait_with_output()?;
        let told = String::from_utf8_lossy(&output.stdout);
        let good = told
            .lines()
            .find_map(|line| line.strip_prefix("status codes: ")?.split_once(" 2xx"));
        let rate = told
            .lines()
            .find_map(|line| line.strip_prefix("finished in "));
        let (Some((good, _)), Some(rate)) = (good, rate) else {
            return Err(format!("h2load said:\n{told}").into());
        };
        let seconds = rate.split('s').next().unwrap_or_default();
        Ok(good.parse::<f64>()? / seconds.parse::<f64>()?)
    }
}
