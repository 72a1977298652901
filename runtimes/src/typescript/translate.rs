use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Directive, Program};
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use oxc_transformer::{
    DecoratorOptions, HelperLoaderMode, HelperLoaderOptions, TransformOptions, Transformer, TypeScriptOptions,
};

use super::{decorators, depth, modules, scan, source_map, stack};
use crate::translation::{Refusal, Translator};

/// Translates `.ts`, `.mts` and `.cts`.
pub(crate) static TYPESCRIPT: Translator =
    Translator { version: "oxc 0.143.0, 1", handles, translate, fuel_per_byte: 200 };

/// Declarations alone are no program: nobody executes such a file.
fn handles(path: &str) -> bool {
    let declares = [".d.ts", ".d.mts", ".d.cts"].iter().any(|ending| path.ends_with(ending));
    !declares && [".ts", ".mts", ".cts", ".tsx"].iter().any(|ending| path.ends_with(ending))
}

/// The JavaScript of the TypeScript file `path`, with a source map in a comment at its end.
pub(super) fn translate(path: &str, source: &str) -> Result<String, Refusal> {
    if path.ends_with(".tsx") {
        return Err(Refusal::Unsupported { what: "JSX" });
    }
    scan::check(source)?;
    stack::with_room(source.len(), || lower(path, source))?
}

pub(super) fn lower(path: &str, source: &str) -> Result<String, Refusal> {
    let allocator = Allocator::default();
    // Outside a function `return` ends a CommonJS module; in other files the interpreter refuses it.
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let parsed = Parser::new(&allocator, source, source_type(path)).with_options(options).parse();
    if let Some(error) = parsed.diagnostics.first() {
        return Err(refusal(source, &error.message, error.labels.first().map(|label| label.offset())));
    }
    let mut program = parsed.program;
    if !depth::is_shallow(&program) {
        return Err(too_deep());
    }
    modules::unify(&mut program, &allocator, path.ends_with(".mts"));
    program.hashbang = None;
    let semantic = SemanticBuilder::new().with_excess_capacity(2.0).with_enum_eval(true).build(&program).semantic;
    let transformed = Transformer::new(&allocator, Path::new(path), &options_of_tsc())
        .build_with_scoping(semantic.into_scoping(), &mut program);
    if let Some(error) = transformed.diagnostics.first() {
        return Err(refusal(source, &error.message, error.labels.first().map(|label| label.offset())));
    }
    #[expect(deprecated, reason = "nothing else tells whether there are any")]
    let uses_helpers = !transformed.helpers_used.is_empty();
    Ok(print(path, source, &program, uses_helpers))
}

/// What the compiler does with `--target esnext --experimentalDecorators`.
fn options_of_tsc() -> TransformOptions {
    TransformOptions {
        typescript: TypeScriptOptions::default(),
        decorator: DecoratorOptions { legacy: true, ..DecoratorOptions::default() },
        helper_loader: HelperLoaderOptions { mode: HelperLoaderMode::External, ..HelperLoaderOptions::default() },
        ..TransformOptions::default()
    }
}

fn print(path: &str, source: &str, program: &Program<'_>, uses_helpers: bool) -> String {
    let options = CodegenOptions {
        source_map_path: Some(path.into()),
        comments: CommentOptions::disabled(),
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(program);
    let mut code = String::new();
    if uses_helpers {
        code += &decorators::preamble(program.directives.iter().any(Directive::is_use_strict));
    }
    code += &printed.code;
    if let Some(map) = printed.map {
        code += &source_map::comment(&map, path, source, u32::from(uses_helpers));
    }
    code
}

/// A `.ts` file is a module if it has `import` or `export`.
fn source_type(path: &str) -> SourceType {
    let typescript = SourceType::ts();
    if path.ends_with(".mts") {
        typescript.with_module(true)
    } else if path.ends_with(".cts") {
        typescript.with_commonjs(true)
    } else {
        typescript.with_unambiguous(true)
    }
}

/// The outcome for a source that nobody wrote by hand.
pub(super) fn too_deep() -> Refusal {
    Refusal::Syntax { message: "the program is nested too deeply".to_owned(), line: None }
}

fn refusal(source: &str, message: &str, offset: Option<u32>) -> Refusal {
    let line = offset.map(|offset| {
        let before = &source.as_bytes()[..source.len().min(offset as usize)];
        u32::try_from(before.iter().filter(|byte| **byte == b'\n').count() + 1).unwrap_or(u32::MAX)
    });
    Refusal::Syntax { message: message.to_owned(), line }
}
