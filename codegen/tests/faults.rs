//! Each mistake in a declaration is reported where it is, with what would be right.
//!
//! `tests/faults/README.md` says how to add one.

use std::path::{Path, PathBuf};
use std::{env, fs};

use federation_codegen::{Faults, read, read_source};

#[test]
fn each_mistake_is_reported_where_it_is() {
    let overwrite = env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let fixtures = fixtures();
    assert!(fixtures.len() > 70, "only {} fixtures", fixtures.len());
    for name in fixtures {
        let reported = faults_of(&name);
        let golden = folder().join(format!("{name}.txt"));
        match fs::read_to_string(&golden) {
            Ok(expected) if expected == reported => {}
            Ok(_) if overwrite => fs::write(&golden, &reported).expect("write the golden file"),
            Ok(expected) => wrong.push(format!(
                "{name}.rs, expected:\n{expected}reported:\n{reported}"
            )),
            Err(_) => {
                fs::write(&golden, &reported).expect("write the golden file");
                wrong.push(format!(
                    "{name}.txt was missing and is written now; read it:\n{reported}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One mistake, one fault: nothing that follows from it confuses the reader.
#[test]
fn one_mistake_gives_one_fault() {
    for name in fixtures().into_iter().filter(|name| name != "many") {
        let reported = faults_of(&name);
        assert_eq!(reported.lines().count(), 1, "{name}.rs:\n{reported}");
    }
}

#[test]
fn faults_stand_in_the_order_of_the_source() {
    let Err(Faults(faults)) = read(&folder(), "weather-api 1.0.0", &["many.rs"]) else {
        panic!("many.rs has no fault");
    };
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.line, fault.column))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(faults.len() > 10, "{faults:?}");
}

/// No golden file stays behind when its fixture goes.
#[test]
fn each_golden_file_has_its_fixture() {
    let fixtures = fixtures();
    for name in names_with("txt") {
        assert!(fixtures.contains(&name), "{name}.txt has no {name}.rs");
    }
}

#[test]
fn files_come_in_the_order_in_which_they_are_listed() {
    let files = [
        "response_unit.rs",
        "no_such_file.rs",
        "argument_self_mut.rs",
        "response_unit.rs",
    ];
    let Err(Faults(faults)) = read(&folder(), "weather-api 1.0.0", &files) else {
        panic!("these files have faults");
    };
    let reported: Vec<_> = faults
        .iter()
        .map(|fault| (fault.file.as_str(), fault.line))
        .collect();
    let expected = [
        ("response_unit.rs", 1),
        ("response_unit.rs", 15),
        ("no_such_file.rs", 1),
        // Both files declare the component `weather`.
        ("argument_self_mut.rs", 9),
        ("argument_self_mut.rs", 15),
    ];
    assert_eq!(reported, expected, "{faults:#?}");
    assert!(faults[0].message.contains("is listed twice"));
    assert!(faults[2].message.contains("cannot be read"));
}

/// Two files may declare traits of one name; that hides nothing.
#[test]
fn names_are_compared_across_files() {
    let declared = |component: &str| {
        format!(
            "use federation_api::{{Call, component}};\n\
             /// Reports.\n#[component(\"{component}\")]\npub trait Weather {{\n\
             /// What a failed call gives its caller.\ntype Error;\n\
             /// A report.\n#[rpc]\n\
             async fn get_report(&self, call: &Call, place: String) -> Result<String, Self::Error>;\n}}\n"
        )
    };
    let package = tempfile::tempdir().expect("a folder");
    for component in ["sky", "sea"] {
        let file = package.path().join(format!("{component}.rs"));
        fs::write(file, declared(component)).expect("a file");
    }
    let Err(faults) = read(package.path(), "weather-api 1.0.0", &["sky.rs", "sea.rs"]) else {
        panic!("`get-report` is in both");
    };
    assert_eq!(
        faults.to_string(),
        "sea.rs:9:10: `get-report` is an RPC of `weather_api::sky::Weather` too; a name is unique across \
         all components"
    );
}

/// The place is counted in characters, as editors and compilers count.
#[test]
fn columns_count_characters() {
    let source = "/// Ä\n#[component(\"ä\")] pub trait Ä { /*ä*/ type Error; }";
    let Err(Faults(faults)) = read_source("weather-api 1.0.0", "src/lib.rs", source) else {
        panic!("`ä` is no name");
    };
    assert_eq!((faults[0].line, faults[0].column), (2, 13), "{faults:?}");
}

fn faults_of(name: &str) -> String {
    match read(&folder(), "weather-api 1.0.0", &[&format!("{name}.rs")]) {
        Ok(_) => "no fault\n".to_owned(),
        Err(faults) => format!("{faults}\n"),
    }
}

fn fixtures() -> Vec<String> {
    names_with("rs")
}

fn names_with(extension: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the folder of the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults")
}
