use std::collections::{BTreeMap, HashMap, VecDeque};
use std::iter;

use assay_api::{
    Prompt, PromptStyle, Request, Score, Scored, Solution, SuiteError, SuiteInfo, Task, Turn, VerdictKind,
};

use super::judged::{Judged, JudgedTurn};
use super::{Answer, Want};
use crate::catalogue::LoadedSuite;
use crate::statistics::RequestTimes;
use crate::store::{Execution, SampleKey, SampleResult, StoredCompletion, TokenCounts};

/// How a model is asked, or was.
#[derive(Debug, Clone)]
pub struct Manner {
    /// How it is prompted.
    pub style: PromptStyle,
    /// The user's system prompt, instead of the suite's.
    pub system: Option<String>,
}

/// The samples whose suite may ask further when an answer is judged.
///
/// What it asks follows from the turns before: a dialogue that is interrupted is played again from its first answer, and
/// comes to the same request.
pub(super) struct Dialogues<'a> {
    suite: &'a LoadedSuite,
    /// `None` where nothing is asked after the first answer.
    manner: Option<&'a Manner>,
    tasks: HashMap<&'a str, &'a Task>,
    /// Those with a judged answer and without a verdict.
    open: HashMap<SampleKey, Dialogue>,
}

/// What is known of a dialogue.
#[derive(Default)]
struct Dialogue {
    turns: Vec<Turn>,
    /// The answers that the run file does not have yet.
    unrecorded: Vec<StoredCompletion>,
    executions: Vec<Execution>,
    tokens: TokenCounts,
    times: RequestTimes,
    cached: u64,
}

/// What comes after a judged answer.
pub(super) enum Next {
    /// Nothing: the sample has its verdict.
    Over(Box<Judged>),
    /// Another answer, which is known.
    Answer(Box<Answer>),
    /// Another request, to which no answer is known.
    Ask(Box<Want>),
}

impl<'a> Dialogues<'a> {
    pub(super) fn new(suite: &'a LoadedSuite, manner: Option<&'a Manner>) -> Self {
        let manner = manner.filter(|manner| manner.style == PromptStyle::Chat && suite.info().turns > 1);
        let tasks = suite.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
        Dialogues { suite, manner, tasks, open: HashMap::new() }
    }

    /// What comes after `judged`.
    ///
    /// # Errors
    /// When the suite fails, asks more often than its info says, asks in another style, or asks something else than what a
    /// recorded answer is to.
    pub(super) fn next(&mut self, judged: JudgedTurn) -> Result<Next, SuiteError> {
        let JudgedTurn { answer, solution, executions, scored, cached } = judged;
        let Answer { key, completion, later, recorded } = answer;
        let mut dialogue = self.open.remove(&key).unwrap_or_default();
        dialogue.count(&completion, cached);
        let outcomes = executions.iter().map(|execution| execution.outcome.clone());
        let turn = self.manner.zip(completion.request.clone()).map(|(_, request)| Turn {
            request,
            completion: completion.completion.clone(),
            outcomes: outcomes.collect(),
            scored: scored.clone(),
        });
        dialogue.turns.extend(turn);
        dialogue.executions.extend(executions);
        if !recorded {
            dialogue.unrecorded.push(completion);
        }
        let Some(request) = self.request(&key, &dialogue.turns, scored.verdict.kind())? else {
            let scored = Scored { scores: self.scores(&dialogue.turns, &scored), ..scored };
            return Ok(Next::Over(Box::new(dialogue.judged(key, solution, scored))));
        };
        let turn = u32::try_from(dialogue.turns.len()).unwrap_or(u32::MAX);
        self.open.insert(key.clone(), dialogue);
        let mut later = VecDeque::from(later);
        let Some(known) = later.pop_front() else { return Ok(Next::Ask(Box::new(Want { key, turn, request }))) };
        if recorded && known.request.as_ref() != Some(&request) {
            let message = format!("{key}: its request after turn {turn} is another one than before");
            return Err(SuiteError::Internal(message));
        }
        Ok(Next::Answer(Box::new(Answer { key, completion: known, later: later.into(), recorded })))
    }

