//! What becomes of the code that was chosen as the answer.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::module::{Item, Kind, Module};
use super::scan::Token;

/// `answer` with what it needs and lacks put before it, and without what only shows or exports it:
///
/// - what the prompt declares before the function, whether used or not, for tests may use it too;
/// - what `others`, the reply's other blocks, declare and `answer` uses.
///
/// What `answer` declares itself is never put before it.
pub(super) fn complete(prompt: &Module<'_>, others: &[Module<'_>], answer: &Module<'_>, entry_point: &str) -> String {
    let before = prompt.declaration(entry_point).unwrap_or(prompt.items.len());
    let lacks = |item: &&Item<'_>| !item.names.is_empty() && !item.names.iter().any(|name| answer.declares(name));
    let given: Vec<&Item<'_>> = prompt.items[..before].iter().filter(lacks).collect();
    let known: HashSet<&str> =
        given.iter().flat_map(|item| item.names.iter().copied()).chain(declared(answer)).chain([entry_point]).collect();
    let mut parts: Vec<String> = given.iter().map(|item| without_export(prompt, item).to_owned()).collect();
    parts.extend(needed(others, answer.scan.tokens.iter(), &known));
    parts.push(plain(answer));
    parts.join("\n\n")
}

/// The items of `modules` that declare what `tokens` use, and what those items use in turn, in their order.
pub(super) fn needed<'t, 'a: 't>(
    modules: &[Module<'a>],
    tokens: impl Iterator<Item = &'t Token<'a>>,
    known: &HashSet<&str>,
) -> Vec<String> {
    let mut places: HashMap<&str, (usize, usize)> = HashMap::new();
    for (at, module) in modules.iter().enumerate() {
        let whole = (0..module.items.len()).filter(|index| module.is_whole(*index));
        for index in whole.filter(|index| module.items[*index].kind != Kind::Other) {
            places.extend(module.items[index].names.iter().map(|name| (*name, (at, index))));
        }
    }
    let mut pending: Vec<&str> = tokens.map(Token::word).collect();
    let mut chosen = BTreeSet::new();
    while let Some(word) = pending.pop() {
        if let Some(place) = places.get(word).filter(|_| !known.contains(word))
            && chosen.insert(*place)
        {
            let module = &modules[place.0];
            pending.extend(module.tokens(&module.items[place.1]).iter().map(Token::word));
        }
    }
    let source = |(at, index): (usize, usize)| without_export(&modules[at], &modules[at].items[index]).to_owned();
    chosen.into_iter().map(source).collect()
}

/// The names that a module declares.
pub(super) fn declared<'a>(module: &Module<'a>) -> impl Iterator<Item = &'a str> {
    module.items.iter().flat_map(|item| item.names.iter().copied())
}

/// The module's text without calls of `console` at the top level, and without exports: it runs as a script, and its
/// tests may forbid it to print.
pub(super) fn plain(module: &Module<'_>) -> String {
    let mut text = String::with_capacity(module.text.len());
    let mut at = 0;
    let mut after_condition = false;
    for item in &module.items {
        let tokens = module.tokens(item);
        let first = tokens.first().map_or("", Token::word);
        text.push_str(&module.text[at..item.span.start]);
        at = item.span.end;
        let only_shows = first == "console" && !after_condition;
        if !only_shows && !only_exports(item, tokens) {
            text.push_str(without_export(module, item));
        }
        after_condition = matches!(first, "if" | "for" | "while" | "else");
    }
    text.push_str(&module.text[at..]);
    text
}

/// `export { f }`, `export default f`, `module.exports = { f }`: nothing is declared.
fn only_exports(item: &Item<'_>, tokens: &[Token<'_>]) -> bool {
    let word = |index: usize| tokens.get(index).map_or("", Token::word);
    let exports = item.modifiers > 0 || word(0) == "exports" || word(0) == "module" && word(2) == "exports";
    let defines = tokens.iter().any(|token| matches!(token.word(), "function" | "class" | "async"))
        || tokens.windows(2).any(|pair| pair[0].is(b'=') && pair[1].is(b'>'));
    exports && item.names.is_empty() && !defines
}

/// The item without `export` and `default` before a declaration.
fn without_export<'a>(module: &Module<'a>, item: &Item<'_>) -> &'a str {
    let tokens = module.tokens(item);
    match tokens.get(item.modifiers) {
        Some(token) if !item.names.is_empty() => &module.text[token.start..item.span.end],
        _ => module.source(item),
    }
}
