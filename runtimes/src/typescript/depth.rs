use oxc_ast::ast::{
    AssignmentTarget, BindingPattern, Expression, Program, Statement, TSImportTypeQualifier, TSModuleDeclaration,
    TSType, TSTypeName,
};
use oxc_ast_visit::{Visit, walk};

/// The deepest tree, in nodes that can hold one of their own kind.
pub(super) const MAX_DEPTH: u32 = 4000;

/// Whether the tree is no deeper than [`MAX_DEPTH`]: a chain such as `a + b + c` is one, too, though it is read in a loop.
pub(super) fn is_shallow(program: &Program<'_>) -> bool {
    let mut meter = Meter { depth: 0, exceeded: false };
    meter.visit_program(program);
    !meter.exceeded
}

struct Meter {
    depth: u32,
    exceeded: bool,
}

impl Meter {
    fn level(&mut self, walk: impl FnOnce(&mut Self)) {
        if self.depth == MAX_DEPTH || self.exceeded {
            self.exceeded = true;
            return;
        }
        self.depth += 1;
        walk(self);
        self.depth -= 1;
    }
}

/// All kinds through which a tree can be deep.
impl<'a> Visit<'a> for Meter {
    fn visit_expression(&mut self, it: &Expression<'a>) {
        self.level(|meter| walk::walk_expression(meter, it));
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        self.level(|meter| walk::walk_statement(meter, it));
    }

    fn visit_binding_pattern(&mut self, it: &BindingPattern<'a>) {
        self.level(|meter| walk::walk_binding_pattern(meter, it));
    }

    fn visit_assignment_target(&mut self, it: &AssignmentTarget<'a>) {
        self.level(|meter| walk::walk_assignment_target(meter, it));
    }

    fn visit_ts_type(&mut self, it: &TSType<'a>) {
        self.level(|meter| walk::walk_ts_type(meter, it));
    }

    fn visit_ts_type_name(&mut self, it: &TSTypeName<'a>) {
        self.level(|meter| walk::walk_ts_type_name(meter, it));
    }

    fn visit_ts_import_type_qualifier(&mut self, it: &TSImportTypeQualifier<'a>) {
        self.level(|meter| walk::walk_ts_import_type_qualifier(meter, it));
    }

    fn visit_ts_module_declaration(&mut self, it: &TSModuleDeclaration<'a>) {
        self.level(|meter| walk::walk_ts_module_declaration(meter, it));
    }
}
