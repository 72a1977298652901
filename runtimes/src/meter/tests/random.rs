//! Random modules whose functions all end.

use proptest::prelude::*;
use wasm_encoder::{
    BlockType, Catch, CodeSection, ConstExpr, ElementSection, Elements, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, Instruction as I, MemorySection, MemoryType, Module, RefType,
    TableSection, TableType, TagKind, TagSection, TagType, TypeSection, ValType,
};

/// How many functions a module has. Each calls only those behind it, so that all end.
pub(super) const FUNCTIONS: u32 = 3;

/// The locals that statements compute with; behind them is a counter for each loop around a statement.
const LOCALS: u32 = 4;

/// How deep statements are nested at most.
const DEPTH: u32 = 4;

/// A statement of a function's, which leaves nothing on the stack.
#[derive(Debug, Clone)]
pub(super) enum Statement {
    Add(u32, u32, i32),
    Nothing,
    If(u32, Vec<Statement>, Vec<Statement>),
    Block(Vec<Statement>),
    /// Runs its body so many times.
    Loop(i32, Vec<Statement>),
    /// Leaves the so many-th block around it if a local is odd.
    BranchIf(u32, u32),
    /// Leaves the block that a local selects.
    Select(u32, Vec<u32>),
    Call(u32),
    CallIndirect(u32),
    Copy(Option<i32>, u32),
    Fill(Option<i32>, u32),
    ReturnIf(u32),
    /// Catches what is thrown in its body: at a block's end, or beside it at a loop's start.
    Try(Vec<Statement>),
    TryAgain(Vec<Statement>),
    ThrowIf(u32),
    TrapIf(u32),
}

pub(super) fn statement() -> impl Strategy<Value = Statement> {
    let local = || 0..LOCALS;
    let length = || proptest::option::of(prop_oneof![0..200_i32]);
    let leaf = prop_oneof![
        4 => (local(), local(), -3..100_i32).prop_map(|(to, from, by)| Statement::Add(to, from, by)),
        1 => Just(Statement::Nothing),
        2 => (local(), 0..DEPTH).prop_map(|(local, depth)| Statement::BranchIf(local, depth)),
        1 => (local(), prop::collection::vec(0..DEPTH, 1..4)).prop_map(|(local, to)| Statement::Select(local, to)),
        2 => (0..FUNCTIONS).prop_map(Statement::Call),
        2 => (0..FUNCTIONS).prop_map(Statement::CallIndirect),
        1 => (length(), local()).prop_map(|(length, local)| Statement::Copy(length, local)),
        1 => (length(), local()).prop_map(|(length, local)| Statement::Fill(length, local)),
        1 => local().prop_map(Statement::ReturnIf),
        1 => local().prop_map(Statement::ThrowIf),
        1 => local().prop_map(Statement::TrapIf),
    ];
    leaf.prop_recursive(DEPTH, 48, 5, |inner| {
        let body = || prop::collection::vec(inner.clone(), 0..5);
        prop_oneof![
            (0..LOCALS, body(), body()).prop_map(|(local, then, other)| Statement::If(local, then, other)),
            body().prop_map(Statement::Block),
            (1..6_i32, body()).prop_map(|(times, body)| Statement::Loop(times, body)),
            body().prop_map(Statement::Try),
            body().prop_map(Statement::TryAgain),
        ]
    })
}

/// Writes one function.
struct Writer {
    function: u32,
    out: Function,
    /// For each block around: whether it is a loop, which nobody may go on with but its own counter.
    blocks: Vec<bool>,
}

impl Writer {
    fn put(&mut self, instruction: I<'_>) {
        self.out.instruction(&instruction);
    }

    fn all(&mut self, statements: &[Statement]) {
        statements.iter().for_each(|statement| self.write(statement));
    }

    fn within(&mut self, is_loop: bool, body: impl FnOnce(&mut Self)) {
        self.blocks.push(is_loop);
        body(self);
        self.blocks.pop();
        self.put(I::End);
    }

    fn if_odd(&mut self, local: u32, body: impl FnOnce(&mut Self)) {
        self.put(I::LocalGet(local));
        self.put(I::I32Const(1));
        self.put(I::I32And);
        self.put(I::If(BlockType::Empty));
        self.within(false, body);
    }

