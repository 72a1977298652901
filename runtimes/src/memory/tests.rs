#![expect(unsafe_code, reason = "writes to memories as guests do")]

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use wasm_encoder as encode;
use wasmtime::{Engine, Instance, Module, Store};

use super::image::{Image, PAGE};
use super::overlay::Overlay;
use super::region::{Region, Reset};
use super::with_image;

const WASM_PAGE: usize = 64 << 10;

fn image(bytes: &[u8]) -> Arc<Image> {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    Arc::new(Image::new(file).expect("whole pages"))
}

/// An image of `pages` pages that all differ.
fn patterned(pages: usize) -> Arc<Image> {
    image(&(0..pages * PAGE).map(|at| (at / PAGE + at % 251) as u8).collect::<Vec<_>>())
}

fn region(image: &Arc<Image>) -> Region {
    Region::from_image(image.len() + 16 * PAGE, image).expect("address space")
}

fn write(region: &Region, at: usize, bytes: &[u8]) {
    assert!(at + bytes.len() <= region.size());
    // SAFETY: within the accessible part, checked above, and nothing else uses the region.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), region.base().add(at), bytes.len()) };
}

fn reset(region: &mut Region) -> Reset {
    reset_to(region, &Overlay::default())
}

fn reset_to(region: &mut Region, overlay: &Overlay) -> Reset {
    region.reset(overlay).expect("a memory of the overlay's size").expect("the system can reset it")
}

fn is_image(region: &Region) -> bool {
    region.equals(&Overlay::default())
}

/// Writes as (position as a fraction of the memory, length, value).
fn writes() -> impl Strategy<Value = Vec<(f64, usize, u8)>> {
    vec((0.0..1.0, 1..3 * PAGE, any::<u8>()), 0..12)
}

