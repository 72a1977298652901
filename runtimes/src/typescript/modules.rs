use oxc_allocator::{Allocator, ArenaVec, TakeIn};
use oxc_ast::ast::{
    ExportDefaultDeclarationKind, ImportDeclarationSpecifier, ImportOrExportKind, Program, Statement,
    TSImportEqualsDeclaration, TSModuleReference,
};
use oxc_ast::builder::AstBuilder;

/// Rewrites `import a = require("b")` and `export = c` for a file that has `import` or `export` of ES modules, too: such a
/// file is an ES module, and has neither `require` nor `module`. As where the compiler makes CommonJS of both, the two ways
/// to import give the same then.
///
/// Files without others are left to the transformer, which makes CommonJS of them.
pub(super) fn unify<'a>(program: &mut Program<'a>, allocator: &'a Allocator, always_module: bool) {
    if !always_module && !program.body.iter().any(Statement::is_module_declaration_of_es) {
        return;
    }
    let builder = AstBuilder::new(allocator);
    for statement in &mut program.body {
        if let Statement::TSImportEqualsDeclaration(import) = statement
            && let Some(import) = default_import(import, &builder)
        {
            *statement = import;
        } else if let Statement::TSExportAssignment(export) = statement {
            let declaration = ExportDefaultDeclarationKind::from(export.expression.take_in(&builder));
            *statement = Statement::new_export_default_declaration(export.span, declaration, &builder);
        }
    }
}

/// `import a from "b"` for `import a = require("b")`.
fn default_import<'a>(import: &mut TSImportEqualsDeclaration<'a>, builder: &AstBuilder<'a>) -> Option<Statement<'a>> {
    let TSModuleReference::ExternalModuleReference(module) = &mut import.module_reference else { return None };
    if import.import_kind != ImportOrExportKind::Value {
        return None;
    }
    let source = module.expression.take_in(builder);
    let name = import.id.take_in(builder);
    let specifier = ImportDeclarationSpecifier::new_import_default_specifier(name.span, name, builder);
    let specifiers = Some(ArenaVec::from_value_in(specifier, builder));
    let kind = ImportOrExportKind::Value;
    Some(Statement::new_import_declaration(import.span, specifiers, source, None, None, kind, builder))
}

trait EsModules {
    fn is_module_declaration_of_es(&self) -> bool;
}

impl EsModules for Statement<'_> {
    fn is_module_declaration_of_es(&self) -> bool {
        matches!(
            self,
            Statement::ImportDeclaration(_)
                | Statement::ExportAllDeclaration(_)
                | Statement::ExportDefaultDeclaration(_)
                | Statement::ExportNamedDeclaration(_)
        )
    }
}
