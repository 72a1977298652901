use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BinaryExpression, BooleanLiteral, ConditionalExpression, Expression,
    ExpressionStatement, FunctionBody, IfStatement, LogicalExpression, NumericLiteral, ReturnStatement,
    UnaryExpression, UpdateExpression, WhileStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};

use super::impostors::{Impostors, Mutant, spread};

/// The longest change that a report shows, in characters.
const SHOWN: usize = 120;

/// What [`Impostors`] a JavaScript or TypeScript answer has; none where it does not parse.
pub(super) fn impostors(answer: &str, most: usize) -> Impostors {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, answer, SourceType::ts()).parse();
    if !parsed.diagnostics.is_empty() {
        return Impostors::default();
    }
    let mut changes = Changes { answer, functions: 0, found: Vec::new(), bodies: Vec::new() };
    changes.visit_program(&parsed.program);
    let Changes { found, bodies, .. } = changes;
    let chosen = spread(found.len(), most).map(|nth| found[nth].mutant(answer));
    Impostors { stub: stub(answer, &bodies), mutants: chosen.collect() }
}

/// The answer with functions that return nothing; `None` where it has no function.
fn stub(answer: &str, bodies: &[Change]) -> Option<String> {
    let mut stub = String::with_capacity(answer.len());
    let mut end = 0;
    for body in bodies {
        let (from, to) = body.range();
        stub.push_str(&answer[end..from]);
        stub.push_str(&body.text);
        end = to;
    }
    stub.push_str(&answer[end..]);
    (!bodies.is_empty()).then_some(stub)
}

/// Another text in place of a span.
struct Change {
    span: Span,
    text: String,
}

impl Change {
    fn range(&self) -> (usize, usize) {
        (self.span.start as usize, self.span.end as usize)
    }

    fn mutant(&self, answer: &str) -> Mutant {
        let (from, to) = self.range();
        let line = 1 + answer[..from].matches('\n').count();
        let short = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect();
        let (was, is): (String, String) = (short(&answer[from..to]), short(&self.text));
        let code = format!("{}{}{}", &answer[..from], self.text, &answer[to..]);
        Mutant { change: format!("line {line}: `{was}` -> `{is}`"), code }
    }
}

/// Finds what can be changed in the bodies of functions.
struct Changes<'s> {
    answer: &'s str,
    /// In how many functions the visitor is.
    functions: u32,
    found: Vec<Change>,
    /// The bodies of outermost functions, with what takes their place in the stub.
    bodies: Vec<Change>,
}

impl Changes<'_> {
    fn text(&self, span: Span) -> &str {
        &self.answer[span.start as usize..span.end as usize]
    }

    fn change(&mut self, span: Span, text: String) {
        if self.functions > 0 {
            self.found.push(Change { span, text });
        }
    }

    /// Another operator between two operands.
    fn operator(&mut self, left: Span, right: Span, operator: &str) {
        self.change(Span::new(left.end, right.start), format!(" {operator} "));
    }

    fn negate(&mut self, test: Span) {
        let text = format!("!({})", self.text(test));
        self.change(test, text);
    }

    fn function(&mut self, body: Span, empty: &str, walk: impl FnOnce(&mut Self)) {
        if self.functions == 0 {
            self.bodies.push(Change { span: body, text: empty.to_owned() });
        }
        self.functions += 1;
        walk(self);
        self.functions -= 1;
    }
}

