//! One function's body, metered.

use std::ops::Range;

use wasm_encoder::{BlockType, Encode, Instruction, ValType};
use wasmparser::{BinaryReader, FuncType, FunctionBody, Operator};

use super::EXHAUSTED;
use super::module::{Module, unsupported, value_type};
use super::ways::Ways;
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
    /// What was executed up to here costs so much beyond the count; `None` where nothing leads here.
    pending: Option<i64>,
    /// The blocks around the current operator.
    labels: Vec<Label>,
    out: Vec<u8>,
}

/// A block, and what is the same whichever way leads to its label.
#[derive(Debug, Clone, Copy)]
struct Label {
    is_loop: bool,
    /// Whether exceptions are caught here. Their way leads past no operator, and leaves a local of the past: here the global
    /// holds the count.
    catches: bool,
    /// What is pending here; `None` as long as no way leads here. The first one decides, and need not add to the count:
    /// others add by how much they differ.
    pending: Option<i64>,
    /// What is pending where an `else` begins.
    at_else: Option<i64>,
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
        let pending = Some(1);
        Ok(Function { module, body, result: signature.result, count, top, pending, labels: Vec::new(), out })
    }

    /// The new body: locals and operators.
    pub(super) fn metered(mut self) -> Result<Vec<u8>, LiftError> {
        self.locals()?;
        let ways = Ways::of(self.body)?;
        self.put(&Instruction::Block(BlockType::Empty));
        self.put(&Instruction::Block(self.result));
        self.labels.push(Label { is_loop: false, catches: ways.caught.contains(&0), pending: Some(0), at_else: None });
        self.check();
        let mut operators = self.body.get_operators_reader()?;
        let mut constant = None;
        let mut ordinal = 0;
        while !operators.eof() {
            let start = operators.original_position();
            let operator = operators.read()?;
            ordinal += 1;
            let range = start..operators.original_position();
            let catches = ways.caught.contains(&ordinal);
            let pending = (catches || ways.selected.contains(&ordinal)).then_some(0);
            self.operator(&operator, range, constant, Label { is_loop: false, catches, pending, at_else: None })?;
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

    /// The operator at `range` of the module, after the constant operator `constant`. If it begins a block, this has the
    /// label `begun`.
    fn operator(
        &mut self,
        operator: &Operator<'_>,
        range: Range<usize>,
        constant: Option<i32>,
        begun: Label,
    ) -> Result<(), LiftError> {
        self.owe(cost(operator));
        let original = &self.module.wasm[range];
        match operator {
            Operator::Block { .. } | Operator::TryTable { .. } => {
                self.labels.push(begun);
                self.copy(original);
            }
            Operator::If { .. } => {
                self.labels.push(begun);
                // Where there is no `else`, this is the way to the label.
                self.lead_to(0);
                self.copy(original);
                let at_else = self.pending;
                self.labels.last_mut().into_iter().for_each(|label| label.at_else = at_else);
            }
            Operator::Loop { .. } => {
                self.labels.push(Label { is_loop: true, pending: Some(0), ..begun });
                self.lead_to(0);
                self.copy(original);
                self.load_if(begun.catches);
                self.check();
            }
            Operator::Else => {
                self.lead_to(0);
                self.copy(original);
                self.pending = self.labels.last().and_then(|label| label.at_else);
            }
            Operator::End => {
                let is_loop = self.labels.last().is_some_and(|label| label.is_loop);
                if !is_loop {
                    self.lead_to(0);
                }
                self.copy(original);
                let ended = self.labels.pop();
                if let Some(label) = ended.filter(|_| !is_loop) {
                    self.pending = label.pending;
                    self.load_if(label.catches);
                }
                if self.labels.is_empty() {
                    self.end();
                }
            }
            Operator::Br { relative_depth } => {
                self.lead_to(*relative_depth);
                self.copy(original);
                self.pending = None;
            }
            Operator::BrIf { relative_depth } => {
                self.lead_to(*relative_depth);
                self.copy(original);
            }
            Operator::BrTable { targets } => {
                let mut labels = targets.targets().collect::<Result<Vec<_>, _>>()?;
                labels.push(targets.default());
                labels.into_iter().for_each(|label| self.lead_to(label));
                self.copy(original);
                self.pending = None;
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
                self.pending = None;
            }
            Operator::RefFunc { function_index } if self.module.is_imported(*function_index) => {
                return Err(unsupported("a function takes the address of an imported one"));
            }
            Operator::Unreachable | Operator::Throw { .. } | Operator::ThrowRef => {
                self.add_pending();
                self.save();
                self.copy(original);
                self.pending = None;
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

    /// What is about to be executed costs so much.
    fn owe(&mut self, cost: i64) {
        self.pending = self.pending.map(|pending| pending + cost);
    }

    /// Counts what is pending.
    fn add_pending(&mut self) {
        self.leave_pending(0);
    }

    /// Counts what is pending, but for so much.
    fn leave_pending(&mut self, rest: i64) {
        let Some(pending) = self.pending.replace(rest) else {
            self.pending = None; // nothing leads here
            return;
        };
        if pending != rest {
            self.put(&Instruction::LocalGet(self.count));
            self.put(&Instruction::I64Const(pending - rest));
            self.put(&Instruction::I64Add);
            self.put(&Instruction::LocalSet(self.count));
        }
    }

    /// Makes the count what it has to be on a way to the label.
    fn lead_to(&mut self, label: u32) {
        let Some(label) = self.labels.iter_mut().rev().nth(label as usize) else { return };
        let Some(pending) = self.pending else { return };
        let there = *label.pending.get_or_insert(pending);
        let catches = label.catches;
        self.leave_pending(there);
        self.save_if(catches);
    }

    /// Counts the bytes whose number is on the stack, where `constant` pushed it if it is there.
    fn add_bytes(&mut self, constant: Option<i32>) {
        let constant = constant.map(|value| i64::from(value.cast_unsigned()));
        if let Some(bytes) = constant {
            self.owe(bytes);
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

    /// Leaves the function if the fuel is used up.
    fn check(&mut self) {
        self.put(&Instruction::LocalGet(self.count));
        self.put(&Instruction::I64Const(-self.pending.unwrap_or(0)));
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