    /// The suite's next request.
    fn request(&self, key: &SampleKey, turns: &[Turn], verdict: VerdictKind) -> Result<Option<Request>, SuiteError> {
        // Services refuse requests with an empty message.
        let can_go_on = verdict.is_judged() && turns.last().is_some_and(|last| !last.completion.text.trim().is_empty());
        let (Some(manner), true) = (self.manner, can_go_on) else { return Ok(None) };
        let task = self.tasks.get(key.task_id.as_str());
        let task = task.ok_or_else(|| SuiteError::Internal(format!("no task {}", key.task_id)))?;
        let Some(request) = self.suite.suite.prompt(task, manner.style, turns)? else { return Ok(None) };
        let most = self.suite.info().turns;
        let refused = |why: String| Err(SuiteError::Internal(format!("task {}: {why}", task.id)));
        if turns.len() >= most as usize {
            return refused(format!("it asks again after {} turns, and its info says {most} at most", turns.len()));
        }
        match request.prompt {
            Prompt::Chat { .. } => {}
            Prompt::Text { .. } | Prompt::Infill { .. } => {
                return refused(format!("its request after turn {} is no chat", turns.len()));
            }
        }
        Ok(Some(match &manner.system {
            Some(system) => request.with_system(system),
            None => request,
        }))
    }

    /// The sample's scores, with those by the turns before the last that there may be.
    fn scores(&self, turns: &[Turn], scored: &Scored) -> BTreeMap<String, Score> {
        let mut scores = scored.scores.clone();
        if !turns.is_empty() && scored.verdict.kind().is_judged() {
            // A dialogue that is over has the verdict that it ended with.
            let passed = turns.iter().map(|turn| turn.scored.verdict.passed());
            let passed = passed.chain(iter::repeat(scored.verdict.passed()));
            scores.extend((1..self.suite.info().turns).map(SuiteInfo::turn_score).zip(passed.map(Score::Passed)));
        }
        scores
    }

    /// Takes the dialogue away, to whose last request there is no answer: its answers that are not recorded, and what it took.
    pub(super) fn leave(&mut self, key: &SampleKey) -> (Vec<StoredCompletion>, TokenCounts) {
        self.open.remove(key).map(|dialogue| (dialogue.unrecorded, dialogue.tokens)).unwrap_or_default()
    }
}

impl Dialogue {
    fn count(&mut self, completion: &StoredCompletion, cached: u64) {
        let sum = |a: Option<u64>, b: Option<u64>| a.map_or(b, |a| Some(a.saturating_add(b.unwrap_or(0))));
        let is_first = completion.turn == 0;
        self.tokens.prompt = sum(self.tokens.prompt, completion.tokens.prompt);
        self.tokens.completion = sum(self.tokens.completion, completion.tokens.completion);
        self.times = RequestTimes {
            first_token_ms: if is_first { completion.first_token_ms } else { self.times.first_token_ms },
            total_ms: sum(self.times.total_ms, completion.total_ms),
            completion_tokens: self.tokens.completion,
        };
        self.cached += cached;
    }

    fn judged(self, key: SampleKey, solution: Option<Solution>, scored: Scored) -> Judged {
        let Scored { verdict, scores } = scored;
        let result =
            SampleResult { key, completions: self.unrecorded, solution, executions: self.executions, verdict, scores };
        Judged { result, tokens: self.tokens, times: self.times, cached: self.cached }
    }
}

#[cfg(test)]
mod tests {
    use assay_api::{Completion, CompletionKind, Message, Outcome, Page, Program, Role, Suite, Verdict};

    use super::*;

    /// A suite that asks as its test says.
    struct Asking<F> {
        info: SuiteInfo,
        next: F,
    }

    impl<F: Fn(&[Turn]) -> Option<Request> + Send + Sync> Suite for Asking<F> {
        fn info(&self) -> &SuiteInfo {
            &self.info
        }

        fn tasks(&self, _: Option<&str>) -> Result<Page<Task>, SuiteError> {
            Ok(Page { items: Vec::new(), next: None })
        }

        fn prompt(&self, _: &Task, _: PromptStyle, turns: &[Turn]) -> Result<Option<Request>, SuiteError> {
            Ok((self.next)(turns))
        }

        fn extract(&self, _: &Task, _: &Completion) -> Result<Option<Solution>, SuiteError> {
            Ok(None)
        }

        fn programs(&self, _: &Task, _: &Solution) -> Result<Vec<Program>, SuiteError> {
            Ok(Vec::new())
        }