/// The operators of mutation testing: relational, arithmetic and logical operator replacement, constant replacement,
/// negated conditions, statement deletion.
impl<'a> Visit<'a> for Changes<'_> {
    fn visit_function_body(&mut self, it: &FunctionBody<'a>) {
        self.function(it.span, "{ return undefined; }", |changes| walk::walk_function_body(changes, it));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        match &it.body {
            ArrowFunctionBody::FunctionBody(_) => walk::walk_arrow_function_expression(self, it),
            body => {
                let span = body.span();
                self.function(span, "undefined", |changes| walk::walk_arrow_function_expression(changes, it));
            }
        }
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        let other = match it.operator.as_str() {
            "<" => "<=",
            "<=" => "<",
            ">" => ">=",
            ">=" => ">",
            "==" => "!=",
            "!=" => "==",
            "===" => "!==",
            "!==" => "===",
            "+" => "-",
            "-" | "*" | "%" => "+",
            "/" | "**" => "*",
            "&" | "^" => "|",
            "|" => "&",
            "<<" => ">>",
            ">>" | ">>>" => "<<",
            _ => "",
        };
        if !other.is_empty() {
            self.operator(it.left.span(), it.right.span(), other);
        }
        walk::walk_binary_expression(self, it);
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        match it.operator.as_str() {
            "&&" => self.operator(it.left.span(), it.right.span(), "||"),
            "||" => self.operator(it.left.span(), it.right.span(), "&&"),
            _ => {}
        }
        walk::walk_logical_expression(self, it);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if matches!(it.operator.as_str(), "!" | "-") {
            let argument = self.text(it.argument.span()).to_owned();
            self.change(it.span, format!("({argument})"));
        }
        walk::walk_unary_expression(self, it);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        let text = self.text(it.span);
        let other = if text.contains("++") { text.replace("++", "--") } else { text.replace("--", "++") };
        self.change(it.span, other);
        walk::walk_update_expression(self, it);
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        self.negate(it.test.span());
        walk::walk_if_statement(self, it);
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.negate(it.test.span());
        walk::walk_while_statement(self, it);
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        self.negate(it.test.span());
        walk::walk_conditional_expression(self, it);
    }

    fn visit_boolean_literal(&mut self, it: &BooleanLiteral) {
        self.change(it.span, (!it.value).to_string());
    }

    fn visit_numeric_literal(&mut self, it: &NumericLiteral<'a>) {
        if it.value.fract() == 0.0 && it.value.abs() < 1e15 {
            self.change(it.span, (it.value + 1.0).to_string());
        }
    }

    fn visit_return_statement(&mut self, it: &ReturnStatement<'a>) {
        self.change(it.span, ";".to_owned());
        walk::walk_return_statement(self, it);
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        if !matches!(it.expression, Expression::StringLiteral(_)) {
            self.change(it.span, ";".to_owned());
        }
        walk::walk_expression_statement(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "const two = 2;\nfunction f(a, b) {\n  if (a < b && !b) {\n    return a + 1;\n  }\n  return b;\n}\n\
        const g = (x) => x * two;\nexport class C { m() { this.n++; } }\n";

    #[test]
    fn every_kind_of_change_is_made_in_functions_and_nowhere_else() {
        let found = impostors(ANSWER, 100);
        let changes: Vec<&str> = found.mutants.iter().map(|mutant| mutant.change.as_str()).collect();
        assert_eq!(
            changes,
            [
                "line 3: `a < b && !b` -> `!(a < b && !b)`",
                "line 3: `&&` -> `||`",
                "line 3: `<` -> `<=`",
                "line 3: `!b` -> `(b)`",
                "line 4: `return a + 1;` -> `;`",
                "line 4: `+` -> `-`",
                "line 4: `1` -> `2`",
                "line 6: `return b;` -> `;`",
                "line 8: `*` -> `+`",
                "line 9: `this.n++;` -> `;`",
                "line 9: `this.n++` -> `this.n--`",
            ]
        );
        assert!(found.mutants[2].code.contains("if (a <= b && !b)"), "{}", found.mutants[2].code);
        for mutant in &found.mutants {
            assert!(impostors(&mutant.code, 1).stub.is_some(), "it parses: {}", mutant.code);
        }
    }

    #[test]
    fn a_stub_has_the_same_functions_and_does_nothing() {
        let stub = impostors(ANSWER, 0).stub.unwrap();
        assert_eq!(
            stub,
            "const two = 2;\nfunction f(a, b) { return undefined; }\nconst g = (x) => undefined;\n\
             export class C { m() { return undefined; } }\n"
        );
        assert_eq!(impostors("const x = 1;", 9).stub, None);
        assert_eq!(impostors("function (", 9).mutants.len(), 0);
    }
}
