//! Messages of chats that tasks bring themselves.

use assay_api::{Message, Role, SuiteError, Task};
use serde_json::Value;

/// Adds the messages in the task's `field`, a list of objects with `role` and `content`, or a list of one such list.
///
/// A system message that they begin with goes after a system message that is there already, after a blank line: chats have one.
pub(super) fn add(task: &Task, field: &str, messages: &mut Vec<Message>) -> Result<(), SuiteError> {
    let own = match task.fields.get(field) {
        Some(Value::Array(turns)) => match turns.as_slice() {
            [Value::Array(only)] => only,
            messages => messages,
        },
        _ => &[],
    };
    let own = own.iter().map(message).collect::<Option<Vec<_>>>().filter(|own| !own.is_empty());
    let mut own = own.ok_or_else(|| {
        let message = format!("field `{field}` is not a list of messages with `role` and `content`");
        SuiteError::Task { task_id: task.id.clone(), message }
    })?;
    if let [.., Message { role: Role::System, content }] = messages.as_mut_slice()
        && own[0].role == Role::System
    {
        content.push_str("\n\n");
        content.push_str(&own.remove(0).content);
    }
    messages.append(&mut own);
    Ok(())
}

fn message(value: &Value) -> Option<Message> {
    let role = match value.get("role")?.as_str()? {
        "system" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => return None,
    };
    Some(Message { role, content: value.get("content")?.as_str()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn task(own: Value) -> Task {
        let fields = serde_json::Map::from_iter([("own".to_owned(), own)]);
        Task { id: "T/0".into(), subset: String::new(), fields }
    }

    fn said(own: Value, before: &[(Role, &str)]) -> Result<Vec<(Role, String)>, String> {
        let mut messages: Vec<Message> =
            before.iter().map(|(role, content)| Message { role: *role, content: (*content).to_owned() }).collect();
        add(&task(own), "own", &mut messages).map_err(|error| error.to_string())?;
        Ok(messages.into_iter().map(|message| (message.role, message.content)).collect())
    }

    #[test]
    fn a_tasks_own_messages_come_last_and_system_messages_are_one() {
        let own = json!([[{"role": "system", "content": "b"}, {"role": "user", "content": "c"}]]);
        let together = vec![(Role::System, "a\n\nb".to_owned()), (Role::User, "c".to_owned())];
        assert_eq!(said(own, &[(Role::System, "a")]).unwrap(), together);
        let own = json!([{"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}]);
        let roles: Vec<Role> = said(own, &[(Role::System, "a")]).unwrap().into_iter().map(|(role, _)| role).collect();
        assert_eq!(roles, [Role::System, Role::User, Role::Assistant]);
    }

    #[test]
    fn what_is_no_list_of_messages_is_an_error() {
        for own in [json!("x"), json!([]), json!([{"role": "tool", "content": "x"}]), json!([{"role": "user"}])] {
            let error = said(own, &[]).unwrap_err();
            assert!(error.contains("field `own` is not a list of messages"), "{error}");
        }
    }
}
