//! Small components in WebAssembly's text format, with behaviour to order.

/// A suite's info that is in order.
pub(crate) const INFO: &str = r#"{"id": "hostile", "version": "1", "title": "H", "licence": "MIT",
    "languages": ["python"], "runtimes": ["python"], "grading": "exit_code", "data": []}"#;

/// What a function of the component does.
#[derive(Clone, Copy)]
pub(crate) enum Answer<'a> {
    /// Gives this response.
    Text(&'a str),
    /// Gives these bytes, escaped as in the text format, as its response.
    Bytes(&'a str),
    /// Gives the failure of this case (1 is `unsupported`, 2 is `other`).
    Failure(u8, &'a str),
    /// Gives a result with these first four bytes, then an address and a length.
    Result(&'a str, u32, u32),
    /// Executes this, which gives the result's address.
    Code(&'a str),
}

/// The bytes of a component whose `info` and `tasks` are so; its other functions trap.
pub(crate) fn component(info: Answer<'_>, tasks: Answer<'_>) -> Vec<u8> {
    assembled(info, tasks, None)
}

/// The bytes of a component that also has `is-decided`, with this answer.
pub(crate) fn deciding(answer: Answer<'_>) -> Vec<u8> {
    assembled(Answer::Text(INFO), Answer::Text(""), Some(answer))
}

fn assembled(info: Answer<'_>, tasks: Answer<'_>, decided: Option<Answer<'_>>) -> Vec<u8> {
    let (decided_code, decided_data) = function(decided.unwrap_or(Answer::Code("unreachable")), 32768);
    let decision = r#"(func $is-decided (type $method) (canon lift (core func $i "is-decided")
            (memory $i "memory") (realloc (func $i "realloc"))))
        (instance $decision (export "is-decided" (func $is-decided)))
        (export "assay:suite/decision@1.0.0" (instance $decision))"#;
    let decision = if decided.is_some() { decision } else { "" };
    let (info_code, info_data) = function(info, 0);
    let (tasks_code, tasks_data) = function(tasks, 16384);
    let others = ["prompt", "extract", "programs", "score", "reference"];
    let trap = |name| format!("(func (export \"{name}\") (param i32 i32) (result i32) unreachable)\n");
    let traps: String = others.into_iter().map(trap).collect();
    let lift = |name| {
        format!(
            "(func ${name} (type $method) (canon lift (core func $i \"{name}\") (memory $i \"memory\") \
             (realloc (func $i \"realloc\"))))\n"
        )
    };
    let names = ["info", "tasks"].into_iter().chain(others);
    let lifts: String = names.clone().map(lift).collect();
    let exports: String = names.map(|name| format!("(export \"{name}\" (func ${name}))\n")).collect();
    let text = format!(
        r#"(component
            (import "assay:suite/types@1.0.0" (instance $types
                (type $pair (tuple string string))
                (type $task-failure (record
                    (field "task-id" string) (field "message" string) (field "extras" (list $pair))))
                (export "task-failure" (type $exported (eq $task-failure)))
                (type $failure (variant (case "task" $exported) (case "unsupported" string) (case "other" string)))
                (export "failure" (type (eq $failure)))))
            (alias export $types "failure" (type $failure))
            (core module $m
                (memory (export "memory") 2)
                (table 1 funcref)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
                {info_data}
                {tasks_data}
                {decided_data}
                (func $info (export "info") (param i32 i32) (result i32) {info_code})
                (func $tasks (export "tasks") (param i32 i32) (result i32) {tasks_code})
                (func (export "is-decided") (param i32 i32) (result i32) {decided_code})
                {traps})
            (core instance $i (instantiate $m))
            (type $method (func (param "request" string) (result (result string (error $failure)))))
            {lifts}
            (instance $suite {exports})
            (export "assay:suite/suite@1.0.0" (instance $suite))
            {decision})"#
    );
    wat::parse_str(text).unwrap()
}

/// The code of a function, and the memory that it needs from `base` on.
fn function(answer: Answer<'_>, base: u32) -> (String, String) {
    let result = base + 16;
    let text = base + 64;
    let give = format!("(i32.const {result})");
    let data = |head: &str, words: &[u32], content: &str| {
        let words: String =
            words.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("\\{byte:02x}")).collect();
        format!("(data (i32.const {result}) \"{head}{words}\")\n(data (i32.const {text}) \"{content}\")")
    };
    let escaped = |text: &str| -> String { text.bytes().map(|byte| format!("\\{byte:02x}")).collect() };
    let ok = "\\00\\00\\00\\00";
    match answer {
        Answer::Text(content) => {
            let size = u32::try_from(content.len()).unwrap();
            (give, data(ok, &[text, size], &escaped(content)))
        }
        Answer::Bytes(bytes) => {
            let size = u32::try_from(bytes.matches('\\').count()).unwrap();
            (give, data(ok, &[text, size], bytes))
        }
        Answer::Failure(case, message) => {
            let size = u32::try_from(message.len()).unwrap();
            (give, data("\\01\\00\\00\\00", &[case.into(), text, size], &escaped(message)))
        }
        Answer::Result(head, address, size) => (give, data(head, &[address, size], "")),
        Answer::Code(code) => (code.to_owned(), String::new()),
    }
}
