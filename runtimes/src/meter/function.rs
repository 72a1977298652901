//! One function's body, metered.

use std::collections::HashSet;
use std::ops::Range;

use wasm_encoder::{BlockType, Encode, Instruction, ValType};
use wasmparser::{BinaryReader, Catch, FuncType, FunctionBody, Operator};

use super::EXHAUSTED;
use super::module::{Module, unsupported, value_type};
use crate::lift::LiftError;

/// A constant number of bytes up to which `memory.copy` and `memory.fill` are not worth a check.
const FEW_BYTES: i64 = 128;

/// What has to be known of a function's type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signature {
    parameters: u32,
    result: BlockType,
}

impl Signature {
    /// # Errors
    /// When there are several results, or one that is a reference.
    pub(super) fn of(function: &FuncType) -> Result<Self, LiftError> {
        let result = match *function.results() {
            [] => BlockType::Empty,
            [result] => BlockType::Result(value_type(result)?),
            _ => return Err(unsupported("a function has several results")),
        };
        let parameters = u32::try_from(function.params().len()).map_err(|_| unsupported("a function's parameters"))?;
        Ok(Signature { parameters, result })
    }
}

/// A function that is being rewritten: its operators as they are, and between them those that count.
///
/// They lie in two blocks. The outer one is left to trap, when a check finds that the fuel is used up. The inner one is
/// what the function was: who branches to its end returns.
pub(super) struct Function<'a> {
    module: &'a Module<'a>,
    body: &'a FunctionBody<'a>,
    result: BlockType,
    /// The local with the count: the last parameter.
    count: u32,
    /// A local for what is on top of the stack.
    top: u32,
    /// What the operators since the last count cost.
    pending: i64,
    /// The blocks around the current operator: for each whether exceptions are caught at its label. Their way there
    /// leads past no operator, and leaves a local of the past: there the global holds the count.
    labels: Vec<bool>,
    out: Vec<u8>,
}

impl<'a> Function<'a> {
    pub(super) fn new(
        module: &'a Module<'a>,
        body: &'a FunctionBody<'a>,
        signature: Signature,
    ) -> Result<Self, LiftError> {
        let count = signature.parameters;
        let mut top = count + 1;
        for group in body.get_locals_reader()? {
            top += group?.0;
        }
        let out = Vec::with_capacity(2 * body.range().len());
        // What getting into a function costs.
        let pending = 1;
        Ok(Function { module, body, result: signature.result, count, top, pending, labels: Vec::new(), out })
    }

    /// The new body: locals and operators.
    pub(super) fn metered(mut self) -> Result<Vec<u8>, LiftError> {
        self.locals()?;
        let catching = self.catching()?;
        self.put(&Instruction::Block(BlockType::Empty));
        self.put(&Instruction::Block(self.result));
        self.labels.push(catching.contains(&0));
        self.check();
        let mut operators = self.body.get_operators_reader()?;
        let mut constant = None;
        let mut ordinal = 0;
        while !operators.eof() {
            let start = operators.original_position();
            let operator = operators.read()?;
            ordinal += 1;
            let range = start..operators.original_position();
            self.operator(&operator, range, constant, catching.contains(&ordinal))?;
            constant = if let Operator::I32Const { value } = operator { Some(value) } else { None };
        }
        Ok(self.out)
    }

    /// The declaration of locals, with one more.
    fn locals(&mut self) -> Result<(), LiftError> {
        let declared = self.body.get_locals_reader()?;
        let groups = declared.get_count();
        let declared = self.body.range().start..self.body.get_operators_reader()?.original_position();
        let mut reader = BinaryReader::new(&self.module.wasm[declared.clone()], 0);
        reader.read_var_u32()?;
        (groups + 1).encode(&mut self.out);
        self.out.extend_from_slice(&self.module.wasm[declared.start + reader.original_position()..declared.end]);
        1_u32.encode(&mut self.out);
        ValType::I32.encode(&mut self.out);
        Ok(())
    }