        fn score(&self, _: &Task, _: &[Outcome]) -> Result<Scored, SuiteError> {
            Ok(Verdict::Empty.into())
        }

        fn reference(&self, _: &Task) -> Result<Option<Solution>, SuiteError> {
            Ok(None)
        }
    }

    fn suite(turns: u32, next: impl Fn(&[Turn]) -> Option<Request> + Send + Sync + 'static) -> LoadedSuite {
        let info = serde_json::json!({
            "id": "s", "version": "1", "title": "", "licence": "", "languages": [], "runtimes": [], "grading": "values",
            "turns": turns,
        });
        let info = serde_json::from_value(info).unwrap();
        let task = Task { id: "t".into(), subset: String::new(), fields: serde_json::Map::new() };
        LoadedSuite { suite: Box::new(Asking { info, next }), tasks: vec![task] }
    }

    fn chat(text: &str) -> Request {
        let messages = vec![Message { role: Role::User, content: text.into() }];
        Request { prompt: Prompt::Chat { messages }, stop: Vec::new(), max_tokens: None }
    }

    fn completion(turn: u32, request: Request) -> StoredCompletion {
        StoredCompletion {
            turn,
            request: Some(request),
            completion: Completion { text: format!("answer {turn}"), kind: CompletionKind::Reply },
            reasoning: None,
            finish: None,
            tokens: TokenCounts { prompt: Some(10), completion: (turn > 0).then_some(1) },
            first_token_ms: Some(u64::from(turn) + 3),
            total_ms: Some(100),
            attempts: 1,
            logprobs: None,
        }
    }

    fn key() -> SampleKey {
        SampleKey { suite: "s".into(), task_id: "t".into(), sample_index: 0 }
    }

    fn judged(turn: u32, later: Vec<StoredCompletion>, recorded: bool, verdict: Verdict) -> JudgedTurn {
        let completion = completion(turn, chat(&format!("question {turn}")));
        let answer = Answer { key: key(), completion, later, recorded };
        JudgedTurn { answer, solution: None, executions: Vec::new(), scored: verdict.into(), cached: 2 }
    }

    const CHAT: Manner = Manner { style: PromptStyle::Chat, system: None };

    fn question(turns: &[Turn]) -> Option<Request> {
        Some(chat(&format!("question {}", turns.len())))
    }

    fn up_to(most: usize) -> impl Fn(&[Turn]) -> Option<Request> {
        move |turns| (turns.len() < most).then(|| question(turns)).flatten()
    }

    #[track_caller]
    fn over(next: Result<Next, SuiteError>) -> Judged {
        match next.unwrap() {
            Next::Over(judged) => *judged,
            Next::Answer(_) | Next::Ask(_) => panic!("the dialogue goes on"),
        }
    }

    #[track_caller]
    fn asked(next: Result<Next, SuiteError>) -> Want {
        match next.unwrap() {
            Next::Ask(want) => *want,
            Next::Over(_) | Next::Answer(_) => panic!("nothing is asked"),
        }
    }

    #[test]
    fn a_sample_has_the_last_verdict_and_scores_by_each_turn_before() {
        let suite = suite(4, up_to(3));
        let mut dialogues = Dialogues::new(&suite, Some(&CHAT));
        // The suite decides when it is enough: a pass need not be the end.
        let verdicts = [Verdict::Empty, Verdict::Passed, Verdict::Truncated];
        for (turn, verdict) in (0..2).zip(&verdicts) {
            let want = asked(dialogues.next(judged(turn, Vec::new(), true, verdict.clone())));
            assert_eq!((want.turn, want.request), (turn + 1, chat(&format!("question {}", turn + 1))));
        }
        let sample = over(dialogues.next(judged(2, Vec::new(), true, verdicts[2].clone())));
        assert_eq!((sample.result.verdict, sample.cached), (Verdict::Truncated, 6));
        let scores: Vec<_> = sample.result.scores.iter().map(|(name, passed)| (name.as_str(), *passed)).collect();
        assert_eq!(scores, [("turn1", false.into()), ("turn2", true.into()), ("turn3", false.into())]);
        assert_eq!(sample.tokens, TokenCounts { prompt: Some(30), completion: Some(2) });
        let times = RequestTimes { first_token_ms: Some(3), total_ms: Some(300), completion_tokens: Some(2) };
        assert_eq!((sample.times, sample.result.completions.len()), (times, 0));
    }

