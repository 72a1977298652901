//! Python's source of an expression, as `ast.unparse` writes it.

use ruff_python_ast::{DictItem, Expr, ExprCall, Keyword, Number, Operator, UnaryOp};
use ruff_text_size::Ranged as _;

/// How strongly the parts of an expression hold together: what holds less than its place asks for gets parentheses.
type Strength = u8;

const ANY: Strength = 0;
const FACTOR: Strength = 7;
const POWER: Strength = 8;
const ATOM: Strength = 9;

/// The source of `expression`, which stands in `text`: names, calls, subscripts, plain data and arithmetic as `ast.unparse`
/// writes them, anything else as it stands there.
pub(super) fn unparse(expression: &Expr, text: &str) -> String {
    Source { text }.of(expression, ANY)
}

struct Source<'a> {
    text: &'a str,
}

impl Source<'_> {
    fn of(&self, expression: &Expr, least: Strength) -> String {
        match expression {
            Expr::Name(name) => name.id.to_string(),
            Expr::NoneLiteral(_) => "None".to_owned(),
            Expr::EllipsisLiteral(_) => "...".to_owned(),
            Expr::BooleanLiteral(literal) => if literal.value { "True" } else { "False" }.to_owned(),
            Expr::StringLiteral(literal) => quoted(literal.value.to_str()),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(value) if value.as_i64().is_some() => value.to_string(),
                Number::Float(value) => float(*value),
                _ => self.text[expression.range()].to_owned(),
            },
            Expr::Attribute(of) if !of.value.is_number_literal_expr() => {
                format!("{}.{}", self.of(&of.value, ATOM), of.attr)
            }
            Expr::Call(call) => self.call(call),
            Expr::List(of) => format!("[{}]", self.list(&of.elts)),
            Expr::Set(of) => format!("{{{}}}", self.list(&of.elts)),
            Expr::Tuple(of) => match &of.elts[..] {
                [one] => format!("({},)", self.of(one, ANY)),
                items => format!("({})", self.list(items)),
            },
            Expr::Dict(of) => {
                let item = |item: &DictItem| match &item.key {
                    Some(key) => format!("{}: {}", self.of(key, ANY), self.of(&item.value, ANY)),
                    None => format!("**{}", self.of(&item.value, ANY)),
                };
                format!("{{{}}}", of.items.iter().map(item).collect::<Vec<_>>().join(", "))
            }
            Expr::Subscript(of) => {
                let slice = match &*of.slice {
                    Expr::Tuple(of) if of.elts.len() > 1 => self.list(&of.elts),
                    Expr::Tuple(of) if of.elts.len() == 1 => format!("{},", self.list(&of.elts)),
                    slice => self.of(slice, ANY),
                };
                format!("{}[{slice}]", self.of(&of.value, ATOM))
            }
            Expr::UnaryOp(of) if of.op != UnaryOp::Not => {
                enclosed(FACTOR, least, format!("{}{}", of.op, self.of(&of.operand, FACTOR)))
            }
            Expr::BinOp(of) => {
                let strength = strength(of.op);
                let (left, right) = if strength == POWER { (ATOM, POWER) } else { (strength, strength + 1) };
                let [left, right] = [self.of(&of.left, left), self.of(&of.right, right)];
                enclosed(strength, least, format!("{left} {} {right}", of.op))
            }
            Expr::If(_) | Expr::BoolOp(_) | Expr::Compare(_) | Expr::Lambda(_) | Expr::UnaryOp(_) => {
                enclosed(ANY, least, self.text[expression.range()].to_owned())
            }
            _ => self.text[expression.range()].to_owned(),
        }
    }

    fn list(&self, items: &[Expr]) -> String {
        items.iter().map(|item| self.of(item, ANY)).collect::<Vec<_>>().join(", ")
    }

    fn call(&self, call: &ExprCall) -> String {
        let keyword = |keyword: &Keyword| match &keyword.arg {
            Some(name) => format!("{name}={}", self.of(&keyword.value, ANY)),
            None => format!("**{}", self.of(&keyword.value, ANY)),
        };
        let arguments = call.arguments.args.iter().map(|argument| self.of(argument, ANY));
        let arguments = arguments.chain(call.arguments.keywords.iter().map(keyword));
        format!("{}({})", self.of(&call.func, ATOM), arguments.collect::<Vec<_>>().join(", "))
    }
}

fn enclosed(strength: Strength, least: Strength, text: String) -> String {
    if strength < least { format!("({text})") } else { text }
}

fn strength(operator: Operator) -> Strength {
    match operator {
        Operator::BitOr => 1,
        Operator::BitXor => 2,
        Operator::BitAnd => 3,
        Operator::LShift | Operator::RShift => 4,
        Operator::Add | Operator::Sub => 5,
        Operator::Mult | Operator::Div | Operator::FloorDiv | Operator::Mod | Operator::MatMult => 6,
        Operator::Pow => POWER,
    }
}

/// Python's `repr` of a text, but for characters beyond ASCII, which stay as they are.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c == quote || c == '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push(quote);
    quoted
}

/// Python's `repr` of a float; an infinite one as a literal that is too large.
fn float(value: f64) -> String {
    if value.is_infinite() {
        return "1e309".to_owned();
    }
    crate::python_float::repr(value)
}
