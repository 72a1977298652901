//! What a model is asked, and asked again after an answer that did not pass.

use assay_api::{Message, Prompt, PromptStyle, Request, Role, SuiteError, Task, Turn};
use minijinja::Value;

use super::manifest::{COMPLETION, INFILL_PREFIX, INFILL_SUFFIX, SHOTS, TURN, chat_template, retry_template};
use super::prompt_table::{ChatTable, MessageTable, PromptTable};
use super::spanned::Spanned;
use super::suite::fields;
use super::turn::AnsweredTurn;
use super::{DeclarativeSuite, LoadError, Manifest, messages};
use crate::score;

impl DeclarativeSuite {
    /// What the model is asked after `turns`; `None` where it is asked no more.
    pub(super) fn request(
        &self,
        task: &Task,
        style: PromptStyle,
        turns: &[Turn],
    ) -> Result<Option<Request>, SuiteError> {
        let table = self.manifest.tables.prompt.as_ref();
        if turns.last().is_some_and(|last| !goes_on(style, table, turns.len(), last)) {
            return Ok(None);
        }
        let context = self.prompt_context(task, None);
        let (prompt, stop) = match (style, table) {
            (PromptStyle::Chat, PromptTable { chat: Some(chat), .. }) => {
                let mut messages = self.messages(&chat.messages, chat_template, task, &context)?;
                if let Some(field) = &chat.then {
                    messages::add(task, field, &mut messages)?;
                }
                if let Some(retry) = chat.retry.as_ref().map(Spanned::as_ref) {
                    for turn in turns {
                        messages.push(Message { role: Role::Assistant, content: turn.completion.text.clone() });
                        if retry.fresh {
                            messages.clear();
                        }
                        let context = self.prompt_context(task, Some(self.answered(task, turn)?.value()));
                        messages.extend(self.messages(&retry.messages, retry_template, task, &context)?);
                    }
                }
                (Prompt::Chat { messages }, &chat.stop)
            }
            (PromptStyle::Completion, PromptTable { completion: Some(completion), .. }) => {
                (Prompt::Text { text: self.render(COMPLETION, task, &context)? }, &completion.stop)
            }
            (PromptStyle::Infill, PromptTable { infill: Some(infill), .. }) => {
                let prefix = self.render(INFILL_PREFIX, task, &context)?;
                let suffix = self.render(INFILL_SUFFIX, task, &context)?;
                (Prompt::Infill { prefix, suffix }, &infill.stop)
            }
            (missing, table) => return Err(no_prompt(missing, table)),
        };
        Ok(Some(Request { prompt, stop: stop.clone(), max_tokens: table.max_tokens }))
    }

    /// What a prompt's template sees: the fields, the examples, and what came of an answer, where it follows one. A task is
    /// never an example of itself.
    fn prompt_context(&self, task: &Task, turn: Option<Value>) -> Value {
        let others = self.shots.iter().filter(|(id, _)| *id != task.id).map(|(_, shot)| shot.clone());
        let shots = (!self.shots.is_empty()).then(|| (SHOTS, Value::from_iter(others)));
        let turn = turn.map(|turn| (TURN, turn));
        Value::from_pairs(fields(&self.manifest, task).chain(shots).chain(turn))
    }

    fn messages(
        &self,
        tables: &[MessageTable],
        name: impl Fn(usize) -> String,
        task: &Task,
        context: &Value,
    ) -> Result<Vec<Message>, SuiteError> {
        let message = |(index, message): (usize, &MessageTable)| {
            Ok(Message { role: message.role, content: self.render(&name(index), task, context)? })
        };
        tables.iter().enumerate().map(message).collect()
    }

    fn answered<'a>(&self, task: &Task, turn: &'a Turn) -> Result<AnsweredTurn<'a>, SuiteError> {
        // Of calls in one program, which failed is in its judge's words.
        let case = self.stdin_cases(task)?.and_then(|cases| score::FailedCase::of(&cases, &turn.outcomes));
        let code = self.solution(task, &turn.completion)?.map(|solution| solution.code);
        Ok(AnsweredTurn { turn, code, case })
    }
}

/// Whether the model is asked again after `last`, the turn by which there are so many.
fn goes_on(style: PromptStyle, table: &PromptTable, turns: usize, last: &Turn) -> bool {
    let tries = table.chat.as_ref().map_or(1, ChatTable::tries);
    style == PromptStyle::Chat && turns < tries as usize && !last.scored.verdict.passed()
}

/// The tasks that are examples in prompts, by id, as templates see them.
pub(super) fn shots(manifest: &Manifest, tasks: &[Task]) -> Result<Vec<(String, Value)>, LoadError> {
    let shots = manifest.tables.prompt.as_ref().shots.iter().map(|id| {
        let task = tasks.iter().find(|task| task.id == *id);
        let task = task.ok_or_else(|| LoadError::Shot { suite: manifest.info().label(), shot: id.clone() })?;
        Ok((id.clone(), Value::from_pairs(fields(manifest, task))))
    });
    shots.collect()
}

fn no_prompt(style: PromptStyle, table: &PromptTable) -> SuiteError {
    let styles = [
        (PromptStyle::Chat, table.chat.is_some(), "chat"),
        (PromptStyle::Completion, table.completion.is_some(), "completion"),
        (PromptStyle::Infill, table.infill.is_some(), "infill"),
    ];
    let offered: Vec<&str> = styles.iter().filter(|(_, offered, _)| *offered).map(|(_, _, name)| *name).collect();
    let what = match style {
        PromptStyle::Chat => "no prompt for chat models",
        PromptStyle::Completion => "no prompt for the completions API",
        PromptStyle::Infill => "no prompt with a gap to fill",
    };
    SuiteError::Unsupported(format!("{what}: ask with the style {}", offered.join(" or ")))
}