    #[test]
    fn who_passes_early_has_passed_after_every_later_turn() {
        let suite = suite(3, |turns| turns.iter().all(|turn| !turn.scored.verdict.passed()).then(|| chat("again")));
        let mut dialogues = Dialogues::new(&suite, Some(&CHAT));
        let sample = over(dialogues.next(judged(0, Vec::new(), false, Verdict::Passed)));
        assert_eq!(sample.result.scores.into_values().collect::<Vec<_>>(), [true.into(), true.into()]);
        assert_eq!(sample.result.completions.len(), 1);
    }

    #[test]
    fn what_was_answered_before_is_not_asked_again_and_must_be_to_the_same_request() {
        let suite = suite(2, up_to(2));
        let mut dialogues = Dialogues::new(&suite, Some(&CHAT));
        let later = |text: &str| vec![completion(1, chat(text))];
        let next = dialogues.next(judged(0, later("question 1"), true, Verdict::Empty)).ok().unwrap();
        assert!(matches!(next, Next::Answer(answer) if answer.recorded && answer.completion.turn == 1));
        dialogues.leave(&key());
        let error = dialogues.next(judged(0, later("other"), true, Verdict::Empty)).err().unwrap().to_string();
        assert!(error.contains("s t #0: its request after turn 1 is another one than before"), "{error}");
        // Another version of the suite may judge answers to what it would ask in other words.
        let mut dialogues = Dialogues::new(&suite, Some(&CHAT));
        let next = dialogues.next(judged(0, later("other"), false, Verdict::Empty)).ok().unwrap();
        assert!(matches!(next, Next::Answer(_)));
    }

    #[test]
    fn a_suite_that_never_ends_or_asks_for_no_chat_is_an_error_that_names_the_task() {
        let endless = suite(2, question);
        let mut dialogues = Dialogues::new(&endless, Some(&CHAT));
        asked(dialogues.next(judged(0, Vec::new(), true, Verdict::Empty)));
        let error = dialogues.next(judged(1, Vec::new(), true, Verdict::Empty)).err().unwrap().to_string();
        assert!(error.contains("task t: it asks again after 2 turns, and its info says 2 at most"), "{error}");

        let text = Request { prompt: Prompt::Text { text: "go on".into() }, ..chat("") };
        let other = suite(2, move |_| Some(text.clone()));
        let mut dialogues = Dialogues::new(&other, Some(&CHAT));
        let error = dialogues.next(judged(0, Vec::new(), true, Verdict::Empty)).err().unwrap().to_string();
        assert!(error.contains("its request after turn 1 is no chat"), "{error}");
    }

    #[test]
    fn who_is_not_asked_in_chats_or_not_at_all_has_one_turn_and_what_was_lost_is_over() {
        let (suite, single) = (suite(2, question), suite(1, question));
        let base = Manner { style: PromptStyle::Completion, system: None };
        for (suite, manner) in [(&suite, Some(&base)), (&suite, None), (&single, Some(&CHAT))] {
            let mut dialogues = Dialogues::new(suite, manner);
            let sample = over(dialogues.next(judged(0, Vec::new(), false, Verdict::Empty)));
            assert!(sample.result.scores.is_empty());
        }
        let mut dialogues = Dialogues::new(&suite, Some(&CHAT));
        let lost = over(dialogues.next(judged(0, Vec::new(), true, Verdict::Infra { why: "w".into() })));
        assert!(lost.result.scores.is_empty());
    }

    #[test]
    fn an_empty_answer_ends_its_dialogue() {
        let suite = suite(2, up_to(2));
        let mut dialogues = Dialogues::new(&suite, Some(&CHAT));
        let mut empty = judged(0, Vec::new(), true, Verdict::Empty);
        empty.answer.completion.completion.text = " \n".into();
        assert_eq!(over(dialogues.next(empty)).result.verdict, Verdict::Empty);
    }

    #[test]
    fn the_users_system_prompt_is_in_every_request() {
        let suite = suite(2, up_to(2));
        let manner = Manner { system: Some("Be brief.".into()), ..CHAT };
        let mut dialogues = Dialogues::new(&suite, Some(&manner));
        let want = asked(dialogues.next(judged(0, Vec::new(), true, Verdict::Empty)));
        assert_eq!(want.request, chat("question 1").with_system("Be brief."));
    }
}
