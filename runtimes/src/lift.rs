//! Rewrites an interpreter's module so that one compile serves every snapshot.
//!
//! A snapshot is a memory image plus the values of the mutable globals. For that the host must be able to
//! set the globals, and instantiation must not write to memory. The rewritten module exports its mutable
//! globals, and its active data segments are emptied: their bytes are handed back apart and written only
//! once, when the interpreter is started to make the first snapshot.

use thiserror::Error;
use wasm_encoder as encode;
use wasmparser::{DataKind, ExternalKind, Operator, Parser, Payload, TypeRef};

/// What the exported mutable globals are called: this and the global's index.
pub(crate) const GLOBAL_PREFIX: &str = "assay_global_";

/// A module that could not be rewritten.
#[derive(Debug, Error)]
pub enum LiftError {
    /// The module is not valid WebAssembly.
    #[error("not a valid WebAssembly module: {0}")]
    Malformed(#[from] wasmparser::BinaryReaderError),
    /// The module keeps state that a memory image and globals do not cover.
    #[error("the module cannot be snapshotted: {0}")]
    Unsupported(String),
}

/// The bytes of one active data segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Where it goes in linear memory.
    pub(crate) offset: usize,
    /// What goes there.
    pub(crate) bytes: Vec<u8>,
}

/// A rewritten module.
#[derive(Debug)]
pub(crate) struct Lifted {
    /// The module.
    pub(crate) wasm: Vec<u8>,
    /// What instantiating the original would have written to memory, in order.
    pub(crate) segments: Vec<Segment>,
    /// The names under which the mutable globals are exported, in the order of their indices.
    pub(crate) globals: Vec<String>,
}

/// Rewrites `wasm`.
///
/// # Errors
/// When the module is malformed or has state that a snapshot would miss: a start function, imported mutable
/// globals, operators that change tables or drop segments, several memories.
pub(crate) fn lift(wasm: &[u8]) -> Result<Lifted, LiftError> {
    let mut out = encode::Module::new();
    let mut segments = Vec::new();
    let mut mutable_globals = Vec::new();
    let mut imported_globals = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    if let TypeRef::Global(global) = import?.ty {
                        if global.mutable {
                            return Err(unsupported("it imports a mutable global"));
                        }
                        imported_globals += 1;
                    }
                }
            }
            Payload::GlobalSection(section) => {
                for (index, global) in section.clone().into_iter().enumerate() {
                    if global?.ty.mutable {
                        mutable_globals.push(imported_globals + index);
                    }
                }
            }
            Payload::MemorySection(section) if section.count() > 1 => {
                return Err(unsupported("it has several memories"));
            }
            Payload::StartSection { .. } => return Err(unsupported("it has a start function")),
            Payload::CodeSectionEntry(body) => check_operators(body)?,
            _ => {}
        }
        match &payload {
            Payload::ExportSection(section) => {
                out.section(&exports(section, &mutable_globals)?);
            }
            Payload::DataSection(section) => {
                out.section(&empty_segments(section, &mut segments)?);
            }
            Payload::CodeSectionStart { range, .. } => {
                out.section(&encode::RawSection { id: encode::SectionId::Code.into(), data: &wasm[range.clone()] });
            }
            Payload::CustomSection(_) => {} // names and producers: nothing at run time reads them
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    out.section(&encode::RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    let globals = mutable_globals.iter().map(|index| format!("{GLOBAL_PREFIX}{index}")).collect();
    Ok(Lifted { wasm: out.finish(), segments, globals })
}

fn unsupported(why: &str) -> LiftError {
    LiftError::Unsupported(why.to_owned())
}

/// A function must not change what lies outside linear memory and globals.
fn check_operators(body: &wasmparser::FunctionBody<'_>) -> Result<(), LiftError> {
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let name = match operators.read()? {
            Operator::MemoryInit { .. } => "memory.init",
            Operator::DataDrop { .. } => "data.drop",
            Operator::ElemDrop { .. } => "elem.drop",
            Operator::TableSet { .. } => "table.set",
            Operator::TableGrow { .. } => "table.grow",
            Operator::TableFill { .. } => "table.fill",
            Operator::TableCopy { .. } => "table.copy",
            Operator::TableInit { .. } => "table.init",
            _ => continue,
        };
        return Err(LiftError::Unsupported(format!("a function uses {name}")));
    }
    Ok(())
}

fn exports(
    section: &wasmparser::ExportSectionReader<'_>,
    mutable_globals: &[usize],
) -> Result<encode::ExportSection, LiftError> {
    let mut out = encode::ExportSection::new();
    for export in section.clone() {
        let export = export?;
        let kind = match export.kind {
            ExternalKind::Func => encode::ExportKind::Func,
            ExternalKind::Table => encode::ExportKind::Table,
            ExternalKind::Memory => encode::ExportKind::Memory,
            ExternalKind::Global => encode::ExportKind::Global,
            ExternalKind::Tag => encode::ExportKind::Tag,
            other => return Err(LiftError::Unsupported(format!("it exports a {other:?}"))),
        };
        out.export(export.name, kind, export.index);
    }
    for &index in mutable_globals {
        let index32 = u32::try_from(index).map_err(|_| unsupported("it has too many globals"))?;
        out.export(&format!("{GLOBAL_PREFIX}{index}"), encode::ExportKind::Global, index32);
    }
    Ok(out)
}

/// An active segment becomes an empty passive one, so that the indices of the others stay.
fn empty_segments(
    section: &wasmparser::DataSectionReader<'_>,
    segments: &mut Vec<Segment>,
) -> Result<encode::DataSection, LiftError> {
    let mut out = encode::DataSection::new();
    for segment in section.clone() {
        let segment = segment?;
        match segment.kind {
            DataKind::Passive => {
                out.passive(segment.data.iter().copied());
            }
            DataKind::Active { offset_expr, .. } => {
                let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                    return Err(unsupported("a data segment's offset is not a constant"));
                };
                segments.push(Segment { offset: value.cast_unsigned() as usize, bytes: segment.data.to_vec() });
                out.passive(std::iter::empty());
            }
        }
    }
    Ok(out)
}
