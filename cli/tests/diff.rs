//! `federation diff`.

mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{Ran, program, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with the documents, and a place to change them.
struct Documents(TempDir);

impl Documents {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let documents = Self(folder);
        for name in ["old", "new"] {
            let output = documents.folder(name).display().to_string();
            run(["openapi", "--output", &output]).ends_with(0);
        }
        documents
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn change(&self, document: &str, change: impl FnOnce(&mut Value)) -> &Self {
        let path = self.folder("new").join(document);
        let text = fs::read_to_string(&path).expect("a document");
        let mut json = serde_json::from_str(&text).expect("JSON");
        change(&mut json);
        fs::write(path, json.to_string()).expect("written");
        self
    }

    fn diff(&self, more: &[&str]) -> Ran {
        let (old, new) = (self.folder("old"), self.folder("new"));
        let folders = [old.display().to_string(), new.display().to_string()];
        let words = ["diff".to_owned()].into_iter().chain(folders);
        run(words.chain(more.iter().map(ToString::to_string)))
    }
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn remove(object: &mut Value, key: &str) {
    let removed = object.as_object_mut().expect("an object").remove(key);
    assert!(removed.is_some(), "no {key}");
}

#[test]
fn a_response_field_that_is_gone_breaks_readers() {
    let documents = Documents::new();
    let ran = documents
        .change("v3/brig.json", |brig| {
            remove(&mut schema(brig, "UserProfile")["properties"], "handle");
        })
        .diff(&[])
        .ends_with(1);
    for said in [
        "v3/brig",
        "UserProfile.handle: the field is gone (breaks readers of before)",
        "Go on writing the field",
        "1 change breaks.",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
}

#[test]
fn a_new_required_request_field_breaks_callers() {
    let documents = Documents::new();
    documents.change("v3/brig.json", |brig| {
        let request = schema(brig, "SearchRequest");
        request["properties"]["why"] = json!({"type": "string"});
        let required = request["required"].as_array_mut().expect("a list");
        required.push(json!("why"));
    });
    let ran = documents.diff(&["--format", "json"]).ends_with(1);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["compatible"], false);
    assert_eq!(report["breaking"], 1);
    let finding = &report["findings"][0];
    assert_eq!(
        (
            &finding["document"],
            &finding["operation"],
            &finding["place"]
        ),
        (
            &json!("v3/brig"),
            &json!("search-users"),
            &json!("SearchRequest.why")
        )
    );
    assert_eq!(
        (&finding["verdict"], &finding["breaks"]),
        (&json!("breaking"), &json!("callers"))
    );
    let instead = finding["instead"].as_str().expect("advice");
    assert!(instead.starts_with("Make the field optional"), "{instead}");
}

#[test]
fn a_narrower_enumeration_breaks_callers() {
    let documents = Documents::new();
    let ran = documents
        .change("v3/brig.json", |brig| {
            let words = schema(brig, "UserTypeFilter")["enum"].as_array_mut();
            words.expect("words").retain(|word| word != "app");
        })
        .diff(&[])
        .ends_with(1);
    assert!(
        ran.stdout
            .contains("the value \"app\" is gone (breaks callers"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_component_of_another_name_breaks_generated_code() {
    let documents = Documents::new();
    let ran = documents
        .change("v3/galley.json", |galley| {
            let renamed = galley
                .to_string()
                .replace("schemas/RoleName\"", "schemas/Role\"");
            *galley = serde_json::from_str(&renamed).expect("JSON");
            let schemas = &mut galley["components"]["schemas"];
            schemas["Role"] = schemas["RoleName"].clone();
            remove(schemas, "RoleName");
        })
        .diff(&[])
        .ends_with(1);
    let said = "RoleName: the component is called `Role` now (breaks programs written against";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
}

#[test]
fn frozen_versions_take_nothing_but_wording() {
    let documents = Documents::new();
    let optional = |brig: &mut Value| {
        schema(brig, "UserProfile")["properties"]["mood"] = json!({"type": "string"});
    };
    // What is fine in the newest version is not in one that is frozen.
    let ran = documents
        .change("v3/brig.json", optional)
        .diff(&[])
        .ends_with(0);
    assert!(
        ran.stdout
            .contains("UserProfile.mood: the field is new and optional"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.ends_with("Nothing breaks.\n"), "{}", ran.stdout);
    let ran = documents
        .change("v1/brig.json", optional)
        .diff(&[])
        .ends_with(1);
    assert!(
        ran.stdout.contains("this version is frozen"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("breaks backends that speak this version"),
        "{}",
        ran.stdout
    );
}

#[test]
fn wording_may_change_everywhere() {
    let documents = Documents::new();
    for document in ["v0/brig.json", "v3/brig.json"] {
        documents.change(document, |brig| {
            schema(brig, "Handle")["description"] = json!("In other words.");
            schema(brig, "Handle")["examples"] = json!(["other"]);
        });
    }
    let ran = documents.diff(&[]).ends_with(0);
    assert_eq!(
        ran.stdout
            .matches("only texts and examples changed")
            .count(),
        2
    );
    let quiet = documents.diff(&["--quiet"]).ends_with(0);
    assert_eq!(quiet.stdout, "Nothing breaks.\n");
}

#[test]
fn single_documents_are_compared() {
    let documents = Documents::new();
    let path = |name: &str| {
        documents
            .folder(name)
            .join("v3/brig.json")
            .display()
            .to_string()
    };
    let (old, new) = (path("old"), path("new"));
    let ran = run(["diff", &old, &new]).ends_with(0);
    assert_eq!(ran.stdout, "Nothing breaks.\n");
    documents.change("v3/brig.json", |brig| {
        remove(&mut brig["paths"], "/federation/search-users");
    });
    let ran = run(["diff", &old, &new]).ends_with(1);
    assert!(
        ran.stdout.contains("search-users, paths: gone"),
        "{}",
        ran.stdout
    );
}

#[test]
fn vectors_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    for set in ["old", "new"] {
        put(&format!("{set}/Handle/a.json"), "\"mira\"");
    }
    put("new/Handle/b.json", "\"bob\"");
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let diff = || {
        run([
            "diff".as_ref(),
            "--vectors".as_ref(),
            old.as_os_str(),
            new.as_os_str(),
        ])
    };
    diff().ends_with(0);
    put("new/Handle/a.json", "\"mirko\"");
    let ran = diff().ends_with(1);
    assert!(
        ran.stdout.contains("the vector says something else"),
        "{}",
        ran.stdout
    );
}

fn git(folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=t", "-c", "user.email=t@t.example"];
    let ran = Command::new("git")
        .args(who)
        .args(arguments)
        .current_dir(folder)
        .output();
    let ran = ran.expect("git runs");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

#[test]
fn a_revision_is_compared_with_what_is_there() {
    let documents = Documents::new();
    let root = documents.0.path();
    fs::rename(root.join("new"), root.join("openapi")).expect("renamed");
    git(root, &["init", "--quiet"]);
    git(root, &["add", "openapi"]);
    git(root, &["commit", "--quiet", "--message", "Released"]);
    git(root, &["tag", "v0.1.0"]);

    let diff = |old: &str, new: &str| -> Ran {
        let output = program()
            .args(["diff", old, new])
            .current_dir(root)
            .output();
        output.expect("the program runs").into()
    };
    diff("git:v0.1.0", "openapi").ends_with(0);
    diff("git:HEAD:openapi/v3/brig.json", "openapi/v3/brig.json").ends_with(0);
    fs::remove_file(root.join("openapi/v0/brig.json")).expect("removed");
    let ran = diff("git:v0.1.0", "openapi").ends_with(1);
    assert!(
        ran.stdout.contains("the document is gone"),
        "{}",
        ran.stdout
    );
    let ran = diff("git:v9.9.9", "openapi").ends_with(2);
    assert!(ran.stderr.contains("v9.9.9"), "{}", ran.stderr);
    assert!(ran.stderr.contains("git fetch --tags"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let documents = Documents::new();
    let (old, empty) = (
        documents.folder("old"),
        tempfile::tempdir().expect("a folder"),
    );
    let old = old.display().to_string();
    let file = format!("{old}/v3/brig.json");
    let ran = run(["diff", &old, &empty.path().display().to_string()]).ends_with(2);
    assert!(ran.stderr.contains("no documents"), "{}", ran.stderr);
    let ran = run(["diff", &old, &file]).ends_with(2);
    assert!(ran.stderr.contains("two of one kind"), "{}", ran.stderr);
    let ran = run(["diff", &file, "nowhere.json"]).ends_with(2);
    assert!(ran.stderr.contains("nowhere.json"), "{}", ran.stderr);
    fs::write(empty.path().join("x.json"), "{\"openapi\": \"3.0.3\"}").expect("written");
    let other = empty.path().join("x.json").display().to_string();
    let ran = run(["diff", &file, &other]).ends_with(2);
    assert!(
        ran.stderr.contains("no OpenAPI 3.1 document"),
        "{}",
        ran.stderr
    );
}
