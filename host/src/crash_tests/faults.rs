//! Disks that fail or are full, and processes that may open no more files.

use super::process::{Contents, Deed, End, Model, Place};
use super::scenario::prompts;
use super::system_calls::Trouble;

/// How many of the calls of a run are made to fail, spread over all of them.
const TRIED: u64 = 20;

/// Lets a run meet with each of `troubles`, and then go on without.
fn meets(troubles: impl Fn(u64, u64) -> Vec<Trouble>, says: &[&str]) {
    let (model, untroubled) = (Model::new(), Place::new());
    let End::Done { calls, openings, .. } = untroubled.process(Deed::Run, &model.url(), Trouble::None) else {
        panic!()
    };
    let expected: Contents = untroubled.contents();
    model.take_asked();
    let mut failed = 0;
    for trouble in troubles(calls, openings) {
        let place = Place::new();
        match place.process(Deed::Run, &model.url(), trouble) {
            // What could not be written was not needed, such as the removal of a lock file.
            End::Done { .. } => assert_eq!(place.contents(), expected, "{trouble:?}"),
            End::Failed { exit, message } => {
                failed += 1;
                assert_eq!(exit, 2, "{trouble:?}: {message}");
                assert!(message.contains("run.assay: "), "{trouble:?}: {message}");
                assert!(says.iter().any(|part| message.contains(part)), "{trouble:?}: {message}");
            }
            End::Killed => panic!("{trouble:?}"),
        }
        let recorded = place.recorded();
        model.take_asked();
        let end = place.process(Deed::Run, &model.url(), Trouble::None);
        assert!(matches!(end, End::Done { .. }), "{trouble:?}: {end:?}");
        assert_eq!(model.take_asked().len(), prompts().len() - recorded.len(), "{trouble:?}");
        assert_eq!(place.contents(), expected, "{trouble:?}");
        assert_eq!(place.names(), ["run.assay"], "{trouble:?}");
    }
    assert!(failed > 3, "only {failed} failed");
}

fn spread(calls: u64) -> impl Iterator<Item = u64> {
    (0..TRIED).map(move |n| 1 + n * (calls - 1) / (TRIED - 1))
}

#[test]
fn a_disk_that_fails_at_any_call_is_told_of_and_the_run_goes_on_later() {
    let fail = |call| Trouble::Fail { call, errno: libc::EIO, forever: false };
    meets(
        |calls, _| spread(calls).map(fail).collect(),
        &["the disk or its file system fails", "Input/output error", "unable to open"],
    );
}

#[test]
fn a_disk_that_is_full_from_any_call_on_is_told_of_and_the_run_goes_on_later() {
    let fail = |call| Trouble::Fail { call, errno: libc::ENOSPC, forever: true };
    let says = ["the disk is full", "the disk or its file system fails"];
    meets(|calls, _| spread(calls).map(fail).collect(), &says);
}

#[test]
fn a_process_that_may_open_no_more_files_says_so_and_the_run_goes_on_later() {
    let fail = |call| Trouble::FailOpening { call, errno: libc::EMFILE };
    meets(|_, openings| (1..=openings).map(fail).collect(), &["too many files are open", "unable to open"]);
}
