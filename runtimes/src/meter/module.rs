//! What changes in a module around its functions' bodies.

use std::collections::HashMap;

use wasm_encoder::{self as encode, Encode, Instruction};
use wasmparser::{BinaryReader, CompositeInnerType, ElementItems, ExternalKind, FuncType, Operator, Parser, Payload};
use wasmparser::{TypeRef, ValType};

use super::function::{Function, Signature};
use super::{GLOBAL, UNMETERED};
use crate::lift::LiftError;

/// `wasm`, which counts its fuel in a global that it exports as [`GLOBAL`].
///
/// # Errors
/// When the module is malformed, or has no globals or exports, functions with several results, or imported functions that
/// are called otherwise than by their name.
pub(crate) fn meter(wasm: &[u8]) -> Result<Vec<u8>, LiftError> {
    Module::read(wasm)?.metered_module()
}

/// What has to be known of a module to rewrite it.
///
/// Of each type of numbers there are two afterwards: the original, and one with a further parameter and a further result,
/// the count. All functions of the module's own have the latter; those that are exported get wrappers of the original type.
/// Types with references are left alone: they are of blocks.
pub(super) struct Module<'a> {
    pub(super) wasm: &'a [u8],
    /// The index of the global with the count.
    pub(super) counter: u32,
    types: Vec<FuncType>,
    /// Those of numbers alone, by their indices.
    numeric: Vec<u32>,
    imported_functions: u32,
    /// The types of the module's own functions.
    functions: Vec<u32>,
    /// The functions that are exported, in the order of their wrappers.
    exported: Vec<u32>,
}

impl<'a> Module<'a> {
    fn read(wasm: &'a [u8]) -> Result<Self, LiftError> {
        let mut module = Module {
            wasm,
            counter: 0,
            types: Vec::new(),
            numeric: Vec::new(),
            imported_functions: 0,
            functions: Vec::new(),
            exported: Vec::new(),
        };
        let (mut has_globals, mut has_exports) = (false, false);
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        for of in group?.into_types() {
                            let CompositeInnerType::Func(function) = of.composite_type.inner else {
                                return Err(unsupported("it has types of other things than functions"));
                            };
                            if function.params().iter().chain(function.results()).all(|of| !of.is_reference_type()) {
                                module.numeric.push(module.types.len() as u32);
                            }
                            module.types.push(function);
                        }
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) => module.imported_functions += 1,
                            TypeRef::Global(_) => module.counter += 1,
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    module.functions = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::GlobalSection(section) => {
                    has_globals = true;
                    module.counter += section.count();
                }
                Payload::ExportSection(section) => {
                    has_exports = true;
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Func && !module.exported.contains(&export.index) {
                            module.exported.push(export.index);
                        }
                    }
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        module.check_element(element?.items)?;
                    }
                }
                _ => {}
            }
        }
        match (has_globals, has_exports) {
            (true, true) => Ok(module),
            _ => Err(unsupported("it has no globals, or exports nothing")),
        }
    }

    /// Who calls through a table passes the count.
    fn check_element(&self, items: ElementItems<'_>) -> Result<(), LiftError> {
        let mut functions = Vec::new();
        match items {
            ElementItems::Functions(items) => functions = items.into_iter().collect::<Result<_, _>>()?,
            ElementItems::Expressions(_, items) => {
                for item in items {
                    for operator in item?.get_operators_reader() {
                        if let Operator::RefFunc { function_index } = operator? {
                            functions.push(function_index);
                        }
                    }
                }
            }
        }
        match functions.into_iter().any(|function| self.is_imported(function)) {
            true => Err(unsupported("an imported function is in a table")),
            false => Ok(()),
        }
    }

    pub(super) fn is_imported(&self, function: u32) -> bool {
        function < self.imported_functions
    }

    /// The index of the type that has the count too.
    pub(super) fn metered(&self, original: u32) -> Result<u32, LiftError> {
        let place = self.numeric.binary_search(&original);
        let place = place.map_err(|_| unsupported("a function takes or gives a reference"))?;
        Ok((self.types.len() + place) as u32)
    }

    fn metered_module(&self) -> Result<Vec<u8>, LiftError> {
        let mut out = encode::Module::new();
        let mut bodies = encode::CodeSection::new();
        for payload in Parser::new(0).parse_all(self.wasm) {
            let payload = payload?;
            match &payload {
                Payload::TypeSection(section) => {
                    let types = self.numeric.iter().map(|&of| metered_type(self.function_type(of)?));
                    let types = types.collect::<Result<Vec<_>, _>>()?;
                    out.section(&self.appended(encode::SectionId::Type, section.range(), &types)?);
                }
                Payload::FunctionSection(_) => {
                    out.section(&self.function_section()?);
                }
                Payload::GlobalSection(section) => {
                    out.section(&self.appended(encode::SectionId::Global, section.range(), &[global()])?);
                }
                Payload::ExportSection(section) => {
                    out.section(&self.export_section(section)?);
                }
                Payload::CodeSectionStart { .. } => {} // written after the last body
                Payload::CodeSectionEntry(body) => {
                    let of = self.functions.get(bodies.len() as usize);
                    let of = self.function_type(*of.ok_or_else(|| unsupported("a function has no type"))?)?;
                    bodies.raw(&Function::new(self, body, Signature::of(of)?)?.metered()?);
                    if bodies.len() as usize == self.functions.len() {
                        for &exported in &self.exported {
                            bodies.function(&self.wrapper(exported)?);
                        }
                        out.section(&bodies);
                    }
                }
                _ => {
                    if let Some((id, range)) = payload.as_section() {
                        out.section(&encode::RawSection { id, data: &self.wasm[range] });
                    }
                }
            }
        }
        Ok(out.finish())
    }

    fn function_type(&self, index: u32) -> Result<&FuncType, LiftError> {
        self.types.get(index as usize).ok_or_else(|| unsupported("a function's type is not there"))
    }

    fn type_index(&self, function: u32) -> Result<u32, LiftError> {
        let index = function.checked_sub(self.imported_functions).and_then(|own| self.functions.get(own as usize));
        index.copied().ok_or_else(|| unsupported("it exports what it imports"))
    }

    fn function_section(&self) -> Result<encode::FunctionSection, LiftError> {
        let mut out = encode::FunctionSection::new();
        for &of in &self.functions {
            out.function(self.metered(of)?);
        }
        for &exported in &self.exported {
            out.function(self.type_index(exported)?);
        }
        Ok(out)
    }

    fn export_section(
        &self,
        section: &wasmparser::ExportSectionReader<'_>,
    ) -> Result<encode::ExportSection, LiftError> {
        let first = self.imported_functions + self.functions.len() as u32;
        let wrappers: HashMap<u32, u32> = self.exported.iter().copied().zip(first..).collect();
        let mut out = encode::ExportSection::new();
        for export in section.clone() {
            let export = export?;
            let (kind, index) = match export.kind {
                ExternalKind::Func => (encode::ExportKind::Func, wrappers[&export.index]),
                ExternalKind::Table => (encode::ExportKind::Table, export.index),
                ExternalKind::Memory => (encode::ExportKind::Memory, export.index),
                ExternalKind::Global => (encode::ExportKind::Global, export.index),
                ExternalKind::Tag => (encode::ExportKind::Tag, export.index),
                other => return Err(LiftError::Unsupported(format!("it exports a {other:?}"))),
            };
            out.export(export.name, kind, index);
        }
        out.export(GLOBAL, encode::ExportKind::Global, self.counter);
        Ok(out)
    }

    /// What the host calls: takes the count from the global, and puts it back.
    fn wrapper(&self, function: u32) -> Result<encode::Function, LiftError> {
        let parameters = self.function_type(self.type_index(function)?)?.params().len();
        let mut out = encode::Function::new([]);
        for parameter in 0..parameters as u32 {
            out.instruction(&Instruction::LocalGet(parameter));
        }
        out.instruction(&Instruction::GlobalGet(self.counter));
        out.instruction(&Instruction::Call(function));
        out.instruction(&Instruction::GlobalSet(self.counter));
        out.instruction(&Instruction::End);
        Ok(out)
    }

    /// A section of which `range` is a list, with more entries.
    fn appended(
        &self,
        id: encode::SectionId,
        range: std::ops::Range<usize>,
        entries: &[Vec<u8>],
    ) -> Result<OwnedSection, LiftError> {
        let original = &self.wasm[range];
        let mut reader = BinaryReader::new(original, 0);
        let count = reader.read_var_u32()?;
        let mut data = Vec::with_capacity(original.len());
        (count as usize + entries.len()).encode(&mut data);
        data.extend_from_slice(&original[reader.original_position()..]);
        data.extend(entries.iter().flatten());
        Ok(OwnedSection { id: id.into(), data })
    }
}

