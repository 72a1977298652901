//! The documentation agrees with the program and with itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, iter};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// What `assay COMMAND -h` prints.
fn help(command: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_assay")).args(command).arg("-h").output().unwrap();
    assert!(output.status.success(), "assay {} -h", command.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

/// The subcommands that a help text lists.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// All commands below `command`, itself included, each with its help.
fn commands(command: Vec<String>) -> Vec<(Vec<String>, String)> {
    let help = help(&command);
    let below = subcommands(&help).into_iter().flat_map(|name| {
        let command = command.iter().cloned().chain(iter::once(name)).collect();
        commands(command)
    });
    let below: Vec<_> = below.collect();
    iter::once((command, help)).chain(below).collect()
}

/// The `-o` and `--option` of a help text: the words that stand first on the lines of its list.
fn options(help: &str) -> BTreeSet<String> {
    let words = help.lines().filter(|line| line.trim_start().starts_with('-')).flat_map(|line| {
        let spec = line.trim_start().split("  ").next().unwrap_or_default();
        // The end of a list of aliases may be wrapped to a line of its own.
        let words = spec.split([' ', ',']).filter(|word| word.starts_with('-') && !word.ends_with(']'));
        // Three dots mean that it may be given several times.
        words.map(|word| word.trim_end_matches("...").to_owned()).collect::<Vec<_>>()
    });
    words.collect()
}

#[test]
fn every_command_and_every_option_is_documented() {
    let page = read(root().join("docs/command-line.md"));
    // As code with or without a value, or optional.
    let documented = |option: &str| {
        ["`", "["].iter().any(|mark| [" ", "`", "]"].iter().any(|end| page.contains(&format!("{mark}{option}{end}"))))
    };
    let commands = commands(Vec::new());
    assert!(commands.len() > 6, "{commands:?}");
    let mut missing = Vec::new();
    for (command, help) in commands {
        let name = format!("assay {}", command.join(" "));
        if !page.contains(name.trim_end()) {
            missing.push(name.clone());
        }
        let of_command = options(&help).into_iter().filter(|option| !documented(option));
        missing.extend(of_command.map(|option| format!("{name} {option}")));
    }
    assert!(missing.is_empty(), "docs/command-line.md lacks {missing:#?}");
}

/// The pages: those of the repository's root and of `docs`.
fn pages() -> Vec<PathBuf> {
    let folders = [root(), root().join("docs")];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
}

/// The targets of a page's links, outside code.
fn links(page: &str) -> Vec<String> {
    let text = page.split("```").step_by(2).collect::<String>();
    text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
}

/// What a heading's anchor is called: lower case, punctuation dropped, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn has_anchor(page: &Path, wanted: &str) -> bool {
    read(page).lines().filter(|line| line.starts_with('#')).any(|line| anchor(line.trim_start_matches('#')) == wanted)
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        for link in links(&read(&page)).into_iter().filter(|link| !link.contains("://")) {
            let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            if !target.exists() || !(fragment.is_empty() || has_anchor(&target, fragment)) {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn an_anchor_is_what_renderers_make_of_a_heading() {
    assert_eq!(anchor(" pass@k and pass^k"), "passk-and-passk");
    assert_eq!(anchor(" What is unsupported"), "what-is-unsupported");
}
