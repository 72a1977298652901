//! What is wrong with a machine is said before a run finds it out.

use std::fs;
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::assay::User;
use crate::model::{Model, Suite};

/// An address where nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

#[test]
fn a_machine_that_can_run_programs_is_described() {
    let user = User::new();
    let model = Model::golden(&Suite::demo());
    let (there, nobody) = (model.url(), nowhere());
    let servers = ["--server", there.as_str(), "--server", nobody.as_str()];
    let json = user.assay(["doctor", "--json"].iter().chain(&servers)).run().done().json();
    assert_eq!(json["problems"], json!([]));
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert!(json["speed"]["fuel_per_second"].as_f64().unwrap() > 1e6, "{json}");
    assert_eq!((&json["runtimes"][0]["name"], &json["runtimes"][0]["prepared"]), (&"python".into(), &true.into()));
    assert_eq!(json["cache"]["dir"].as_str(), user.cache().to_str());
    assert_eq!(json["suites"].as_array().unwrap().iter().find(|suite| suite["id"] == "demo").unwrap()["ready"], true);
    assert!(json["servers"][0]["models"].is_array(), "{json}");
    assert_eq!(json["servers"][1], json!({"provider": null, "base_url": nobody, "models": null}));

    let text = user.assay(["doctor"].iter().chain(&servers)).run().done().text();
    let speaks_of =
        ["assay ", "wasmtime ", "PAGEMAP_SCAN ", "fuel a second; 100 G are ", "not found", "runs can work here"];
    assert!(speaks_of.iter().all(|word| text.contains(word)), "{text}");
}

/// What is found where nothing is prepared and nothing can be fetched.
fn bare(user: &User) -> Value {
    fs::remove_file(user.cache().join("runtimes")).unwrap();
    let doctor = user.assay(["doctor", "--json", "--server", &nowhere()]).env("PATH", "");
    doctor.run().exits(5).json()
}

#[test]
fn without_a_runtime_and_without_a_way_to_get_one_runs_cannot_work() {
    let json = bare(&User::new());
    let problem = &json["problems"][0];
    assert!(problem["what"].as_str().unwrap().contains("python is not prepared"), "{json}");
    assert!(problem["help"].as_str().unwrap().contains("uv or pip"), "{json}");
    assert_eq!((&json["speed"], &json["sources"]), (&Value::Null, &json!([])));
}

#[test]
fn a_cache_of_outcomes_that_is_not_sound_is_told_of_and_is_no_problem() {
    let user = User::new();
    let doctor = || user.assay(["doctor", "--json", "--server", &nowhere()]).run().done().json();
    assert_eq!(doctor()["cache"]["outcomes"], Value::Null);
    fs::write(user.cache().join("outcomes.sqlite"), "x".repeat(9000)).unwrap();
    let outcomes = doctor()["cache"]["outcomes"].clone();
    assert_eq!((&outcomes["count"], &outcomes["bytes"]), (&Value::Null, &9000.into()));
    assert!(outcomes["fault"].as_str().unwrap().contains("not a database"), "{outcomes}");
    assert_eq!(fs::read(user.cache().join("outcomes.sqlite")).unwrap().len(), 9000);
}
