//! `federation check` on documents of our own.

mod program;

use std::fs;

use program::{run, run_with_input};

const USER: &str = "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11";

#[test]
fn a_good_document_is_printed_as_it_is_written() {
    let ran = run_with_input(
        &["check", "--type", "PubClient", "-"],
        "{ \"class\": \"phone\",\n \"id\": \"002B\", \"unknown\": 1 }",
    )
    .ends_with(0);
    assert_eq!(ran.stdout, "{\"id\":\"2b\",\"class\":\"phone\"}\n");
    assert_eq!(ran.stderr, "");

    let ran = run_with_input(
        &["check", "--pretty", "-t", "pubclient", "-"],
        r#"{"id":"2b"}"#,
    );
    assert_eq!(ran.ends_with(0).stdout, "{\n  \"id\": \"2b\"\n}\n");
}

#[test]
fn one_line_per_document_even_where_json_is_kept_as_it_came() {
    let ran = run_with_input(
        &["check", "--type", "Pict", "-"],
        "[{\"a\":\n [1, \"x  y\"]}]",
    );
    assert_eq!(ran.ends_with(0).stdout, "[{\"a\":[1,\"x  y\"]}]\n");
}

#[test]
fn a_fault_names_the_place() {
    let request = format!(r#"{{"users": ["{USER}", 7]}}"#);
    let ran = run_with_input(&["check", "--type", "GetUserClients", "-"], &request).ends_with(1);
    assert_eq!(ran.stdout, "");
    assert!(
        ran.stderr.starts_with("standard input: users[1]: "),
        "{}",
        ran.stderr
    );

    let ran = run_with_input(&["check", "brig", "claim-prekey", "request", "-"], "[]").ends_with(1);
    assert!(ran.stderr.starts_with("standard input: "), "{}", ran.stderr);
}

#[test]
fn other_files_are_checked_after_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (name, content) in [
        ("1", "\"mira\""),
        ("2", "\"Mira\""),
        ("3", "nonsense"),
        ("4", "\"ada\""),
    ] {
        fs::write(path(name), content).expect("a file");
    }
    let files = ["1", "2", "3", "missing", "4"].map(path);
    let mut arguments = vec!["check", "--type", "Handle"];
    arguments.extend(files.iter().map(String::as_str));
    let ran = run(arguments).ends_with(1);
    assert_eq!(ran.stdout, "\"mira\"\n\"ada\"\n");
    let faults: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(faults.len(), 3, "{faults:#?}");
    for (fault, file) in faults.iter().zip(&files[1..4]) {
        assert!(fault.starts_with(&format!("{file}: ")), "{fault}");
    }
}

#[test]
fn by_rpc_and_version() {
    let v0 = format!(r#"{{"user_id":"{USER}","signature_scheme":"ed25519"}}"#);
    let check = |version: &str, document: &str| {
        let of = [
            "check",
            "brig",
            "get-mls-clients",
            "request",
            "--version",
            version,
            "-",
        ];
        run_with_input(&of, document)
    };
    let ran = check("0", &v0).ends_with(0);
    assert!(
        ran.stdout.contains("\"signature_scheme\":\"ed25519\""),
        "{}",
        ran.stdout
    );
    let ran = check("1", &v0).ends_with(1);
    assert!(ran.stderr.contains("cipher_suite"), "{}", ran.stderr);

    let of = [
        "check",
        "brig",
        "get-mls-client",
        "request",
        "--version",
        "v2",
        "-",
    ];
    let ran = run_with_input(&of, "{}").ends_with(2);
    assert!(
        ran.stderr.contains("v2 does not have brig get-mls-client"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("v3 and newer"), "{}", ran.stderr);

    let of = ["check", "brig", "get-user-by-handle", "response", "-"];
    assert_eq!(run_with_input(&of, "null").ends_with(0).stdout, "null\n");
    let of = ["check", "cargohold", "stream-asset", "response", "-"];
    assert!(
        run_with_input(&of, "")
            .ends_with(2)
            .stderr
            .contains("raw bytes")
    );
}

#[test]
fn unknown_names_give_hints() {
    for (arguments, hint) in [
        (
            vec!["--type", "UserProfle", "-"],
            "did you mean UserProfile",
        ),
        (
            vec!["brigg", "api-version", "request", "-"],
            "did you mean brig?",
        ),
        (
            vec!["brig", "api-versions", "request", "-"],
            "did you mean api-version?",
        ),
        (
            vec!["brig", "get-asset", "request", "-"],
            "cargohold has one",
        ),
        (
            vec!["brig", "api-version", "reqest", "-"],
            "did you mean request?",
        ),
        (vec!["brig", "api-version", "request"], "no file"),
        (vec!["brig"], "--type TYPE"),
    ] {
        let ran = run([vec!["check"], arguments].concat()).ends_with(2);
        assert!(ran.stderr.contains(hint), "no `{hint}` in: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn deep_nesting_is_a_fault_and_nothing_worse() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    for name in ["Pict", "UserProfile", "Contact", "Error"] {
        run_with_input(&["check", "--type", name, "-"], &deep).ends_with(1);
    }
    let picture = format!("[{{\"a\":{deep}}}]");
    let status = run_with_input(&["check", "--type", "Pict", "-"], &picture).status;
    assert!(status == 0 || status == 1, "{status}");
}

#[test]
fn the_list_has_every_type_once() {
    let ran = run(["check", "--list"]).ends_with(0);
    for name in [
        "UserProfile",
        "MLSClientsRequestV0",
        "UserClientMap_Int",
        "GetAsset",
        "Error",
    ] {
        let lines = ran.stdout.lines().filter(|line| {
            let listed = line.split(" (also").next().unwrap_or_default();
            listed.trim() == name
        });
        assert_eq!(lines.count(), 1, "{name}");
    }
    run(["check", "--list", "--pretty"]).ends_with(2);
}
