//! Death at every system call that changes a file.

use std::collections::BTreeSet;
use std::env;
use std::fs;

use super::process::{Deed, End, Model, Place};
use super::scenario::{other, prompts};
use super::system_calls::Trouble;

/// Set to a number: how many of the points are tried, spread over all of them; 0 for all.
const POINTS: &str = "ASSAY_CRASH_POINTS";

/// How many points of a deed are tried if nobody says.
const USUAL: u64 = 24;

/// The points to try among `all`.
fn points(all: u64) -> Vec<u64> {
    let wanted = env::var(POINTS).ok().and_then(|n| n.parse().ok()).unwrap_or(USUAL);
    if wanted == 0 || wanted >= all {
        return (1..=all).collect();
    }
    (0..wanted).map(|n| 1 + n * (all - 1) / (wanted - 1).max(1)).collect()
}

#[test]
fn a_run_that_dies_at_any_change_of_a_file_goes_on_and_asks_for_no_recorded_answer_again() {
    let (model, untroubled) = (Model::new(), Place::new());
    let End::Done { points: all, .. } = untroubled.process(Deed::Run, &model.url(), Trouble::None) else { panic!() };
    assert_eq!(model.take_asked(), prompts());
    let expected = untroubled.contents();
    assert_eq!(untroubled.names(), ["run.assay"]);
    let mut killed = 0;
    let points = points(all);
    for point in &points {
        let place = Place::new();
        // How many answers are recorded together differs: there may be fewer points this time.
        if place.process(Deed::Run, &model.url(), Trouble::Kill { point: *point }) == End::Killed {
            killed += 1;
        }
        let asked = model.take_asked();
        let recorded = place.recorded();
        assert!(recorded.is_subset(&asked));
        let end = place.process(Deed::Run, &model.url(), Trouble::None);
        assert!(matches!(end, End::Done { .. }), "point {point}: {end:?}");
        let missing: BTreeSet<String> = prompts().difference(&recorded).cloned().collect();
        assert_eq!(model.take_asked(), missing, "point {point}");
        assert_eq!(place.contents(), expected, "point {point}");
        assert_eq!(place.names(), ["run.assay"], "point {point}");
    }
    println!("{killed} kills at {} of {all} points", points.len());
    assert!(killed * 10 >= points.len() * 8, "only {killed} of {} points were reached", points.len());
}

#[test]
fn a_run_that_dies_again_and_again_comes_to_its_end() {
    let (model, place, untroubled) = (Model::new(), Place::new(), Place::new());
    untroubled.process(Deed::Run, &model.url(), Trouble::None);
    model.take_asked();
    let mut recorded = BTreeSet::new();
    let mut kills = 0;
    while place.process(Deed::Run, &model.url(), Trouble::Kill { point: 40 + 20 * kills }) == End::Killed {
        let asked = model.take_asked();
        assert!(asked.is_disjoint(&recorded), "{asked:?}");
        recorded = place.recorded();
        kills += 1;
    }
    assert!(kills > 3, "{kills}");
    assert_eq!(place.contents(), untroubled.contents());
    assert_eq!(place.names(), ["run.assay"]);
}

/// A folder with half a run, and another one with all of it.
fn two_runs(model: &Model) -> (Place, Vec<u8>) {
    let place = Place::new();
    assert!(matches!(place.process(Deed::Run, &model.url(), Trouble::None), End::Done { .. }));
    fs::rename(place.file(), other(&place.file())).unwrap();
    let half = rusqlite::Connection::open(place.file()).unwrap();
    let from = other(&place.file());
    fs::copy(from, place.file()).unwrap();
    half.execute_batch(
        "DELETE FROM execution WHERE task_id > 'T/2'; DELETE FROM sample WHERE task_id > 'T/2';
         DELETE FROM completion WHERE task_id > 'T/3'; DELETE FROM metric; UPDATE run SET results_digest = NULL",
    )
    .unwrap();
    drop(half);
    model.take_asked();
    let bytes = fs::read(place.file()).unwrap();
    (place, bytes)
}

#[test]
fn a_merge_that_dies_anywhere_leaves_the_run_that_was_there_or_the_merged_one() {
    let model = Model::new();
    let (untroubled, half) = two_runs(&model);
    let End::Done { points: all, .. } = untroubled.process(Deed::Merge, "", Trouble::None) else { panic!() };
    let expected = untroubled.contents();
    assert_eq!(untroubled.names(), ["other.assay", "run.1.assay", "run.assay"]);
    assert_eq!(fs::read(untroubled.folder.path().join("run.1.assay")).unwrap(), half);
    let (mut before, mut after) = (0, 0);
    for point in points(all) {
        let place = Place::new();
        for name in ["other.assay", "run.assay"] {
            let from = if name == "run.assay" { "run.1.assay" } else { name };
            fs::copy(untroubled.folder.path().join(from), place.folder.path().join(name)).unwrap();
        }
        place.process(Deed::Merge, "", Trouble::Kill { point });
        if fs::read(place.file()).unwrap() == half {
            before += 1;
        } else {
            assert_eq!(place.contents(), expected, "point {point}");
            after += 1;
        }
        assert!(matches!(place.process(Deed::Merge, "", Trouble::None), End::Done { .. }), "point {point}");
        assert_eq!(place.contents(), expected, "point {point}");
        let left: Vec<String> =
            place.names().into_iter().filter(|n| n.contains(".part") || n.ends_with("lock")).collect();
        assert_eq!(left, [""; 0], "point {point}");
    }
    println!("{} kills: {before} left the former run, {after} the merged one", before + after);
    assert!(before > 0 && after > 0, "{before} {after}");
    assert!(model.take_asked().is_empty());
}

#[test]
fn a_run_that_is_set_aside_by_a_process_that_dies_is_under_one_of_its_names() {
    let model = Model::new();
    let (runs, _) = two_runs(&model);
    let whole = fs::read(other(&runs.file())).unwrap();
    let mut point = 1;
    loop {
        let place = Place::new();
        fs::write(place.file(), &whole).unwrap();
        let end = place.process(Deed::SetAside, "", Trouble::Kill { point });
        let aside = place.folder.path().join("run.1.assay");
        let held = [place.file(), aside].into_iter().filter(|path| fs::read(path).is_ok_and(|bytes| bytes == whole));
        assert_eq!(held.count(), 1, "point {point}");
        if end != End::Killed {
            break;
        }
        point += 1;
    }
    assert!(point > 4, "{point}");
}
