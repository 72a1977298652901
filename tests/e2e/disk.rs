//! Disks and limits that a run file meets with.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::assay::{Ended, User};
use crate::model::{Model, Suite};

/// A disk of its own, which takes root.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk(folder);
        if disk.command(&["-t", "tmpfs", "-o", options, "tmpfs"]) {
            return Some(disk);
        }
        assay_testing::skip("mounting a disk needs root");
        None
    }

    fn remount(&self, options: &str) {
        assert!(self.command(&["-o", &format!("remount,{options}")]));
    }

    fn command(&self, arguments: &[&str]) -> bool {
        Command::new("mount").args(arguments).arg(self.0.path()).output().is_ok_and(|output| output.status.success())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

fn line(model: &Model, file: &Path) -> Vec<String> {
    let line = format!("run demo --base-url {} --model m -n 2 --json -o {}", model.url(), file.display());
    line.split_whitespace().map(str::to_owned).collect()
}

fn digest(ended: &Ended) -> Value {
    ended.json()["results_digest"].clone()
}

#[test]
fn a_full_disk_is_told_and_the_same_command_goes_on_when_there_is_space() {
    let Some(disk) = Disk::mount("size=200k,mode=700") else { return };
    let (user, model) = (User::new(), Model::golden(&Suite::demo()));
    let untroubled = digest(&user.assay(line(&model, Path::new("run.assay"))).run().done());
    let file = disk.path().join("run.assay");
    user.assay(line(&model, &file)).run().fails(2, &["run.assay: the disk is full; free some space"]);
    user.assay(["show".as_ref(), file.as_os_str()]).run().done();

    disk.remount("size=64m");
    let known = user.assay(["export".as_ref(), file.as_os_str(), "--format".as_ref(), "jsonl".as_ref()]).run().done();
    let known = known.text().lines().count() as u64;
    let requests = model.requests();
    assert_eq!(digest(&user.assay(line(&model, &file)).run().done()), untroubled);
    assert_eq!(model.requests() - requests, 56 - known);
    assert_eq!(std::fs::read_dir(disk.path()).unwrap().count(), 1);
}

#[test]
fn a_read_only_disk_can_be_read_and_not_written() {
    let Some(disk) = Disk::mount("size=64m,mode=700") else { return };
    let (user, model) = (User::new(), Model::golden(&Suite::demo()));
    let file = disk.path().join("run.assay");
    let report = user.assay(line(&model, &file)).run().done();
    disk.remount("ro");
    let requests = model.requests();
    let says = ["run.assay: the file or its folder is read-only; make both writable"];
    user.assay(line(&model, &file)).run().fails(2, &says);
    user.assay(["rescore".as_ref(), file.as_os_str()]).run().fails(2, &says);
    user.assay(line(&model, &disk.path().join("new.assay"))).run().fails(2, &["new.assay: the file or its folder"]);
    assert_eq!(model.requests(), requests);
    let shown = user.assay(["show".as_ref(), file.as_os_str(), "--json".as_ref()]).run().done();
    assert_eq!(digest(&shown), digest(&report));
}

#[test]
fn a_process_that_may_open_few_files_says_what_it_lacks_and_the_run_goes_on_with_more() {
    let (user, model) = (User::new(), Model::golden(&Suite::demo()));
    let untroubled = digest(&user.assay(line(&model, Path::new("untroubled.assay"))).run().done());
    let mut refused = 0;
    for files in [8, 12, 14, 16, 18, 20, 24] {
        let ended = user.assay_with_files(files, line(&model, Path::new("run.assay"))).run();
        match ended.code {
            Some(0) => assert_eq!(digest(&ended), untroubled),
            // The run file, the endpoint or the sandbox, whichever first opens one too many.
            Some(2 | 3 | 5) => {
                refused += 1;
                ended.has_one_error();
            }
            code => panic!("{files} files: {code:?} {}", ended.stderr),
        }
    }
    assert!(refused > 0);
    assert_eq!(digest(&user.assay(line(&model, Path::new("run.assay"))).run().done()), untroubled);
    user.run("verify run.assay").done();
}
