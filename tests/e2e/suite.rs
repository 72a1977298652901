use std::fs;
use std::path::{Path, PathBuf};

use assay::catalogue;

use crate::assay::{Ended, User};
use crate::data::{data, unpacked};
use crate::web::{Web, nobody};

const MAIN: &str = "humaneval/HumanEval.jsonl.gz";
const EXAMPLE: &str = "humaneval/example_problem.jsonl";

/// Where data goes by itself.
fn own_data(user: &User) -> PathBuf {
    user.home().join(".local/share/assay/data")
}

#[track_caller]
fn pull(user: &User, from: &str) -> Ended {
    user.assay(["suite", "pull", "humaneval", "--from", from]).run()
}

#[track_caller]
fn assert_nothing_was_kept(user: &User) {
    fn files(dir: &Path) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }
    assert_eq!(files(&user.home()), Vec::<PathBuf>::new());
}

#[test]
fn the_list_tells_which_suites_are_ready_and_how_to_get_the_others() {
    let list = User::new().run("suite list").done().text();
    let line = |id: &str| list.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(line("demo ").trim_end().ends_with("Apache-2.0") && line("demo ").contains("  ready  "), "{list}");
    assert!(line("humaneval ").contains("  assay suite pull humaneval  "), "{list}");

    let infos = User::new().run("suite list --json").done().json();
    let ids: Vec<&str> = infos.as_array().unwrap().iter().map(|info| info["id"].as_str().unwrap()).collect();
    assert_eq!(ids, catalogue::names().collect::<Vec<_>>());
}

