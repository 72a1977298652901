use std::collections::{BTreeSet, HashMap, HashSet};

use super::python::{Item, Kind, Module, Statement, Token, describe, is_builtin};

/// `answer` with what it needs and lacks put before it:
///
/// - what the prompt has before the function: imports, helpers, constants, whether used or not, for tests may
///   use them too; and imports that the prompt has in the function's body;
/// - what the reply's other blocks define and `answer` uses, or `users` who use `answer`: imports, functions, classes, and
///   constants that are made of literals.
///
/// What `answer` binds itself is never put before it, so code that would have run still runs alike.
pub(super) fn complete<'a>(
    prompt: &Module<'_>,
    others: &[Module<'a>],
    answer: &Module<'a>,
    entry_point: &str,
    users: impl Iterator<Item = &'a str>,
) -> String {
    let given = given(prompt, answer, entry_point);
    let names: HashSet<&str> = given.iter().flat_map(|part| part.binds.iter().copied()).collect();
    let mut parts: Vec<&str> = given.into_iter().map(|part| part.source).collect();
    parts.extend(needed(others, answer, &names, entry_point, users));
    put_before(&parts, answer)
}

struct Given<'a> {
    source: &'a str,
    binds: Vec<&'a str>,
}

/// What the prompt provides and `answer` doesn't bind itself.
fn given<'a>(prompt: &Module<'a>, answer: &Module<'_>, entry_point: &str) -> Vec<Given<'a>> {
    let defines = |item: &Item<'_>| item.kind == Kind::Function && item.binds.contains(&entry_point);
    let function = prompt.items.iter().position(defines);
    let before = prompt.items[..function.unwrap_or(prompt.items.len())].iter();
    let before = before.map(|item| (item.kind, Given { source: prompt.source(item), binds: item.binds.clone() }));
    let inside = function.map_or(0..0, |at| prompt.items[at].statements.clone());
    let inside = prompt.scan.statements[inside].iter().map(|statement| {
        let (kind, binds) = describe(statement);
        (kind, Given { source: prompt.text[statement.span.clone()].trim_start(), binds })
    });
    let inside = inside.filter(|(kind, _)| *kind == Kind::Import);
    let lacking = |(kind, part): (Kind, Given<'a>)| match (kind, part.binds.as_slice()) {
        (Kind::Other, _) => None,
        // A star import.
        (_, []) => Some(part),
        (_, names) => names.iter().any(|name| !answer.binds(name)).then_some(part),
    };
    before.chain(inside).filter_map(lacking).collect()
}

/// The items of `others` that `answer` uses, and those that they use, in the reply's order. Of several
/// definitions of a name the last counts.
fn needed<'a>(
    others: &[Module<'a>],
    answer: &Module<'a>,
    given: &HashSet<&str>,
    entry_point: &str,
    users: impl Iterator<Item = &'a str>,
) -> Vec<&'a str> {
    let mut pending: Vec<&str> = names(&answer.scan.statements).chain(users).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let own: HashSet<&str> = answer.items.iter().flat_map(|item| item.binds.iter().copied()).collect();
    let mut chosen = BTreeSet::new();
    let definitions = definitions(others);
    while let Some(name) = pending.pop() {
        let wanted = seen.insert(name)
            && name != entry_point
            && !is_builtin(name)
            && !given.contains(name)
            && !own.contains(name);
        if let Some(place) = definitions.get(name).filter(|_| wanted)
            && chosen.insert(*place)
        {
            let module = &others[place.0];
            pending.extend(names(&module.scan.statements[module.items[place.1].statements.clone()]));
        }
    }
    chosen.into_iter().map(|(module, item)| others[module].source(&others[module].items[item])).collect()
}

/// Which item of which module binds a name.
fn definitions<'a>(others: &[Module<'a>]) -> HashMap<&'a str, (usize, usize)> {
    let mut places = HashMap::new();
    for (at, module) in others.iter().enumerate() {
        for (index, item) in module.items.iter().enumerate().filter(|(_, item)| is_safe(module, item)) {
            places.extend(item.binds.iter().map(|name| (*name, (at, index))));
        }
    }
    places
}

/// Whether putting `item` elsewhere can't fail or do anything but bind its names.
fn is_safe(module: &Module<'_>, item: &Item<'_>) -> bool {
    let statements = &module.scan.statements[item.statements.clone()];
    if statements.iter().any(|statement| statement.is_not_python()) {
        return false;
    }
    match item.kind {
        Kind::Import | Kind::Function | Kind::Class => true,
        Kind::Assignment => statements.iter().all(|statement| {
            let value = statement.tokens.iter().rev().take_while(|token| **token != Token::Mark('='));
            value.into_iter().all(|token| !matches!(token, Token::Name(name) if !is_constant(name)))
        }),
        Kind::Future | Kind::Other => false,
    }
}

fn is_constant(name: &str) -> bool {
    matches!(name, "True" | "False" | "None" | "float" | "int" | "set" | "dict" | "list")
}

/// The names that `statements` may use, and some that they don't: not what follows a dot, but every word of an f-string.
pub(super) fn names<'a>(statements: &[Statement<'a>]) -> impl Iterator<Item = &'a str> {
    statements.iter().flat_map(|statement| {
        let after_dot = std::iter::once(false).chain(statement.tokens.iter().map(|token| *token == Token::Mark('.')));
        statement.tokens.iter().zip(after_dot).flat_map(|(token, after_dot)| {
            match token {
                Token::Name(name) if !after_dot => name,
                Token::Text(fields) => fields,
                _ => "",
            }
            .split(|c: char| !c.is_alphanumeric() && c != '_')
        })
    })
}

fn put_before(parts: &[&str], answer: &Module<'_>) -> String {
    let mut code = String::new();
    // Futures must stay first, and so what comes before the answer goes after its own.
    let futures = answer.items.iter().rev().find(|item| item.kind == Kind::Future).map_or(0, |item| item.span.end);
    code.push_str(&answer.text[..futures]);
    for part in parts {
        start_line(&mut code);
        code.push_str(part);
    }
    start_line(&mut code);
    if !parts.is_empty() {
        code.push_str("\n\n");
    }
    code.push_str(&answer.text[futures..]);
    start_line(&mut code);
    code
}

fn start_line(code: &mut String) {
    if !code.is_empty() && !code.ends_with('\n') {
        code.push('\n');
    }
}
