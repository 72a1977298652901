use super::body;
use super::python::{Kind, Module, Statement, Token, dedent};
use super::tag::Tag;
use super::{Rule, python};

/// A piece of a reply that may be the answer.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Its leftmost statement stands in the first column.
    pub(super) text: String,
    pub(super) tag: Tag,
    pub(super) rule: Rule,
    /// Whether it was indented as a whole.
    pub(super) indented: bool,
}

impl Candidate {
    pub(super) fn new(text: &str, tag: Tag, rule: Rule) -> Candidate {
        match dedent(text) {
            Some(text) => Candidate { text, tag, rule, indented: true },
            None => Candidate { text: text.to_owned(), tag, rule, indented: false },
        }
    }

    pub(super) fn module(&self) -> Module<'_> {
        Module::parse(&self.text)
    }
}

/// How well a candidate defines the function; the best is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Definition {
    /// Whether there is more to it than `pass` or a docstring.
    implemented: bool,
    /// Whether the model closed the block.
    closed: bool,
    tag: Tag,
    /// At the top level, not in a class.
    top_level: bool,
}

impl Definition {
    /// How `module`, the candidate's code, defines `entry_point`; `None` when it doesn't.
    pub(super) fn find(candidate: &Candidate, module: &Module<'_>, entry_point: &str) -> Option<Definition> {
        let top_level = module.binds(entry_point);
        if !top_level && module.class_with_method(entry_point).is_none() {
            return None;
        }
        Some(Definition {
            implemented: !is_stub(module, entry_point),
            closed: candidate.rule != Rule::FencedUnclosed,
            tag: candidate.tag,
            top_level,
        })
    }
}

/// Whether the last top-level definition of `name` does nothing.
pub(super) fn is_stub(module: &Module<'_>, name: &str) -> bool {
    let item = module.items.iter().rev().find(|item| item.kind == Kind::Function && item.binds.contains(&name));
    item.is_some_and(|item| {
        let statements = &module.scan.statements[item.statements.clone()];
        let (header, body) = match statements.iter().position(|s| s.function().is_some()) {
            Some(at) => (&statements[at], &statements[at + 1..]),
            None => return false,
        };
        (header.opens_block() || ends_in_nothing(header)) && body.iter().all(does_nothing)
    })
}

/// `def f(x): ...` or `def f(x): pass`
fn ends_in_nothing(header: &Statement<'_>) -> bool {
    matches!(
        header.tokens.as_slice(),
        [.., Token::Mark(':'), Token::Name("pass")]
            | [.., Token::Mark(':'), Token::Mark('.'), Token::Mark('.'), Token::Mark('.')]
    )
}

/// `pass`, `...`, a docstring, `raise NotImplementedError`
fn does_nothing(statement: &Statement<'_>) -> bool {
    match statement.tokens.as_slice() {
        [Token::Text(_)] | [Token::Name("pass")] | [Token::Mark('.'), Token::Mark('.'), Token::Mark('.')] => true,
        _ => statement.first_word() == "raise" && statement.word(1) == "NotImplementedError",
    }
}

/// The candidate as a body under the prompt's signature, if that is what it is.
pub(super) fn as_body(candidate: &Candidate, prompt: &str) -> Option<String> {
    let scan = python::scan(&candidate.text);
    let is_code = !scan.statements.is_empty() && !scan.statements.iter().any(Statement::is_not_python);
    let is_body = body::returns_from_nowhere(&scan) || (candidate.indented && candidate.tag != Tag::Other);
    (is_code && is_body).then(|| body::under_signature(prompt, &candidate.text))
}
