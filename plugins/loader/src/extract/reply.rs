use super::candidate::{Candidate, Definition, as_body};
use super::fences::{Reply, take_apart};
use super::python::{self, Module, Statement, Token};
use super::tag::{Language, Tag};
use super::{Rule, prelude, reasoning};

/// What was found in a reply.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) code: String,
    pub(super) rule: Rule,
    /// Whether it defines the function; if not, it is the best there is.
    pub(super) complete: bool,
}

/// The code in a chat answer, or `None` when it holds none. In this order:
///
/// 1. the whole text, if all of it is Python that defines the function: its strings may hold fences;
/// 2. of the fenced blocks that define the function, the best: implemented before stubs, closed before unclosed, marked as
///    Python before unmarked before others, at the top level before in a class; and of equals the last;
/// 3. likewise, of the stretches of code outside fences;
/// 4. a body without signature, fenced or not, goes under the prompt's signature;
/// 5. the last fenced block that isn't marked as something else; or the last stretch of code.
pub(super) fn find(prompt: &str, entry_point: &str, text: &str) -> Option<Found> {
    let text = plain(text);
    let target = Target { prompt, entry_point };
    if is_python(&text)
        && let Some(found) = target.definition(&bare(&text))
    {
        return Some(found);
    }
    let reply = take_apart(reasoning::without_unopened(&text), Language::Python);
    let fenced = fenced(&reply);
    let bare = bare(&reply.prose);
    target
        .definition(&fenced)
        .or_else(|| target.definition(&bare))
        .or_else(|| target.body(&fenced))
        .or_else(|| target.body(&bare))
        .or_else(|| target.rest(&fenced))
        .or_else(|| target.rest(&bare))
}

/// `text` without a byte order mark, its lines ended as Python reads them: all three kinds of line breaks are one.
pub(super) fn plain(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n")
}

pub(super) fn is_python(text: &str) -> bool {
    !python::scan(text).statements.iter().any(Statement::is_not_python)
}

/// The fenced blocks of `reply`.
pub(super) fn fenced(reply: &Reply) -> Vec<Candidate> {
    let candidates = reply.blocks.iter().map(|block| match block.closed {
        true => Candidate::new(&block.content, block.tag, Rule::Fenced),
        false => Candidate::new(python::python_prefix(&block.content), block.tag, Rule::FencedUnclosed),
    });
    candidates.collect()
}

/// The stretches of `prose` that may be Python: between the lines that can't be.
pub(super) fn bare(prose: &str) -> Vec<Candidate> {
    let scan = python::scan(prose);
    let stretches = scan.statements.split(|statement| statement.is_not_python()).filter_map(|stretch| {
        // A word or two alone are Python, but hardly meant as such.
        let start = stretch.iter().position(|statement| !is_word_list(statement))?;
        let span = stretch[start].span.start..stretch.last()?.span.end;
        Some(Candidate::new(&prose[span], Tag::None, Rule::BareCode))
    });
    stretches.collect()
}

fn is_word_list(statement: &Statement<'_>) -> bool {
    let plain = |token: &Token<'_>| match token {
        Token::Name(name) => !matches!(*name, "return" | "pass" | "yield" | "import" | "break" | "continue"),
        Token::Mark(',' | '-') | Token::Number => true,
        _ => false,
    };
    statement.tokens.iter().all(plain)
}

struct Target<'a> {
    prompt: &'a str,
    entry_point: &'a str,
}

impl Target<'_> {
    fn definition(&self, candidates: &[Candidate]) -> Option<Found> {
        let modules: Vec<Module<'_>> = candidates.iter().map(Candidate::module).collect();
        let definitions = candidates.iter().zip(&modules).enumerate().filter_map(|(index, (candidate, module))| {
            Some((Definition::find(candidate, module, self.entry_point)?, index))
        });
        let (_, best) = definitions.max()?;
        let mut code = self.complete(modules, best, candidates);
        // The tests call a function: make one of a method.
        let module = Module::parse(&code);
        if !module.binds(self.entry_point)
            && let Some(class) = module.class_with_method(self.entry_point)
        {
            let name = self.entry_point;
            code = format!("{code}\n\n{name} = {class}().{name}\n");
        }
        Some(Found { code, rule: candidates[best].rule, complete: true })
    }

    fn body(&self, candidates: &[Candidate]) -> Option<Found> {
        let code = candidates.iter().rev().find_map(|candidate| as_body(candidate, self.prompt))?;
        Some(Found { code, rule: Rule::Body, complete: true })
    }

    fn rest(&self, candidates: &[Candidate]) -> Option<Found> {
        let is_code = |candidate: &Candidate| {
            let statements = python::scan(&candidate.text).statements.len();
            candidate.tag != Tag::Other && statements > 0 && (candidate.rule != Rule::BareCode || defines(candidate))
        };
        let best = candidates.iter().rposition(is_code)?;
        let modules = candidates.iter().map(Candidate::module).collect();
        let code = self.complete(modules, best, candidates);
        Some(Found { code, rule: candidates[best].rule, complete: false })
    }

    /// The candidate at `best` with what it lacks.
    fn complete(&self, mut modules: Vec<Module<'_>>, best: usize, candidates: &[Candidate]) -> String {
        let answer = modules.remove(best);
        let mut tags = candidates.iter().map(|candidate| candidate.tag).enumerate().filter(|(at, _)| *at != best);
        modules.retain(|_| tags.next().is_some_and(|(_, tag)| tag != Tag::Other));
        prelude::complete(&Module::parse(self.prompt), &modules, &answer, self.entry_point, std::iter::empty())
    }
}

/// Whether there is more than expressions: prose may look like those.
fn defines(candidate: &Candidate) -> bool {
    candidate.module().items.iter().any(|item| !item.binds.is_empty())
}