    /// The `wanted`-th block around that may be left, or the function.
    fn label(&self, wanted: u32) -> u32 {
        let blocks = self.blocks.iter().rev().enumerate().filter(|(_, is_loop)| !**is_loop);
        blocks.map(|(label, _)| label as u32).nth(wanted as usize).unwrap_or(self.blocks.len() as u32)
    }

    /// A counter that is some loop's alone, among those around.
    fn counter(&self) -> u32 {
        LOCALS + self.blocks.len() as u32
    }

    /// The arguments of a call, and the number of its function, which is one behind this one.
    fn call(&mut self, wanted: u32, instruction: impl FnOnce(&mut Self, u32)) {
        let behind = FUNCTIONS - 1 - self.function;
        if behind > 0 {
            self.put(I::LocalGet(0));
            self.put(I::LocalGet(1));
            instruction(self, self.function + 1 + wanted % behind);
            self.put(I::LocalSet(2));
        }
    }

    fn length(&mut self, constant: Option<i32>, local: u32) {
        match constant {
            Some(length) => self.put(I::I32Const(length)),
            None => {
                self.put(I::LocalGet(local));
                self.put(I::I32Const(1023));
                self.put(I::I32And);
            }
        }
    }

    fn write(&mut self, statement: &Statement) {
        match *statement {
            Statement::Add(to, from, by) => {
                self.put(I::LocalGet(from));
                self.put(I::I32Const(by));
                self.put(I::I32Add);
                self.put(I::LocalSet(to));
            }
            Statement::Nothing => {
                self.put(I::Nop);
                self.put(I::LocalGet(0));
                self.put(I::Drop);
            }
            Statement::If(local, ref then, ref other) => {
                self.put(I::LocalGet(local));
                self.put(I::If(BlockType::Empty));
                self.within(false, |writer| {
                    writer.all(then);
                    if !other.is_empty() {
                        writer.put(I::Else);
                        writer.all(other);
                    }
                });
            }
            Statement::Block(ref body) => {
                self.put(I::Block(BlockType::Empty));
                self.within(false, |writer| writer.all(body));
            }
            Statement::Loop(times, ref body) => {
                let counter = self.counter();
                self.put(I::I32Const(times));
                self.put(I::LocalSet(counter));
                self.put(I::Loop(BlockType::Empty));
                self.within(true, |writer| {
                    writer.all(body);
                    writer.again(counter);
                });
            }
            Statement::BranchIf(local, wanted) => {
                let label = self.label(wanted);
                self.result_for(label);
                self.put(I::LocalGet(local));
                self.put(I::I32Const(1));
                self.put(I::I32And);
                self.put(I::BrIf(label));
                self.drop_for(label);
            }
            Statement::Select(local, ref wanted) => {
                let labels: Vec<u32> = wanted.iter().map(|wanted| self.label(*wanted)).collect();
                // All of a table have one type: either all are the function, or none is.
                let is_function = |label: &u32| *label as usize == self.blocks.len();
                if labels.iter().any(|label| is_function(label) != is_function(&labels[0])) {
                    return;
                }
                self.if_odd(local, |writer| {
                    let labels: Vec<u32> = labels.iter().map(|label| label + 1).collect();
                    writer.result_for(labels[0]);
                    writer.put(I::LocalGet(0));
                    writer.put(I::BrTable(labels.as_slice().into(), labels[0]));
                });
            }
            Statement::Call(wanted) => self.call(wanted, |writer, function| writer.put(I::Call(function))),
            Statement::CallIndirect(wanted) => self.call(wanted, |writer, function| {
                writer.put(I::I32Const(function as i32));
                writer.put(I::CallIndirect { type_index: 0, table_index: 0 });
            }),
            Statement::Copy(constant, local) => {
                self.put(I::I32Const(64));
                self.put(I::I32Const(32));
                self.length(constant, local);
                self.put(I::MemoryCopy { src_mem: 0, dst_mem: 0 });
            }
            Statement::Fill(constant, local) => {
                self.put(I::I32Const(64));
                self.put(I::LocalGet(local));
                self.length(constant, local);
                self.put(I::MemoryFill(0));
            }
            Statement::ReturnIf(local) => self.if_odd(local, |writer| {
                writer.put(I::LocalGet(local));
                writer.put(I::Return);
            }),
            Statement::Try(ref body) => {
                self.put(I::Block(BlockType::Result(ValType::I32)));
                // It has a result, so that nobody branches to it.
                self.blocks.push(true);
                self.put(I::TryTable(BlockType::Empty, [Catch::One { tag: 0, label: 0 }][..].into()));
                self.within(false, |writer| writer.all(body));
                self.blocks.pop();
                self.put(I::I32Const(7));
                self.put(I::End);
                self.put(I::LocalSet(3));
            }
            Statement::TryAgain(ref body) => {
                let counter = self.counter();
                self.put(I::I32Const(3));
                self.put(I::LocalSet(counter));
                self.put(I::Loop(BlockType::Empty));
                self.within(true, |writer| {
                    // Who comes here by an exception comes for the last time at the third.
                    writer.put(I::LocalGet(counter));
                    writer.put(I::If(BlockType::Empty));
                    writer.within(false, |writer| {
                        writer.put(I::LocalGet(counter));
                        writer.put(I::I32Const(1));
                        writer.put(I::I32Sub);
                        writer.put(I::LocalSet(counter));
                        writer.put(I::TryTable(BlockType::Empty, [Catch::All { label: 1 }][..].into()));
                        writer.within(false, |writer| writer.all(body));
                    });
                });
            }
            Statement::ThrowIf(local) => self.if_odd(local, |writer| {
                writer.put(I::LocalGet(local));
                writer.put(I::Throw(0));
            }),
            Statement::TrapIf(local) => self.if_odd(local, |writer| writer.put(I::Unreachable)),
        }
    }

