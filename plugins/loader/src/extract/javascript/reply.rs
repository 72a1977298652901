use super::super::fences::take_apart;
use super::super::tag::{Language, Tag};
use super::super::{Rule, reasoning};
use super::answer::complete;
use super::continuation::up_to_its_end;
use super::module::{Kind, Module};
use super::scan::Token;

/// The code in a chat answer, or `None` when it holds none. In this order:
///
/// 1. of the fenced blocks that declare the function, the best: implemented before stubs, closed before unclosed, marked
///    as JavaScript or TypeScript before unmarked before others; and of equals the last;
/// 2. code outside fences, from the first line that begins like a declaration;
/// 3. a fenced body without signature, put under the prompt's;
/// 4. the last fenced block that isn't marked as something else.
pub(in crate::extract) fn find(prompt: &str, entry_point: &str, text: &str) -> Option<(String, Rule)> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let reply = take_apart(reasoning::without_unopened(&text), Language::JavaScript);
    let candidates: Vec<Candidate<'_>> = reply
        .blocks
        .iter()
        .map(|block| Candidate { module: Module::parse(&block.content), tag: block.tag, closed: block.closed })
        .collect();
    let target = Target { prompt, entry_point };
    target
        .declaration(candidates)
        .or_else(|candidates| target.bare(&reply.prose).ok_or(candidates))
        .or_else(|candidates| target.body(&candidates).or_else(|| target.rest(&candidates)).ok_or(()))
        .ok()
}

struct Candidate<'a> {
    module: Module<'a>,
    tag: Tag,
    closed: bool,
}

impl Candidate<'_> {
    fn rule(&self) -> Rule {
        if self.closed { Rule::Fenced } else { Rule::FencedUnclosed }
    }
}

struct Target<'a> {
    prompt: &'a str,
    entry_point: &'a str,
}

impl Target<'_> {
    /// The best block that declares the function; else all blocks back.
    fn declaration<'a>(&self, mut candidates: Vec<Candidate<'a>>) -> Result<(String, Rule), Vec<Candidate<'a>>> {
        let quality = |candidate: &Candidate<'_>| {
            let at = candidate.module.declaration(self.entry_point)?;
            Some((!is_stub(&candidate.module, at), candidate.closed, candidate.tag))
        };
        let rated = candidates.iter().enumerate().filter_map(|(index, candidate)| Some((quality(candidate)?, index)));
        let Some((_, best)) = rated.max() else { return Err(candidates) };
        let answer = candidates.remove(best);
        candidates.retain(|candidate| candidate.tag != Tag::Other);
        let rule = answer.rule();
        let others: Vec<Module<'_>> = candidates.into_iter().map(|candidate| candidate.module).collect();
        Ok((complete(&Module::parse(self.prompt), &others, &answer.module, self.entry_point), rule))
    }

    /// Code outside fences: from the first line that begins like a declaration to the end of the function, and what it
    /// uses of what follows.
    fn bare(&self, prose: &str) -> Option<(String, Rule)> {
        let mut at = 0;
        let start = prose.split_inclusive('\n').find_map(|line| {
            let start = at;
            at += line.len();
            begins_declaration(line).then_some(start)
        })?;
        let code = &prose[start..];
        let module = Module::parse(code);
        let declaration = module.declaration(self.entry_point)?;
        let item = &module.items[declaration];
        let whole = up_to_its_end(code, item.span.start + 1).unwrap_or_else(|| code.to_owned());
        Some((complete(&Module::parse(self.prompt), &[], &Module::parse(&whole), self.entry_point), Rule::BareCode))
    }

    /// The last block that makes a function of the prompt, with or without the bracket at its end.
    fn body(&self, candidates: &[Candidate<'_>]) -> Option<(String, Rule)> {
        candidates.iter().rev().filter(|candidate| candidate.tag != Tag::Other).find_map(|candidate| {
            let module = &candidate.module;
            let returns = module.scan.tokens.iter().any(|token| token.depth == 0 && token.word() == "return");
            if !returns && module.scan.broken.is_none() && !module.text.starts_with([' ', '\t']) {
                return None;
            }
            let line = if self.prompt.ends_with('\n') { "" } else { "\n" };
            let code = format!("{}{line}{}\n", self.prompt, module.text);
            let at = self.prompt.len();
            let code = up_to_its_end(&code, at).or_else(|| up_to_its_end(&format!("{code}}}\n"), at))?;
            Some((code, Rule::Body))
        })
    }

    fn rest(&self, candidates: &[Candidate<'_>]) -> Option<(String, Rule)> {
        let is_code = |candidate: &&Candidate<'_>| candidate.tag != Tag::Other && !candidate.module.items.is_empty();
        let last = candidates.iter().rev().find(is_code)?;
        let code = complete(&Module::parse(self.prompt), &[], &last.module, self.entry_point);
        Some((code, last.rule()))
    }
}

/// Whether a function's body is empty or only throws, as in `throw new Error("not implemented")`.
fn is_stub(module: &Module<'_>, index: usize) -> bool {
    let item = &module.items[index];
    let tokens = module.tokens(item);
    let Some(close) = tokens.iter().rposition(|token| token.is(b'}') && token.depth == 0) else { return false };
    let Some(open) = tokens[..close].iter().rposition(|token| token.is(b'{') && token.depth == 0) else { return false };
    let body = &tokens[open + 1..close];
    let throws =
        body.first().map_or("", Token::word) == "throw" && body.iter().all(|token| token.depth < 3 && !token.is(b'}'));
    matches!(item.kind, Kind::Function | Kind::Variable) && (body.is_empty() || throws)
}

/// Whether a line outside fences begins like a declaration: in prose few do.
fn begins_declaration(line: &str) -> bool {
    let module = Module::parse(line.trim_end());
    let Some(item) = module.items.first() else { return false };
    let marks = |marks: &[u8]| module.tokens(item).iter().any(|token| marks.iter().any(|mark| token.is(*mark)));
    match item.kind {
        Kind::Function => marks(b"("),
        Kind::Class | Kind::Type => marks(b"{"),
        Kind::Variable => marks(b"="),
        Kind::Import => {
            module.tokens(item).last().is_some_and(|token| token.is(b';') || token.text.starts_with(['"', '\'']))
        }
        Kind::Other => false,
    }
}
