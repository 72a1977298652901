//! What arithmetic in an argument gives, such as `60 * 60`.

use ruff_python_ast::{Expr, Operator, UnaryOp};

use super::decode::{constant, dict};
use super::value::Value;

/// How long a text or a list may become.
const LONGEST: usize = 1 << 20;

/// The value of `expression`: numbers, texts and lists, and operators between them. `None` for anything else, also for what
/// Python refuses.
pub(super) fn value(expression: &Expr) -> Option<Value> {
    match expression {
        Expr::BinOp(of) => binary(value(&of.left)?, of.op, value(&of.right)?),
        Expr::UnaryOp(of) => unary(of.op, value(&of.operand)?),
        Expr::List(of) => of.elts.iter().map(value).collect::<Option<_>>().map(Value::List),
        Expr::Tuple(of) => of.elts.iter().map(value).collect::<Option<_>>().map(Value::Tuple),
        Expr::Dict(of) => dict(&of.items, value),
        expression => constant(expression),
    }
}

fn unary(operator: UnaryOp, operand: Value) -> Option<Value> {
    match (operator, &operand) {
        (UnaryOp::USub, Value::Float(value)) => Some(Value::Float(-value)),
        (UnaryOp::UAdd, Value::Float(_)) => Some(operand),
        (UnaryOp::USub, operand) => operand.whole()?.checked_neg().map(Value::Int),
        (UnaryOp::UAdd, operand) => operand.whole().map(Value::Int),
        (UnaryOp::Invert, operand) => operand.whole().map(|value| Value::Int(!value)),
        (UnaryOp::Not, _) => None,
    }
}

fn binary(left: Value, operator: Operator, right: Value) -> Option<Value> {
    match (left, operator, right) {
        (Value::Text(a), Operator::Add, Value::Text(b)) => Some(Value::Text(a + &b)),
        (Value::List(a), Operator::Add, Value::List(b)) => Some(Value::List([a, b].concat())),
        (Value::Tuple(a), Operator::Add, Value::Tuple(b)) => Some(Value::Tuple([a, b].concat())),
        (Value::Text(text), Operator::Mult, times) | (times, Operator::Mult, Value::Text(text)) => {
            repeated(text.len(), times).map(|times| Value::Text(text.repeat(times)))
        }
        (Value::List(items), Operator::Mult, times) | (times, Operator::Mult, Value::List(items)) => {
            repeated(items.len(), times).map(|times| Value::List(std::iter::repeat_n(items, times).flatten().collect()))
        }
        (Value::Tuple(items), Operator::Mult, times) | (times, Operator::Mult, Value::Tuple(items)) => {
            repeated(items.len(), times)
                .map(|times| Value::Tuple(std::iter::repeat_n(items, times).flatten().collect()))
        }
        (left, operator, right) => match (left.whole(), right.whole()) {
            (Some(a), Some(b)) => whole(a, operator, b),
            _ => float(as_float(&left)?, operator, as_float(&right)?),
        },
    }
}

/// How often something of `length` is repeated.
fn repeated(length: usize, times: Value) -> Option<usize> {
    let times = usize::try_from(times.whole()?.max(0)).ok()?;
    length.checked_mul(times).filter(|length| *length <= LONGEST).map(|_| times)
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        #[expect(clippy::cast_precision_loss, reason = "Python rounds, too")]
        value => value.whole().map(|value| value as f64),
    }
}

fn whole(a: i128, operator: Operator, b: i128) -> Option<Value> {
    let shifted = || u32::try_from(b).ok();
    let result = match operator {
        Operator::Add => a.checked_add(b),
        Operator::Sub => a.checked_sub(b),
        Operator::Mult => a.checked_mul(b),
        Operator::BitAnd => Some(a & b),
        Operator::BitOr => Some(a | b),
        Operator::BitXor => Some(a ^ b),
        Operator::FloorDiv | Operator::Mod if b == 0 => return None,
        Operator::FloorDiv => a.checked_div_euclid(b).map(|_| (a - modulo(a, b)) / b),
        Operator::Mod => Some(modulo(a, b)),
        Operator::Pow if b >= 0 => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        Operator::LShift if b >= 0 => {
            shifted().and_then(|b| 1_i128.checked_shl(b)).and_then(|factor| a.checked_mul(factor))
        }
        Operator::RShift if b >= 0 => Some(a >> b.min(127)),
        Operator::Div | Operator::Pow => {
            return float(as_float(&Value::Int(a))?, operator, as_float(&Value::Int(b))?);
        }
        Operator::LShift | Operator::RShift | Operator::MatMult => return None,
    };
    Some(result.map_or(Value::Huge, Value::Int))
}

/// With the sign of `b`.
fn modulo(a: i128, b: i128) -> i128 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
}

fn float(a: f64, operator: Operator, b: f64) -> Option<Value> {
    let rest = || {
        let rest = a % b;
        if rest != 0.0 && (rest < 0.0) != (b < 0.0) { rest + b } else { rest }
    };
    Some(Value::Float(match operator {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div | Operator::FloorDiv | Operator::Mod if b == 0.0 => return None,
        Operator::Div => a / b,
        Operator::FloorDiv => ((a - rest()) / b).round(),
        Operator::Mod => rest(),
        Operator::Pow if a == 0.0 && b < 0.0 || a < 0.0 && b.fract() != 0.0 => return None,
        Operator::Pow => a.powf(b),
        _ => return None,
    }))
}