fn write_all(region: &Region, writes: &[(f64, usize, u8)]) {
    for &(position, len, value) in writes {
        let at = (position * region.size() as f64) as usize;
        write(region, at, &vec![value; len.min(region.size() - at)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_reset_memory_is_its_image_whatever_was_written(
        pages in 1_usize..80,
        rounds in vec(writes(), 1..8),
    ) {
        let mut region = region(&patterned(pages));
        for round in rounds {
            write_all(&region, &round);
            reset(&mut region);
            prop_assert!(is_image(&region));
        }
    }

    #[test]
    fn so_is_one_whose_pages_are_not_tracked(rounds in vec(writes(), 1..4)) {
        let mut region = region(&patterned(20)).without_tracking();
        for round in rounds {
            write_all(&region, &round);
            prop_assert_eq!(reset(&mut region), Reset::Remapped);
            prop_assert!(is_image(&region));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_captured_state_is_restored_from_any_other_of_its_size(
        grown in 0_usize..8,
        states in vec(writes(), 1..4),
        rounds in vec((any::<prop::sample::Index>(), writes()), 1..10),
        tracked in any::<bool>(),
    ) {
        let mut region = region(&patterned(40));
        if !tracked {
            region = region.without_tracking();
        }
        region.grow_to(region.size() + grown * PAGE).expect("address space");
        let first = region.capture().expect("a memory with an image");
        prop_assert_eq!((first.size(), first.grown()), (0, grown * PAGE));
        let mut captured = vec![first];
        for state in states {
            reset_to(&mut region, &captured[0]);
            write_all(&region, &state);
            let overlay = region.capture().expect("a memory with an image");
            prop_assert!(region.equals(&overlay));
            captured.push(overlay);
        }
        for (index, round) in rounds {
            let overlay = &captured[index.index(captured.len())];
            reset_to(&mut region, overlay);
            prop_assert!(region.equals(overlay));
            write_all(&region, &round);
        }
    }
}

#[test]
fn a_memory_starts_as_its_image_and_differs_after_a_write() {
    let region = region(&patterned(3));
    assert!(is_image(&region));
    write(&region, PAGE, &[255]);
    assert!(!is_image(&region));
}

#[test]
fn two_memories_of_one_image_do_not_see_each_other() {
    let image = patterned(3);
    let (one, other) = (region(&image), region(&image));
    write(&one, 0, b"one");
    assert!(is_image(&other));
}

#[test]
fn pages_written_again_and_again_are_reset_every_time() {
    // More often than pages are given back instead of copied.
    let mut region = region(&patterned(40));
    let mut remapped = 0;
    for round in 0..1100_usize {
        write(&region, (round * 7 % 40) * PAGE + round % PAGE, &[round as u8 ^ 0x5a]);
        remapped += usize::from(reset(&mut region) == Reset::Remapped);
        assert!(is_image(&region), "round {round}");
    }
    assert!(remapped >= 2, "pages that are no longer written leave the set");
}

#[test]
fn a_memory_of_another_size_needs_a_new_one() {
    let mut grown = region(&patterned(2));
    grown.grow_to(3 * PAGE).expect("address space");
    write(&grown, 2 * PAGE, b"new");
    assert!(grown.reset(&Overlay::default()).is_none());
    assert!(!is_image(&grown));
    let overlay = grown.capture().expect("a memory with an image");
    let mut other = region(&patterned(2));
    assert!(other.reset(&overlay).is_none());
    assert!(!other.equals(&overlay));
}

#[test]
fn a_memory_without_an_image_cannot_be_reset() {
    let mut region = Region::zeroed(4 * PAGE, PAGE).expect("address space");
    assert!(region.reset(&Overlay::default()).is_none());
    assert!(!is_image(&region));
}

#[test]
fn memories_never_exceed_their_reservation() {
    let image = patterned(4);
    assert!(Region::from_image(3 * PAGE, &image).is_err());
    let mut region = Region::from_image(4 * PAGE, &image).expect("address space");
    assert!(region.grow_to(5 * PAGE).is_err());
    assert_eq!(region.size(), 4 * PAGE);
    region.grow_to(PAGE).expect("a memory never shrinks");
    assert_eq!(region.size(), 4 * PAGE);
}

#[test]
fn an_image_is_whole_pages() {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&[0; PAGE + 1]).expect("room for it");
    assert!(Image::new(file).is_err());
    let empty: File = tempfile::tempfile().expect("a temporary file");
    assert!(Image::new(empty).is_err());
}

/// A module with a memory of `minimum` pages, if any, and a function `touch` that writes at 8 and grows it by `grow`.
fn module(engine: &Engine, minimum: Option<u64>, grow: i32) -> Module {
    use encode::Instruction as I;
    let mut types = encode::TypeSection::new();
    types.ty().function([], []);
    let mut functions = encode::FunctionSection::new();
    let mut memories = encode::MemorySection::new();
    let mut exports = encode::ExportSection::new();
    let mut code = encode::CodeSection::new();
    if let Some(minimum) = minimum {
        memories.memory(encode::MemoryType {
            minimum,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let store = encode::MemArg { offset: 8, align: 2, memory_index: 0 };
        let mut touch = encode::Function::new([]);
        for instruction in
            [I::I32Const(0), I::I32Const(-1), I::I32Store(store), I::I32Const(grow), I::MemoryGrow(0), I::Drop, I::End]
        {
            touch.instruction(&instruction);
        }
        functions.function(0);
        code.function(&touch);
        exports.export("touch", encode::ExportKind::Func, 0);
    }
    let mut module = encode::Module::new();
    module.section(&types).section(&functions).section(&memories).section(&exports).section(&code);
    Module::new(engine, module.finish()).expect("it is valid")
}

#[test]
fn an_instances_memory_is_reset_until_it_grows() {
    let engine = crate::engine::engine().expect("the engine starts");
    let image = patterned(2 * WASM_PAGE / PAGE);
    for (grow, resettable) in [(0, true), (1, false)] {
        let module = module(&engine, Some(1), grow);
        let mut store = Store::new(&engine, ());
        let made = with_image(&image, || Instance::new(&mut store, &module, &[]));
        let (instance, memory) = made.expect("it instantiates");
        assert_eq!(memory.size(), 2 * WASM_PAGE, "as large as its image");
        assert!(memory.equals(&Overlay::default()));
        let touch = instance.get_typed_func::<(), ()>(&mut store, "touch").expect("it is exported");
        for _ in 0..3 {
            touch.call(&mut store, ()).expect("it runs");
            assert!(!memory.equals(&Overlay::default()));
            assert_eq!(memory.reset(&Overlay::default()).is_some(), resettable);
            assert_eq!(memory.equals(&Overlay::default()), resettable);
        }
    }
}

#[test]
fn an_image_that_no_memory_takes_is_an_error() {
    let engine = crate::engine::engine().expect("the engine starts");
    let image = patterned(WASM_PAGE / PAGE);
    for minimum in [None, Some(2)] {
        let module = module(&engine, minimum, 0);
        let mut store = Store::new(&engine, ());
        assert!(with_image(&image, || Instance::new(&mut store, &module, &[])).is_err(), "{minimum:?}");
    }
}