pub(super) fn unsupported(why: &str) -> LiftError {
    LiftError::Unsupported(why.to_owned())
}

struct OwnedSection {
    id: u8,
    data: Vec<u8>,
}

impl Encode for OwnedSection {
    fn encode(&self, sink: &mut Vec<u8>) {
        self.data.encode(sink);
    }
}

impl encode::Section for OwnedSection {
    fn id(&self) -> u8 {
        self.id
    }
}

/// The type with a further parameter and a further result.
fn metered_type(original: &FuncType) -> Result<Vec<u8>, LiftError> {
    let mut entry = vec![FUNCTION_TYPE];
    for list in [original.params(), original.results()] {
        (list.len() + 1).encode(&mut entry);
        for of in list {
            value_type(*of)?.encode(&mut entry);
        }
        encode::ValType::I64.encode(&mut entry);
    }
    Ok(entry)
}

/// How the type of a function begins in the binary format.
const FUNCTION_TYPE: u8 = 0x60;

pub(super) fn value_type(of: ValType) -> Result<encode::ValType, LiftError> {
    match of {
        ValType::I32 => Ok(encode::ValType::I32),
        ValType::I64 => Ok(encode::ValType::I64),
        ValType::F32 => Ok(encode::ValType::F32),
        ValType::F64 => Ok(encode::ValType::F64),
        ValType::V128 => Ok(encode::ValType::V128),
        ValType::Ref(_) => Err(unsupported("a function takes or gives a reference")),
    }
}

fn global() -> Vec<u8> {
    let mut entry = Vec::new();
    encode::GlobalType { val_type: encode::ValType::I64, mutable: true, shared: false }.encode(&mut entry);
    encode::ConstExpr::i64_const(UNMETERED).encode(&mut entry);
    entry
}