#[test]
fn info_tells_what_a_suite_is_and_where_its_data_comes_from() {
    let text = User::new().run("suite info humaneval").done().text();
    for part in ["HumanEval", "MIT", "python", MAIN, "missing; from https://github.com/openai/human-eval", "sha256"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let json = User::new().run("suite info humaneval --json").done().json();
    assert_eq!((json["id"].as_str(), json["licence"].as_str()), (Some("humaneval"), Some("MIT")));
    assert_eq!(json["data"].as_array().unwrap().len(), 2);
    assert_eq!(json["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn a_task_is_shown_with_all_that_the_suite_makes_of_it() {
    let user = User::new();
    let text = user.run("suite inspect demo --task Demo/3").done().text();
    for part in
        ["demo, python  Demo/3", "for chat models", "for base models", "gold answer", "file solution.py: the solution"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let json = user.run("suite inspect demo --json").done().json();
    assert_eq!((json["task_id"].as_str(), json["programs"].as_array().unwrap().len()), (Some("Demo/0"), 1));
    user.run("suite inspect demo --task Demo/300").fails(2, &["suite demo has no task Demo/300", "did you mean Demo/"]);
}

#[test]
fn an_unknown_suite_is_refused_with_a_suggestion() {
    for command in ["info", "pull"] {
        let says = ["there is no suite `humanevall`", "did you mean `humaneval`?"];
        User::new().run(&format!("suite {command} humanevall")).fails(2, &says);
    }
    User::new().run("suite info xyz").fails(2, &["there is no suite `xyz`", "there are: ", "demo"]);
}

#[test]
fn a_suite_that_comes_with_its_data_needs_no_pull() {
    let ended = User::new().run("suite pull demo").done();
    assert!(ended.text().contains("comes with its data"));
}

#[test]
fn a_file_is_pulled_by_its_content_whatever_it_is_called() {
    let Some(data) = data() else { return };
    let user = User::new();
    // Compressed or not, from another name: the content is pinned.
    user.write("plain", unpacked(data.join(MAIN)));
    fs::copy(data.join(EXAMPLE), user.path("example")).unwrap();
    assert!(pull(&user, "plain").done().text().contains(MAIN));
    assert!(pull(&user, "example").done().text().contains(EXAMPLE));
    assert_eq!(fs::read(own_data(&user).join(EXAMPLE)).unwrap(), fs::read(data.join(EXAMPLE)).unwrap());

    let info = user.run("suite info humaneval").done().text();
    assert!(!info.contains("missing") && info.contains(own_data(&user).to_str().unwrap()), "{info}");
    let list = user.run("suite list").done().text();
    assert!(list.lines().any(|line| line.starts_with("humaneval ") && line.contains("  ready  ")), "{list}");
    user.write("s.jsonl", "{\"task_id\":\"HumanEval/53\",\"completion\":\"    return x + y\\n\"}\n");
    assert_eq!(user.run("score humaneval --samples s.jsonl --json").done().json()["verdicts"]["passed"], 1);
}

#[test]
fn a_directory_is_pulled_whole_into_the_directory_that_the_user_names() {
    let Some(data) = data() else { return };
    let user = User::new();
    let text = pull(&user, data.to_str().unwrap()).done().text();
    assert!(text.contains(MAIN) && text.contains(EXAMPLE), "{text}");
    assert!(own_data(&user).join(MAIN).is_file());

    let named = User::new();
    let line = ["suite", "pull", "humaneval", "--data-dir", "by-option", "--from", data.to_str().unwrap()];
    named.assay(line).run().done();
    named.assay(&line[..3]).arg("--from").arg(&data).env("ASSAY_DATA", "by-variable").run().done();
    for folder in ["by-option", "by-variable"] {
        assert_eq!(fs::read(named.path(folder).join(MAIN)).unwrap(), fs::read(data.join(MAIN)).unwrap());
    }
    assert_nothing_was_kept(&named);
    assert!(named.run("suite info humaneval --data-dir by-option").done().text().contains("by-option/humaneval"));
}

#[test]
fn data_comes_from_a_web_server() {
    let Some(data) = data() else { return };
    let user = User::new();
    let web = Web::serving(&fs::read(data.join(EXAMPLE)).unwrap());
    assert!(pull(&user, &web.url("mirror/x.jsonl")).done().text().contains(EXAMPLE));
    assert!(own_data(&user).join(EXAMPLE).is_file());
}

#[test]
fn a_download_that_fails_names_its_url_and_keeps_nothing() {
    let user = User::new();
    let html = b"<!doctype html><title>Sign in</title>";
    for (web, says) in [
        (Web::with_body("404 Not Found", "text/plain", b"nothing here"), "HTTP 404"),
        (Web::with_body("500 Oops", "text/plain", b""), "HTTP 500"),
        (Web::with_body("200 OK", "text/html", html), "none of humaneval's data has sha256"),
        (Web::serving(b"{\"task_id\": \"another file\"}\n"), "none of humaneval's data has sha256"),
        (Web::serving(b"\x1f\x8b\x08\0\0\0\0\0 not gzip"), "not a whole gzip file"),
        (Web::answering("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort"), ""),
        (Web::answering("this is not HTTP\r\n\r\n"), ""),
        (Web::answering(""), ""),
    ] {
        let url = web.url("HumanEval.jsonl.gz");
        pull(&user, &url).fails(4, &[&url, says]).without_control_characters();
        assert_nothing_was_kept(&user);
    }
    let url = format!("http://{}/HumanEval.jsonl.gz", nobody());
    pull(&user, &url).fails(4, &[&url, "--from FILE"]);
    assert_nothing_was_kept(&user);
}

#[test]
fn a_file_that_is_not_the_data_is_named_and_nothing_is_kept() {
    let user = User::new();
    pull(&user, "nothing.gz").fails(2, &["nothing.gz", "No such file"]);
    user.write("other", "something else\n");
    pull(&user, "other").fails(4, &["other: none of humaneval's data has sha256"]);
    assert_nothing_was_kept(&user);
}

#[test]
fn a_directory_whose_files_are_not_the_data_is_refused() {
    let user = User::new();
    user.write("mirror/humaneval/HumanEval.jsonl.gz", "something else\n");
    let ended = user.assay(["suite", "pull", "humaneval", "--from", "mirror"]).run().exits(4);
    ended.says(&["mirror/humaneval/HumanEval.jsonl.gz", "sha256 of the content is", "nothing of it was kept"]);
    assert_nothing_was_kept(&user);
}
