use std::collections::HashSet;

use assay_api::{Completion, CompletionKind, Solution};

use super::candidate::{Candidate, is_stub};
use super::python::{Module, last_function};
use super::tag::Tag;
use super::{Rule, continuation, prelude, reasoning, reply};

/// The code in a completion of a benchmark whose answers are Python modules: whatever defines what `used_by` uses.
///
/// `prompt` is code that the model goes on from, or empty; `used_by` is code that uses the answer, such as its tests.
/// `None` means that the completion holds no code.
///
/// It takes time linear in the text, never fails, and keeps code that would have run as it is. The solution's rule is the
/// name of a [`Rule`].
#[must_use]
pub fn python_module(prompt: &str, used_by: &str, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (format!("{prompt}{text}"), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation => continued(prompt, used_by, text)?,
        CompletionKind::Reply => find(prompt, used_by, text).map(|found| (found.code, found.rule))?,
    };
    Some(Solution { code, rule: rule.name().into() })
}

/// What a base model wrote: read like a chat answer where it fences its code.
fn continued(prompt: &str, used_by: &str, text: &str) -> Option<(String, Rule)> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    if continuation::is_fence(first)
        && let Some(found) = find(prompt, used_by, text)
    {
        return Some((found.code, found.rule));
    }
    continuation::continued(prompt, text)
}

struct Found {
    code: String,
    rule: Rule,
}

/// The code in a chat answer. In this order:
///
/// 1. the whole text, if all of it is Python that defines something of what is used;
/// 2. of the fenced blocks, the one that defines most of it; of equals a closed one before one that is not, one marked as
///    Python before unmarked before others, and the last;
/// 3. likewise, of the stretches of code outside fences;
/// 4. the last fenced block that isn't marked as something else; or the last stretch that defines anything.
///
/// What it uses, or what is used of it, and other blocks define goes before it.
fn find(prompt: &str, used_by: &str, text: &str) -> Option<Found> {
    let text = reply::plain(text);
    let user = Module::parse(used_by);
    let wanted = Wanted { prompt, names: wanted(&user) };
    if reply::is_python(&text)
        && let Some(found) = wanted.best(&reply::bare(&text))
    {
        return Some(found);
    }
    let reply = super::fences::take_apart(reasoning::without_unopened(&text), super::tag::Language::Python);
    let (fenced, bare) = (reply::fenced(&reply), reply::bare(&reply.prose));
    wanted.best(&fenced).or_else(|| wanted.best(&bare)).or_else(|| wanted.last(&fenced)).or_else(|| wanted.last(&bare))
}

/// What `user` uses and does not define.
fn wanted<'a>(user: &Module<'a>) -> HashSet<&'a str> {
    prelude::names(&user.scan.statements).filter(|name| !name.is_empty() && !user.binds(name)).collect()
}

struct Wanted<'a> {
    prompt: &'a str,
    names: HashSet<&'a str>,
}