    /// Counts down, and goes on with the innermost loop.
    fn again(&mut self, counter: u32) {
        self.put(I::LocalGet(counter));
        self.put(I::I32Const(1));
        self.put(I::I32Sub);
        self.put(I::LocalTee(counter));
        self.put(I::BrIf(0));
    }

    /// Who leaves the function leaves a result.
    fn result_for(&mut self, label: u32) {
        if label as usize == self.blocks.len() {
            self.put(I::LocalGet(2));
        }
    }

    fn drop_for(&mut self, label: u32) {
        if label as usize == self.blocks.len() {
            self.put(I::Drop);
        }
    }
}

/// A module whose functions have these bodies, and which exports the first as `f`.
pub(super) fn module(bodies: &[Vec<Statement>]) -> Vec<u8> {
    let (mut types, mut functions, mut tables) = (TypeSection::new(), FunctionSection::new(), TableSection::new());
    types.ty().function([ValType::I32, ValType::I32], [ValType::I32]);
    types.ty().function([ValType::I32], []);
    types.ty().function([], [ValType::EXNREF]);
    let count = u64::from(FUNCTIONS);
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, table64: false, minimum: count, maximum: None, shared: false });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut tags = TagSection::new();
    tags.tag(TagType { kind: TagKind::Exception, func_type_idx: 1 });
    let mut globals = GlobalSection::new();
    globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
    let mut exports = ExportSection::new();
    exports.export("f", ExportKind::Func, 0);
    let (mut elements, mut code) = (ElementSection::new(), CodeSection::new());
    let all: Vec<u32> = (0..FUNCTIONS).collect();
    elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(all.into()));
    for (function, body) in (0..).zip(bodies) {
        functions.function(0);
        // Two parameters, the other locals, and a counter for each block around.
        let locals = LOCALS - 2 + 6 * DEPTH;
        let mut writer = Writer { function, out: Function::new([(locals, ValType::I32)]), blocks: Vec::new() };
        writer.all(body);
        writer.put(I::LocalGet(2));
        writer.put(I::End);
        code.function(&writer.out);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&tables).section(&memories).section(&tags);
    module.section(&globals).section(&exports).section(&elements).section(&code);
    module.finish()
}
