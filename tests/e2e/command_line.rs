use crate::assay::User;

const COMMANDS: [&str; 8] = ["demo", "run", "score", "verify", "exec", "suite", "runtime", "doctor"];

#[test]
fn the_version_is_the_crates() {
    let ended = User::new().run("--version").done();
    assert_eq!(ended.text(), concat!("assay ", env!("CARGO_PKG_VERSION"), "\n"));
    assert_eq!(ended.stderr, "");
}

#[test]
fn help_lists_every_command_and_every_exit_code() {
    let help = User::new().run("--help").done().text();
    for command in COMMANDS {
        assert!(help.lines().any(|line| line.split_whitespace().next() == Some(command)), "{command}\n{help}");
    }
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for code in ["0 done", "1 ", "2 usage", "3 endpoint", "4 suite", "5 sandbox", "130 interrupted"] {
        assert!(words.contains(code), "{code}\n{help}");
    }
}

#[test]
fn every_command_explains_itself() {
    let user = User::new();
    for command in COMMANDS {
        let help = user.assay([command, "--help"]).run().done().text();
        assert!(help.contains(&format!("Usage: assay {command}")), "{help}");
    }
}

#[test]
fn what_is_no_command_line_is_refused_with_exit_code_2() {
    let user = User::new();
    for line in [
        "",
        "fly",
        "--fly",
        "exec",
        "exec x.py --fly",
        "exec x.py --fuel many",
        "run",
        "run demo --model m",
        "run demo --base-url http://127.0.0.1:1/v1",
        "run demo --base-url http://127.0.0.1:1/v1 --model m -n 0",
        "run demo --base-url http://127.0.0.1:1/v1 --model m -k 0",
        "run demo --base-url http://127.0.0.1:1/v1 --model m --temperature hot",
        "run demo --provider nobody --model m",
        "score demo",
        "score demo --samples x --jobs 0",
        "suite",
        "suite fly",
        "runtime prepare",
    ] {
        let ended = user.run(line).exits(2);
        assert!(ended.stdout.is_empty(), "{line}");
        assert!(ended.stderr.contains("Usage: ") || ended.stderr.contains("invalid value"), "{line}\n{}", ended.stderr);
    }
    assert_eq!(user.files(), [""; 0]);
}
