//! Files that lack their end, or have something else there.

use std::env;
use std::fs;
use std::path::PathBuf;

use super::process::{Deed, End, Model, Place};
use super::scenario::{self, config};
use super::system_calls::Trouble;
use crate::show::Overview;
use crate::store::{RunFile, StoreError};

/// Set to 1: every byte is tried, not one of many.
const EVERY_BYTE: &str = "ASSAY_EVERY_BYTE";

const PAGE: usize = 4096;

/// Of the whole file, every so many bytes one is changed; a prime number, so that it meets all places of a page.
const ANYWHERE: usize = 997;

/// A page of the log has a header.
const FRAME: usize = PAGE + 24;

fn bytes(length: usize, usual_step: usize) -> impl Iterator<Item = usize> {
    let step = if env::var_os(EVERY_BYTE).is_some() { 1 } else { usual_step };
    (0..length).step_by(step).chain([1, length - 1])
}

/// What damage does.
#[derive(Debug, Clone, Copy)]
enum Damage {
    /// Nothing from this many bytes before the end on.
    Cut(usize),
    /// Another byte, this many bytes before the end.
    Changed(usize),
}

impl Damage {
    fn of(self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        match self {
            Damage::Cut(from_end) => bytes.truncate(whole.len() - from_end - 1),
            Damage::Changed(from_end) => bytes[whole.len() - from_end - 1] ^= 0x55,
        }
        bytes
    }
}

fn damages(length: usize, usual_step: usize) -> Vec<Damage> {
    let cut = bytes(length, usual_step).map(Damage::Cut);
    cut.chain(bytes(length, usual_step).map(Damage::Changed)).collect()
}

fn overview(place: &Place) -> Result<Overview, StoreError> {
    Overview::of(&RunFile::open_read_only(&place.file())?)
}

/// How often the reader was told by an error, or by the digest, or nothing was wrong.
#[derive(Debug, Default)]
struct Told {
    error: u32,
    digest: u32,
    sound: u32,
}

#[test]
fn a_file_with_a_damaged_last_page_is_told_of_or_gives_the_same_numbers() {
    let (model, whole) = (Model::new(), Place::new());
    scenario::run(&whole.file(), &model.url()).unwrap();
    let expected = overview(&whole).unwrap();
    let numbers = |overview: &Overview| {
        let suite = &overview.suites[0];
        (suite.n_samples, suite.verdicts.clone(), suite.pass_at_k.clone(), overview.results_digest.clone())
    };
    let bytes = fs::read(whole.file()).unwrap();
    let mut told = Told::default();
    let step = if env::var_os(EVERY_BYTE).is_some() { ANYWHERE / 16 } else { ANYWHERE };
    let anywhere = (0..bytes.len()).step_by(step).map(Damage::Changed);
    for damage in damages(PAGE, 31).into_iter().chain(anywhere) {
        let place = Place::new();
        fs::write(place.file(), damage.of(&bytes)).unwrap();
        match overview(&place) {
            Err(error) => {
                // Its first bytes say what it is.
                let clear = matches!(error, StoreError::Damaged { .. } | StoreError::NotARun { .. });
                assert!(clear || matches!(error, StoreError::Newer { .. }), "{damage:?}: {error}");
                assert!(matches!(error, StoreError::Damaged { .. }) || matches!(damage, Damage::Changed(_)), "{error}");
                told.error += 1;
            }
            Ok(found) if found.is_altered() => told.digest += 1,
            Ok(found) => {
                assert_eq!(numbers(&found), numbers(&expected), "{damage:?}");
                told.sound += 1;
            }
        }
        // Nor does whoever goes on take it for something else.
        if let Ok(run) = RunFile::create_or_resume(&place.file(), &config(&model.url())) {
            assert!(!matches!(damage, Damage::Cut(_)), "{damage:?}");
            assert!(run.finished().is_err() || run.finished().unwrap().len() <= scenario::TASKS as usize);
        }
    }
    println!("{told:?}");
    assert!(told.error > 0 && told.sound > 0, "{told:?}");
}

#[test]
fn a_log_with_a_damaged_last_page_loses_the_last_change_and_the_run_goes_on() {
    let (model, untroubled) = (Model::new(), Place::new());
    let End::Done { points, .. } = untroubled.process(Deed::Run, &model.url(), Trouble::None) else { panic!() };
    let expected = untroubled.contents();
    let killed = Place::new();
    assert_eq!(killed.process(Deed::Run, &model.url(), Trouble::Kill { point: points / 2 }), End::Killed);
    let log = |place: &Place| -> PathBuf { place.folder.path().join("run.assay-wal") };
    let (file, whole) = (fs::read(killed.file()).unwrap(), fs::read(log(&killed)).unwrap());
    let whole = up_to_a_commit(&whole);
    fs::write(log(&killed), whole).unwrap();
    let before = progress(&killed);
    model.take_asked();
    let mut lost = 0;
    for damage in damages(FRAME, 127) {
        let place = Place::new();
        fs::write(place.file(), &file).unwrap();
        fs::write(log(&place), damage.of(whole)).unwrap();
        let recorded = place.recorded();
        let now = progress(&place);
        assert!(now <= before && now + 1 >= before, "{damage:?}: {now} of {before}");
        lost += u32::from(now < before);
        scenario::run(&place.file(), &model.url()).unwrap();
        assert_eq!(model.take_asked().len(), scenario::prompts().len() - recorded.len(), "{damage:?}");
        assert_eq!(place.contents(), expected, "{damage:?}");
        assert_eq!(place.names(), ["run.assay"], "{damage:?}");
    }
    println!("{lost} lost the last change");
    assert!(lost > 0);
}

/// The log's beginning that ends with a whole transaction: a page's header has a size then, after the page's number.
fn up_to_a_commit(log: &[u8]) -> &[u8] {
    const HEADER: usize = 32;
    let frames = (log.len() - HEADER) / FRAME;
    let commit = (1..=frames).rev().find(|frame| log[HEADER + (frame - 1) * FRAME..][4..8] != [0; 4]);
    &log[..HEADER + commit.unwrap() * FRAME]
}

/// How many completions and verdicts there are.
fn progress(place: &Place) -> usize {
    place.recorded().len() + RunFile::open_read_only(&place.file()).unwrap().load_results().unwrap().len()
}
