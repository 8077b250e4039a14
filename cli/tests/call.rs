//! `federation call` against `federation serve`, each a process of its own.

mod program;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use program::{Ran, program, run};
use serde_json::{Value, json};

/// A backend that ends with the test.
struct Served {
    process: Child,
    url: String,
    domain: &'static str,
}

impl Served {
    /// The backend b.example.com.
    fn start(arguments: &[&str]) -> Self {
        let mut process = program()
            .args(["serve", "--seed", "b"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line
            .trim_end()
            .strip_prefix("listening on ")
            .expect("the address");
        assert!(
            url.starts_with("http://127.0.0.1:") && !url.ends_with(":0"),
            "{url}"
        );
        Self {
            url: url.to_owned(),
            process,
            domain: "b.example.com",
        }
    }

    fn call(&self, arguments: &[&str]) -> Ran {
        let mut all = vec!["call"];
        all.extend(arguments);
        all.extend([
            "--to",
            &self.url,
            "--origin",
            "a.example.com",
            "--target",
            self.domain,
        ]);
        run(all)
    }

    fn answer(&self, arguments: &[&str]) -> Value {
        let ran = self.call(arguments).ends_with(0);
        assert_eq!(
            ran.stdout.lines().count(),
            1,
            "one line where it is piped: {}",
            ran.stdout
        );
        serde_json::from_str(&ran.stdout).expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn answers() {
    let b = Served::start(&[]);
    let versions = b.answer(&["brig", "api-version"]);
    assert_eq!(versions["supported_versions"], json!([0, 1, 2, 3]));
    assert_eq!(b.answer(&["brig", "api-version", "--http1"]), versions);
    assert_eq!(b.answer(&["BRIG", "Api-Version", "--negotiate"]), versions);

    let bob = b.answer(&["brig", "get-user-by-handle", "\"bob\""]);
    assert_eq!(bob["qualified_id"]["domain"], "b.example.com");
    assert_eq!(
        b.answer(&["brig", "get-user-by-handle", "\"nobody.there\""]),
        Value::Null
    );

    let id = bob["qualified_id"]["id"].as_str().expect("an id");
    let folder = tempfile::tempdir().expect("a folder");
    let request = folder.path().join("request.json");
    fs::write(&request, json!([id]).to_string()).expect("a file");
    let answer = folder.path().join("answer.json");
    let ran = b
        .call(&[
            "brig",
            "get-users-by-ids",
            &format!("@{}", request.display()),
            "--output",
            &answer.display().to_string(),
        ])
        .ends_with(0);
    assert_eq!(ran.stdout, "");
    let written: Value =
        serde_json::from_slice(&fs::read(&answer).expect("an answer")).expect("JSON");
    assert_eq!(written, json!([bob]));
}

#[test]
fn versions_choose_the_variant() {
    let b = Served::start(&[]);
    let bob = b.answer(&["brig", "get-user-by-handle", "\"bob\""]);
    let id = &bob["qualified_id"]["id"];
    let v0 = json!({"user_id": id, "signature_scheme": "ed25519"}).to_string();
    let v1 = json!({"user_id": id, "cipher_suite": 1}).to_string();
    let old = b.answer(&["brig", "get-mls-clients", &v0, "--version", "0"]);
    let new = b.answer(&["brig", "get-mls-clients", &v1]);
    assert_eq!(old, new);
    assert_eq!(
        b.answer(&["brig", "get-mls-clients", &v1, "--negotiate"]),
        new
    );

    let ran = b.call(&["brig", "get-mls-clients", &v0]).ends_with(2);
    assert!(ran.stderr.contains("cipher_suite"), "{}", ran.stderr);

    let old = Served::start(&["--supported-versions", "0"]);
    let ran = old
        .call(&["brig", "get-mls-client", "{}", "--negotiate"])
        .ends_with(1);
    assert!(
        ran.stderr.contains("v0 does not have brig get-mls-client"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("v3 and newer"), "{}", ran.stderr);
    old.answer(&["brig", "get-mls-clients", &v0, "--negotiate"]);
}

#[test]
fn failed_calls_say_where_and_why() {
    let b = Served::start(&[]);
    let suite = json!({"user_id": "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11", "cipher_suite": 9});
    let ran = b
        .call(&["brig", "get-mls-clients", &suite.to_string()])
        .ends_with(1);
    assert_eq!(ran.stdout, "");
    for said in [
        "remote component",
        "533",
        "federation-remote-error",
        "mls-protocol-error",
        "no",
    ] {
        assert!(ran.stderr.contains(said), "no `{said}` in {}", ran.stderr);
    }

    // Nobody listens on port 1.
    let to = [
        "--to",
        "http://127.0.0.1:1",
        "--origin",
        "a.example.com",
        "--target",
        "b.example.com",
    ];
    let arguments = [&["call", "brig", "api-version"][..], &to].concat();
    let ran = run(arguments).ends_with(1);
    assert!(
        ran.stderr.contains("federation-connection-refused"),
        "{}",
        ran.stderr
    );
    let arguments = [&["call", "brig", "api-version", "--via-federator"][..], &to].concat();
    let ran = run(arguments).ends_with(1);
    assert!(ran.stderr.contains("local federator"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_asked_is_2() {
    let to = [
        "--to",
        "http://127.0.0.1:1",
        "--origin",
        "a.example.com",
        "--target",
        "b.example.com",
    ];
    for (arguments, said) in [
        (
            &["brig", "get-user-by-handel"][..],
            "did you mean get-user-by-handle",
        ),
        (&["brig", "get-user-by-handel"], "claim-multi-prekey-bundle"),
        (&["carghold", "get-asset"], "did you mean cargohold?"),
        (&["brig", "stream-asset"], "cargohold has one"),
        (
            &["brig", "get-user-by-handle", "\"Upper\""],
            "the request is not what",
        ),
        (&["brig", "get-users-by-ids", "[7]"], "[0]: "),
        (
            &["brig", "get-users-by-ids", "@/nowhere/at/all"],
            "/nowhere/at/all",
        ),
        (&["brig", "api-version", "--timeout", "0"], "above 0"),
        (&["brig", "api-version", "--version", "9"], "no version"),
    ] {
        let ran = run([&["call"][..], arguments, &to].concat()).ends_with(2);
        assert!(ran.stderr.contains(said), "no `{said}` in {}", ran.stderr);
    }
    let ran = run([
        "call",
        "brig",
        "api-version",
        "--to",
        "nowhere",
        "--origin",
        "a.b",
        "--target",
        "b.c",
    ]);
    assert!(ran.ends_with(2).stderr.contains("http://host:port"));
}

#[cfg(unix)]
#[test]
fn a_served_backend_ends_when_it_is_asked_to() {
    for signal in ["TERM", "INT"] {
        let mut b = Served::start(&["--domain", "c.example.com"]);
        b.domain = "c.example.com";
        b.answer(&["brig", "api-version"]);
        let pid = b.process.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", signal, &pid])
            .status();
        assert!(sent.expect("kill runs").success());
        assert!(b.process.wait().expect("it ends").success(), "{signal}");
    }
}

#[test]
fn seeds_that_are_none() {
    let ran = run(["serve", "--seed", "/nowhere/at/all"]).ends_with(1);
    assert!(ran.stderr.contains("/nowhere/at/all"), "{}", ran.stderr);
    let folder = tempfile::tempdir().expect("a folder");
    let seed = folder.path().join("seed.json");
    fs::write(
        &seed,
        r#"{"domain": "c.example.com", "users": [{"nme": "x"}]}"#,
    )
    .expect("a file");
    let ran = run(["serve", "--seed", &seed.display().to_string()]).ends_with(1);
    assert!(ran.stderr.contains("users[0]"), "{}", ran.stderr);
}

#[test]
fn a_stream_goes_into_a_file_or_a_pipe() {
    let b = Served::start(&[]);
    let asset = |name: &str, token: Option<&str>| {
        let id = match name {
            "recipe" => {
                federation_backend::derived::asset_id(&"b.example.com".parse().unwrap(), name)
            }
            _ => "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11".parse().unwrap(),
        };
        let user = "b2c8f3a4-55d1-4a0e-8e6b-7d1c0a9e4f20";
        json!({"user": user, "key": format!("3-3-{id}"), "token": token}).to_string()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("recipe.txt");
    let output = path.display().to_string();
    let request = asset("recipe", Some("Zm91ciBlZ2dzLCBmbG91cg=="));

    let ran = b
        .call(&["cargohold", "stream-asset", &request])
        .ends_with(0);
    assert_eq!(ran.stdout, "Four eggs, flour, a pinch of salt.\n");
    assert_eq!(ran.stderr, "");
    let ran = b
        .call(&["cargohold", "stream-asset", &request, "-o", &output])
        .ends_with(0);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("35 bytes"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&path).expect("a file").len(), 35);

    // A failed call leaves the file alone.
    for request in [asset("recipe", None), asset("unheard-of", None)] {
        let ran = b
            .call(&["cargohold", "stream-asset", &request, "-o", &output])
            .ends_with(1);
        assert!(ran.stderr.contains("404 not-found"), "{}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(&path).expect("a file").len(), 35);
}

#[test]
fn a_silent_server_is_given_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let begun = std::time::Instant::now();
    for extra in [
        &[][..],
        &["--http1"],
        &["--negotiate"],
        &["--via-federator"],
    ] {
        let call = [
            "call",
            "brig",
            "get-user-by-handle",
            "\"bob\"",
            "--timeout",
            "0.2",
            "--to",
            &url,
        ];
        let ends = ["--origin", "a.example.com", "--target", "b.example.com"];
        let ran = run([&call[..], &ends, extra].concat()).ends_with(1);
        assert!(
            ran.stderr.contains("federation-not-available"),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("deadline"), "{}", ran.stderr);
    }
    assert!(begun.elapsed().as_secs() < 20);
}

/// A peer that answers one HTTP/1.1 request with these bytes and closes the connection. Gives its
/// address.
fn peer_that_says(answer: String) -> String {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).expect("a request");
        stream.write_all(answer.as_bytes()).expect("an answer");
    });
    url
}

fn call_peer(url: &str, what: &[&str]) -> Ran {
    let ends = [
        "--origin",
        "a.example.com",
        "--target",
        "b.example.com",
        "--to",
        url,
        "--http1",
    ];
    run([&["call"][..], what, &ends].concat())
}

/// What a peer says is shown, and steers no terminal.
#[test]
fn escape_codes_of_a_peer_are_written_out() {
    let body = r#"{"code":404,"label":"x","message":"\u001b[2Jgone \u009b1m"}"#;
    let head = format!("HTTP/1.1 404 x\r\ncontent-length: {}\r\n\r\n", body.len());
    let url = peer_that_says(head + body);
    let ran = call_peer(&url, &["brig", "api-version"]).ends_with(1);
    assert!(
        ran.stderr.contains(r"\u{1b}[2Jgone \u{9b}1m"),
        "{}",
        ran.stderr
    );
}

#[test]
fn answers_that_are_none() {
    let json = "HTTP/1.1 200 x\r\ncontent-type: application/json\r\n";
    let url = peer_that_says(format!("{json}content-length: 2\r\n\r\n[]"));
    let ran = call_peer(&url, &["brig", "api-version"]).ends_with(1);
    assert!(
        ran.stderr.contains("federation-invalid-body"),
        "{}",
        ran.stderr
    );

    let bytes = "HTTP/1.1 200 x\r\ncontent-type: application/octet-stream\r\n";
    let url = peer_that_says(format!("{bytes}content-length: 100\r\n\r\nhalf"));
    let request = r#"{"user":"0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11","key":"3-1-0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11"}"#;
    let ran = call_peer(&url, &["cargohold", "stream-asset", request]).ends_with(1);
    assert!(
        ran.stderr.contains("broke off after 4 bytes"),
        "{}",
        ran.stderr
    );
}