    /// The blocks at whose labels exceptions are caught: each by which operator it is, from one on; zero is the function.
    fn catching(&self) -> Result<HashSet<usize>, LiftError> {
        let mut operators = self.body.get_operators_reader()?;
        let mut catching = HashSet::new();
        let mut blocks = vec![0];
        let mut ordinal = 0;
        while !operators.eof() {
            ordinal += 1;
            match operators.read()? {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => blocks.push(ordinal),
                Operator::TryTable { try_table } => {
                    for catch in try_table.catches {
                        let (Catch::One { label, .. }
                        | Catch::OneRef { label, .. }
                        | Catch::All { label }
                        | Catch::AllRef { label }) = catch;
                        catching.extend(blocks.iter().rev().nth(label as usize));
                    }
                    blocks.push(ordinal);
                }
                Operator::End => {
                    blocks.pop();
                }
                _ => {}
            }
        }
        Ok(catching)
    }

    /// The operator at `range` of the module, after the constant operator `constant`.
    fn operator(
        &mut self,
        operator: &Operator<'_>,
        range: Range<usize>,
        constant: Option<i32>,
        catches: bool,
    ) -> Result<(), LiftError> {
        self.pending += cost(operator);
        let original = &self.module.wasm[range];
        match operator {
            Operator::Block { .. } | Operator::TryTable { .. } => {
                self.labels.push(catches);
                self.copy(original);
            }
            Operator::If { .. } => {
                self.add_pending();
                self.labels.push(catches);
                self.save_if(catches);
                self.copy(original);
            }
            Operator::Loop { .. } => {
                self.add_pending();
                self.labels.push(catches);
                self.save_if(catches);
                self.copy(original);
                self.load_if(catches);
                self.check();
            }
            Operator::Else => {
                self.add_pending();
                self.save_if(self.labels.last() == Some(&true));
                self.copy(original);
            }
            Operator::End => {
                self.add_pending();
                let caught = self.labels.pop() == Some(true);
                self.save_if(caught);
                self.copy(original);
                self.load_if(caught);
                if self.labels.is_empty() {
                    self.end();
                }
            }
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                self.add_pending();
                self.save_if(self.catches_at(*relative_depth));
                self.copy(original);
            }
            Operator::BrTable { targets } => {
                self.add_pending();
                let mut labels = targets.targets().collect::<Result<Vec<_>, _>>()?;
                labels.push(targets.default());
                self.save_if(labels.into_iter().any(|label| self.catches_at(label)));
                self.copy(original);
            }
            Operator::Call { function_index } => {
                self.add_pending();
                self.save();
                if self.module.is_imported(*function_index) {
                    self.copy(original);
                    self.load();
                } else {
                    self.put(&Instruction::LocalGet(self.count));
                    self.copy(original);
                    self.put(&Instruction::LocalSet(self.count));
                }
            }
            Operator::CallIndirect { type_index, table_index } => {
                self.add_pending();
                self.save();
                self.put(&Instruction::LocalSet(self.top));
                self.put(&Instruction::LocalGet(self.count));
                self.put(&Instruction::LocalGet(self.top));
                let type_index = self.module.metered(*type_index)?;
                self.put(&Instruction::CallIndirect { type_index, table_index: *table_index });
                self.put(&Instruction::LocalSet(self.count));
            }
            Operator::LocalGet { local_index } => self.put(&Instruction::LocalGet(self.local(*local_index))),
            Operator::LocalSet { local_index } => self.put(&Instruction::LocalSet(self.local(*local_index))),
            Operator::LocalTee { local_index } => self.put(&Instruction::LocalTee(self.local(*local_index))),
            Operator::Return => {
                self.add_pending();
                self.put(&Instruction::LocalGet(self.count));
                self.copy(original);
            }
            Operator::RefFunc { function_index } if self.module.is_imported(*function_index) => {
                return Err(unsupported("a function takes the address of an imported one"));
            }
            Operator::Unreachable | Operator::Throw { .. } | Operator::ThrowRef => {
                self.add_pending();
                self.save();
                self.copy(original);
            }
            Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } => {
                self.add_bytes(constant);
                self.copy(original);
            }
            Operator::CallRef { .. }
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::BrOnNull { .. }
            | Operator::BrOnNonNull { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. } => {
                return Err(unsupported("a function jumps in a way that is not metered"));
            }
            _ => self.copy(original),
        }
        Ok(())
    }

    /// What follows the inner block: the way back to the caller, and where checks lead.
    fn end(&mut self) {
        self.put(&Instruction::LocalGet(self.count));
        self.put(&Instruction::Return);
        self.put(&Instruction::End);
        self.put(&Instruction::I64Const(EXHAUSTED));
        self.put(&Instruction::GlobalSet(self.module.counter));
        self.put(&Instruction::Unreachable);
        self.put(&Instruction::End);
    }

    /// The index of a local of the original's.
    fn local(&self, original: u32) -> u32 {
        if original < self.count { original } else { original + 1 }
    }

    fn catches_at(&self, label: u32) -> bool {
        self.labels.iter().rev().nth(label as usize) == Some(&true)
    }

    /// Counts what the operators since the last count cost.
    fn add_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if pending > 0 {
            self.put(&Instruction::LocalGet(self.count));
            self.put(&Instruction::I64Const(pending));
            self.put(&Instruction::I64Add);
            self.put(&Instruction::LocalSet(self.count));
        }
    }

    /// Counts the bytes whose number is on the stack, where `constant` pushed it if it is there.
    fn add_bytes(&mut self, constant: Option<i32>) {
        let constant = constant.map(|value| i64::from(value.cast_unsigned()));
        if let Some(bytes) = constant {
            self.pending += bytes;
        } else {
            self.put(&Instruction::LocalTee(self.top));
            self.put(&Instruction::LocalGet(self.top));
            self.put(&Instruction::I64ExtendI32U);
            self.put(&Instruction::LocalGet(self.count));
            self.put(&Instruction::I64Add);
            self.put(&Instruction::LocalSet(self.count));
        }
        if constant.is_none_or(|bytes| bytes > FEW_BYTES) {
            self.check();
        }
    }

    /// Counts, and leaves the function if the fuel is used up.
    fn check(&mut self) {
        self.add_pending();
        self.put(&Instruction::LocalGet(self.count));
        self.put(&Instruction::I64Const(0));
        self.put(&Instruction::I64GeS);
        // The inner block's own label is one less than there are.
        self.put(&Instruction::BrIf(u32::try_from(self.labels.len()).unwrap_or(u32::MAX)));
    }

    fn load(&mut self) {
        self.put(&Instruction::GlobalGet(self.module.counter));
        self.put(&Instruction::LocalSet(self.count));
    }

    fn save(&mut self) {
        self.put(&Instruction::LocalGet(self.count));
        self.put(&Instruction::GlobalSet(self.module.counter));
    }

    fn load_if(&mut self, condition: bool) {
        if condition {
            self.load();
        }
    }

    fn save_if(&mut self, condition: bool) {
        if condition {
            self.save();
        }
    }

    fn put(&mut self, instruction: &Instruction<'_>) {
        instruction.encode(&mut self.out);
    }

    fn copy(&mut self, original: &[u8]) {
        self.out.extend_from_slice(original);
    }
}

/// What an operator costs, beyond what depends on its operands.
fn cost(operator: &Operator<'_>) -> i64 {
    match operator {
        Operator::Nop
        | Operator::Drop
        | Operator::Block { .. }
        | Operator::Loop { .. }
        | Operator::Unreachable
        | Operator::Return
        | Operator::Else
        | Operator::End => 0,
        _ => 1,
    }
}
