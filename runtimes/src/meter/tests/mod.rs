//! Random modules, metered here and by wasmtime: what they give and what they use is the same.

mod random;

use proptest::prelude::*;
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportSection, Function, FunctionSection,
    GlobalSection, ImportSection, Instruction, Module, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmtime::{Config, Engine, Instance, Store, Trap};

use self::random::{FUNCTIONS, Statement, module, statement};
use super::{Gauge, meter};

/// More than any of the modules uses.
const PLENTY: u64 = 1 << 40;

/// How a module's first function ended, and what it used.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    end: Result<i32, Option<Trap>>,
    used: u64,
}

fn engine(metering: bool) -> Engine {
    let mut config = Config::new();
    config.consume_fuel(metering).wasm_exceptions(true);
    Engine::new(&config).expect("the engine starts")
}

fn by_wasmtime(wasm: &[u8], fuel: u64) -> Run {
    let engine = engine(true);
    let module = wasmtime::Module::new(&engine, wasm).expect("it is valid");
    let mut store = Store::new(&engine, ());
    store.set_fuel(PLENTY).expect("fuel is metered");
    let instance = Instance::new(&mut store, &module, &[]).expect("it instantiates");
    let function = instance.get_typed_func::<(i32, i32), i32>(&mut store, "f").expect("it is exported");
    store.set_fuel(fuel).expect("fuel is metered");
    let end = function.call(&mut store, (3, 8)).map_err(|error| error.downcast_ref().copied());
    Run { end, used: fuel - store.get_fuel().expect("fuel is metered") }
}

fn by_us(wasm: &[u8], fuel: u64) -> Run {
    let engine = engine(false);
    let module = wasmtime::Module::new(&engine, meter(wasm).expect("it can be metered")).expect("it is valid");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("it instantiates");
    let gauge = Gauge::of(&instance, &mut store).expect("it is metered");
    let function = instance.get_typed_func::<(i32, i32), i32>(&mut store, "f").expect("its type is as it was");
    gauge.fill(&mut store, fuel).expect("there is fuel");
    let end = function.call(&mut store, (3, 8)).map_err(|error| error.downcast_ref().copied());
    let exhausted = gauge.is_exhausted(&mut store).expect("there is a count");
    let end = if exhausted { Err(Some(Trap::OutOfFuel)) } else { end };
    Run { end, used: fuel - gauge.left(&mut store).expect("there is a count") }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 300 } else { 3_000 }))]

    #[test]
    fn a_module_uses_what_it_uses_by_wasmtimes_count(
        bodies in prop::collection::vec(prop::collection::vec(statement(), 0..8), FUNCTIONS as usize),
        part in 0.0..1.0_f64,
    ) {
        let wasm = module(&bodies);
        let whole = by_wasmtime(&wasm, PLENTY);
        prop_assert_eq!(&by_us(&wasm, PLENTY), &whole);
        // With less it ends at the same check.
        let some = (whole.used as f64 * part) as u64;
        prop_assert_eq!(by_us(&wasm, some), by_wasmtime(&wasm, some));
    }
}

fn used(body: Vec<Statement>) -> Run {
    by_us(&module(&[body, Vec::new(), Vec::new()]), PLENTY)
}

#[test]
fn the_count_is_of_operators_and_of_bytes() {
    // Into the function, and the result.
    let nothing = used(Vec::new()).used;
    assert_eq!(nothing, 2);
    assert_eq!(used(vec![Statement::Add(0, 1, 5)]).used, nothing + 4);
    assert_eq!(used(vec![Statement::Nothing]).used, nothing + 1);
    assert_eq!(used(vec![Statement::Fill(Some(100), 0)]).used, nothing + 4 + 100);
    assert_eq!(used(vec![Statement::Call(0)]).used, nothing + 4 + 2);
}

#[test]
fn an_endless_loop_ends_with_its_fuel() {
    let endless = [Statement::Loop(i32::MAX, vec![Statement::Loop(i32::MAX, Vec::new())])];
    let run = by_us(&module(&[endless.to_vec(), Vec::new(), Vec::new()]), 1_000_000);
    assert_eq!(run, Run { end: Err(Some(Trap::OutOfFuel)), used: 1_000_000 });
}

#[test]
fn a_trap_of_its_own_is_no_want_of_fuel() {
    let run = used(vec![Statement::Add(0, 0, 0), Statement::TrapIf(0)]);
    assert_eq!(run.end, Err(Some(Trap::UnreachableCodeReached)));
    assert_eq!(
        run.used,
        by_wasmtime(&module(&[vec![Statement::Add(0, 0, 0), Statement::TrapIf(0)], vec![], vec![]]), PLENTY).used
    );
}

/// A module with one function, of a type with `results`, and an imported function that is in a table or not.
fn odd(results: &[ValType], imported_in_table: bool, exports: bool) -> Vec<u8> {
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
    types.ty().function([], results.iter().copied());
    imports.import("host", "function", EntityType::Function(0));
    functions.function(0);
    let mut tables = TableSection::new();
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, table64: false, minimum: 1, maximum: None, shared: false });
    let mut elements = ElementSection::new();
    let function = u32::from(!imported_in_table);
    elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(vec![function].into()));
    let mut body = Function::new([]);
    body.instruction(&Instruction::Unreachable);
    body.instruction(&Instruction::End);
    let mut code = CodeSection::new();
    code.function(&body);
    let mut out = Module::new();
    out.section(&types).section(&imports).section(&functions).section(&tables).section(&GlobalSection::new());
    if exports {
        out.section(&ExportSection::new());
    }
    out.section(&elements).section(&code);
    out.finish()
}

#[test]
fn a_module_that_cannot_be_metered_is_refused() {
    let why = |wasm: &[u8]| meter(wasm).map(drop).map_err(|error| error.to_string());
    assert_eq!(why(&odd(&[ValType::I32], false, true)), Ok(()));
    assert!(why(&odd(&[ValType::I32, ValType::I32], false, true)).unwrap_err().contains("several results"));
    assert!(why(&odd(&[ValType::FUNCREF], false, true)).unwrap_err().contains("reference"));
    assert!(why(&odd(&[], true, true)).unwrap_err().contains("in a table"));
    assert!(why(&odd(&[], false, false)).unwrap_err().contains("exports nothing"));
    assert!(why(b"not wasm").unwrap_err().contains("not a valid WebAssembly module"));
}
