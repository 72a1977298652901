//! Rewrites an interpreter's module so that one compile serves every snapshot.
//!
//! A snapshot is a memory image plus the values of the mutable globals. For that the host must be able to
//! set the globals, and instantiation must not write to memory. The rewritten module exports its mutable
//! globals, and its active data segments are emptied: their bytes are handed back apart and written only
//! once, when the interpreter is started to make the first snapshot. It also exports functions that the
//! original kept to itself, for the host to call.

use thiserror::Error;
use wasm_encoder as encode;
use wasmparser::{DataKind, ExternalKind, Operator, Parser, Payload, TypeRef};

use crate::names;

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

/// Rewrites `wasm`, and exports the functions called `functions` under these names, where it does not by itself.
///
/// # Errors
/// When the module is malformed, lacks one of the functions, or has state that a snapshot would miss: a start function,
/// imported mutable globals, operators that change tables or drop segments, several memories.
pub(crate) fn lift(wasm: &[u8], functions: &[&str]) -> Result<Lifted, LiftError> {
    let hidden = unexported(wasm, functions)?;
    let functions: Vec<_> = hidden.iter().copied().zip(names::functions(wasm, &hidden)?).collect();
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
                out.section(&exports(section, &mutable_globals, &functions)?);
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

/// Those of `functions` that the module does not export.
fn unexported<'a>(wasm: &[u8], functions: &[&'a str]) -> Result<Vec<&'a str>, LiftError> {
    let mut hidden = functions.to_vec();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::ExportSection(section) = payload? else { continue };
        for export in section {
            let export = export?;
            hidden.retain(|name| export.kind != ExternalKind::Func || *name != export.name);
        }
    }
    Ok(hidden)
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
    functions: &[(&str, u32)],
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
    for (name, index) in functions {
        out.export(name, encode::ExportKind::Func, *index);
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

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, DataSection, DataSegment, DataSegmentMode, ElementSection, Elements, EntityType,
        ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection,
        MemoryType, Module, RefType, StartSection, TableSection, TableType, TypeSection, ValType,
    };
    use wasmtime::{Instance, Store};

    use super::*;

    const PAGE: MemoryType =
        MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };

    /// A module whose one function, `f`, has `body`.
    #[derive(Default)]
    struct Wat {
        imports: ImportSection,
        memories: u32,
        globals: GlobalSection,
        start: bool,
        data: DataSection,
        body: Vec<encode::Instruction<'static>>,
    }

    fn global(mutable: bool) -> GlobalType {
        GlobalType { val_type: ValType::I32, mutable, shared: false }
    }

    impl Wat {
        fn new() -> Self {
            Wat { memories: 1, ..Wat::default() }
        }

        fn encode(&self) -> Vec<u8> {
            let mut module = Module::new();
            let mut types = TypeSection::new();
            types.ty().function([], []);
            module.section(&types).section(&self.imports);
            let mut functions = FunctionSection::new();
            functions.function(0);
            module.section(&functions);
            let mut tables = TableSection::new();
            tables.table(TableType {
                element_type: RefType::FUNCREF,
                table64: false,
                minimum: 2,
                maximum: None,
                shared: false,
            });
            module.section(&tables);
            let mut memories = MemorySection::new();
            (0..self.memories).for_each(|_| {
                memories.memory(PAGE);
            });
            module.section(&memories).section(&self.globals);
            let mut exports = ExportSection::new();
            exports.export("f", ExportKind::Func, 0);
            if self.memories > 0 {
                exports.export("memory", ExportKind::Memory, 0);
            }
            module.section(&exports);
            if self.start {
                module.section(&StartSection { function_index: 0 });
            }
            let mut elements = ElementSection::new();
            elements.segment(encode::ElementSegment {
                mode: encode::ElementMode::Active { table: None, offset: &ConstExpr::i32_const(0) },
                elements: Elements::Functions(vec![0].into()),
            });
            module.section(&elements);
            module.section(&encode::DataCountSection { count: self.data.len() });
            let mut function = Function::new([]);
            self.body.iter().for_each(|instruction| {
                function.instruction(instruction);
            });
            function.instruction(&encode::Instruction::End);
            let mut code = CodeSection::new();
            code.function(&function);
            module.section(&code).section(&self.data);
            module.section(&encode::CustomSection { name: "name".into(), data: b"anything"[..].into() });
            module.finish()
        }

        fn lift(&self) -> Result<Lifted, LiftError> {
            lift(&self.encode(), &[])
        }
    }

    fn active(data: &mut DataSection, offset: &ConstExpr, bytes: &[u8]) {
        let mode = DataSegmentMode::Active { memory_index: 0, offset };
        data.segment(DataSegment { mode, data: bytes.iter().copied() });
    }

    fn why(wat: &Wat) -> String {
        wat.lift().expect_err("it keeps state elsewhere").to_string()
    }

    #[test]
    fn mutable_globals_are_exported_under_their_indices() {
        let mut wat = Wat::new();
        wat.imports.import("host", "constant", EntityType::Global(global(false)));
        wat.globals.global(global(true), &ConstExpr::i32_const(11));
        wat.globals.global(global(false), &ConstExpr::i32_const(12));
        wat.globals.global(global(true), &ConstExpr::i32_const(13));
        let lifted = wat.lift().expect("it can be lifted");
        // Imported globals come first in the index space.
        assert_eq!(lifted.globals, ["assay_global_1", "assay_global_3"]);
        let engine = wasmtime::Engine::default();
        let module = wasmtime::Module::new(&engine, &lifted.wasm).expect("it is valid");
        let mut exports: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
        exports.sort();
        assert_eq!(exports, ["assay_global_1", "assay_global_3", "f", "memory"]);
    }

    #[test]
    fn active_segments_are_emptied_and_handed_back() {
        let mut wat = Wat::new();
        active(&mut wat.data, &ConstExpr::i32_const(8), b"first");
        wat.data.passive(*b"kept");
        active(&mut wat.data, &ConstExpr::i32_const(100), b"second");
        wat.globals.global(global(true), &ConstExpr::i32_const(5));
        let lifted = wat.lift().expect("it can be lifted");
        let expected =
            [Segment { offset: 8, bytes: b"first".to_vec() }, Segment { offset: 100, bytes: b"second".to_vec() }];
        assert_eq!(lifted.segments, expected);
        let engine = wasmtime::Engine::default();
        let module = wasmtime::Module::new(&engine, &lifted.wasm).expect("it is valid");
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).expect("it instantiates");
        let memory = instance.get_memory(&mut store, "memory").expect("it has a memory");
        assert!(memory.data(&store).iter().all(|byte| *byte == 0), "instantiation writes nothing");
        let global = instance.get_global(&mut store, "assay_global_0").expect("it is exported");
        assert_eq!(global.get(&mut store).i32(), Some(5));
        global.set(&mut store, 6.into()).expect("it can be set");
        instance.get_typed_func::<(), ()>(&mut store, "f").expect("f stays").call(&mut store, ()).expect("f runs");
    }

    #[test]
    fn an_offset_that_is_not_a_constant_is_refused() {
        let mut wat = Wat::new();
        wat.imports.import("host", "base", EntityType::Global(global(false)));
        active(&mut wat.data, &ConstExpr::global_get(0), b"x");
        assert!(why(&wat).contains("offset"));
    }

    #[test]
    fn state_outside_memory_and_globals_is_refused() {
        let start = Wat { start: true, ..Wat::new() };
        assert!(why(&start).contains("start function"));
        let memories = Wat { memories: 2, ..Wat::new() };
        assert!(why(&memories).contains("several memories"));
        let mut imported = Wat::new();
        imported.imports.import("host", "state", EntityType::Global(global(true)));
        assert!(why(&imported).contains("imports a mutable global"));
    }

    #[test]
    fn operators_that_change_tables_or_segments_are_refused() {
        use encode::Instruction as I;
        let function = encode::HeapType::Abstract { shared: false, ty: encode::AbstractHeapType::Func };
        let three = [I::I32Const(0), I::I32Const(0), I::I32Const(0)];
        let cases = [
            ("table.set", [I::I32Const(0), I::RefNull(function), I::TableSet(0)].to_vec()),
            ("table.grow", [I::RefNull(function), I::I32Const(1), I::TableGrow(0), I::Drop].to_vec()),
            ("table.fill", [I::I32Const(0), I::RefNull(function), I::I32Const(0), I::TableFill(0)].to_vec()),
            ("table.copy", [&three[..], &[I::TableCopy { src_table: 0, dst_table: 0 }]].concat()),
            ("table.init", [&three[..], &[I::TableInit { elem_index: 0, table: 0 }]].concat()),
            ("elem.drop", [I::ElemDrop(0)].to_vec()),
            ("memory.init", [&three[..], &[I::MemoryInit { mem: 0, data_index: 0 }]].concat()),
            ("data.drop", [I::DataDrop(0)].to_vec()),
        ];
        for (name, body) in cases {
            let mut wat = Wat { body, ..Wat::new() };
            wat.data.passive(*b"x");
            assert!(why(&wat).contains(name), "{name}: {}", why(&wat));
        }
    }

    #[test]
    fn what_is_not_a_module_is_malformed() {
        for bytes in [&b""[..], b"not wasm", &Wat::new().encode()[..40]] {
            assert!(matches!(lift(bytes, &[]), Err(LiftError::Malformed(_))), "{bytes:?}");
        }
    }
}