impl Wanted<'_> {
    fn best(&self, candidates: &[Candidate]) -> Option<Found> {
        let rank = |(index, candidate): (usize, &Candidate)| {
            let module = candidate.module();
            let defined = self.names.iter().filter(|name| module.binds(name) && !is_stub(&module, name)).count();
            let closed = candidate.rule != Rule::FencedUnclosed;
            (defined > 0).then_some((defined, closed, candidate.tag, index))
        };
        let (.., best) = candidates.iter().enumerate().filter_map(rank).max()?;
        Some(self.complete(candidates, best))
    }

    fn last(&self, candidates: &[Candidate]) -> Option<Found> {
        let is_code = |candidate: &Candidate| {
            let module = candidate.module();
            let defines = module.items.iter().any(|item| !item.binds.is_empty());
            candidate.tag != Tag::Other && !module.items.is_empty() && (candidate.rule != Rule::BareCode || defines)
        };
        let best = candidates.iter().rposition(is_code)?;
        Some(self.complete(candidates, best))
    }

    /// The candidate at `best` with what it lacks.
    fn complete(&self, candidates: &[Candidate], best: usize) -> Found {
        let others = candidates.iter().enumerate().filter(|(at, other)| *at != best && other.tag != Tag::Other);
        let others: Vec<Module<'_>> = others.map(|(_, other)| other.module()).collect();
        let answer = candidates[best].module();
        let entry_point = last_function(self.prompt).unwrap_or_default();
        let code =
            prelude::complete(&Module::parse(self.prompt), &others, &answer, entry_point, self.names.iter().copied());
        Found { code, rule: candidates[best].rule }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TESTS: &str = "def check():\n    assert area(Point(1, 2)) == 2\n    assert set(corners(3)) == {4}\ncheck()\n";

    fn extract(kind: CompletionKind, prompt: &str, text: &str) -> Option<(String, String)> {
        let completion = Completion { text: text.into(), kind };
        python_module(prompt, TESTS, &completion).map(|solution| (solution.code, solution.rule))
    }

    fn reply(text: &str) -> Option<(String, String)> {
        extract(CompletionKind::Reply, "", text)
    }

    fn found(code: &str, rule: &str) -> Option<(String, String)> {
        Some((code.into(), rule.into()))
    }

    #[test]
    fn the_block_that_defines_most_of_what_the_tests_use_is_the_answer() {
        let whole = "class Point:\n    pass\n\ndef area(p):\n    return 1\n";
        let text = format!("First:\n```python\n{whole}```\nUse it:\n```python\narea(Point(1, 2))\n```\n");
        assert_eq!(reply(&text), found(whole, "fenced"));
        let text = format!("```python\ndef area(p):\n    pass\n```\nso\n```\n{whole}```\n");
        assert_eq!(reply(&text), found(whole, "fenced"));
    }

    #[test]
    fn of_equal_blocks_the_last_is_the_answer_and_takes_what_it_lacks_from_the_others() {
        let text = "```python\nimport math\ndef area(p):\n    return 1\ndef half(x):\n    return x / 2\n```\n\
                    Shorter:\n```python\ndef area(p):\n    return half(2)\n```\n";
        let expected = "def half(x):\n    return x / 2\n\n\ndef area(p):\n    return half(2)\n";
        assert_eq!(reply(text), found(expected, "fenced"));
    }

    #[test]
    fn what_the_tests_use_may_be_spread_over_blocks() {
        let text = "```python\nclass Point:\n    pass\n```\nand\n```python\ndef area(p):\n    return 1\n```\n";
        let expected = "class Point:\n    pass\n\n\ndef area(p):\n    return 1\n";
        assert_eq!(reply(text), found(expected, "fenced"));
    }

    #[test]
    fn code_without_fences_and_blocks_under_other_names_are_found() {
        assert_eq!(reply("def area(p):\n    return 1\n"), found("def area(p):\n    return 1\n", "bare-code"));
        assert_eq!(
            reply("Sure!\n```python\ndef surface(p):\n    return 1"),
            found("def surface(p):\n    return 1\n", "fenced-unclosed")
        );
        assert_eq!(reply("I cannot do that."), None);
        assert_eq!(reply("<think>\n```python\ndef area(p):\n    return 1\n```"), None);
    }

    #[test]
    fn a_base_model_goes_on_from_the_prompt_until_it_writes_no_python() {
        let prompt = "import math\ndef corners(n):\n";
        let text = "    return [n + 1]\n\ndef area(p):\n    return 2\n[DONE]\nThis is it.\n";
        let expected = format!("{prompt}    return [n + 1]\n\ndef area(p):\n    return 2\n[DONE]\n");
        assert_eq!(extract(CompletionKind::Continuation, prompt, text), found(&expected, "continuation"));
        let fenced = "\n```python\ndef area(p):\n    return 2\n```\nDone.";
        assert_eq!(extract(CompletionKind::Continuation, "", fenced), found("def area(p):\n    return 2\n", "fenced"));
        assert_eq!(extract(CompletionKind::Continuation, "", " \n"), None);
    }

    #[test]
    fn published_completions_and_programs_are_taken_as_they_are() {
        let prompt = "def corners(n):\n";
        let verbatim = extract(CompletionKind::Verbatim, prompt, "    return ```");
        assert_eq!(verbatim, found("def corners(n):\n    return ```", "verbatim"));
        assert_eq!(extract(CompletionKind::Program, prompt, "x ="), found("x =", "program"));
    }
}
