use assay_api::{Completion, CompletionKind, Solution};

use super::fences::take_apart;
use super::tag::Language;
use super::{Rule, reasoning};

/// The content of `file` in a completion of a task whose answer is a whole file.
///
/// The file's name stands on the line above its fenced block, as aider's `whole` format has it, perhaps marked up and
/// with directories before it. Of several such blocks the last counts, as there; where no block has the file's name, the
/// last block that is marked as the file's language, else the last that isn't marked. `None` means that there is none.
///
/// It takes time linear in the text and never fails. The solution's rule is the name of a [`Rule`].
#[must_use]
pub fn whole_file(file: &str, completion: &Completion) -> Option<Solution> {
    let text = completion.text.as_str();
    let (code, rule) = match completion.kind {
        CompletionKind::Verbatim => (text.to_owned(), Rule::Verbatim),
        CompletionKind::Program => (text.to_owned(), Rule::Program),
        CompletionKind::Continuation | CompletionKind::Reply => find(file, text)?,
    };
    Some(Solution { code, rule: rule.name().into() })
}

fn find(file: &str, text: &str) -> Option<(String, Rule)> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let reply = take_apart(reasoning::without_unopened(&text), language(file));
    match reply.blocks.iter().rev().find(|block| names(&block.above, file)) {
        Some(block) => Some((block.content.clone(), Rule::File)),
        None => reply.last_of_best_mark().map(|block| (block.content.clone(), block.rule())),
    }
}

fn language(file: &str) -> Language {
    match file.rsplit('.').next().unwrap_or_default() {
        "py" => Language::Python,
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" => Language::JavaScript,
        _ => Language::Any,
    }
}

/// Whether `line` is the name of `file`, which may be in bold, in a heading or quoted, and have directories before it.
fn names(line: &str, file: &str) -> bool {
    let mark = |c: char| c.is_whitespace() || matches!(c, '*' | '`' | '#' | ':' | '"' | '\'' | '(' | ')');
    let name = line.trim_matches(mark);
    let name =
        name.strip_prefix("File: ").or_else(|| name.strip_prefix("Filename: ")).unwrap_or(name).trim_matches(mark);
    name == file || name.strip_suffix(file).is_some_and(|before| before.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(text: &str) -> Option<(String, String)> {
        let completion = Completion { text: text.into(), kind: CompletionKind::Reply };
        whole_file("two-fer.js", &completion).map(|solution| (solution.code, solution.rule))
    }

    fn found(code: &str, rule: &str) -> Option<(String, String)> {
        Some((code.into(), rule.into()))
    }

    #[test]
    fn a_block_under_the_files_name_is_the_file() {
        for name in [
            "two-fer.js",
            "**two-fer.js**",
            "`two-fer.js`:",
            "### two-fer.js",
            "path/to/two-fer.js",
            "File: two-fer.js",
        ] {
            let text = format!("Ok, I will:\n\n{name}\n```\nexport const a = 1;\n```\n");
            assert_eq!(extract(&text), found("export const a = 1;\n", "file"), "{name}");
        }
    }

    #[test]
    fn the_last_block_under_the_files_name_wins_over_every_other() {
        let text = "two-fer.js\n```js\n1\n```\nWait.\n\ntwo-fer.js\n```js\n2\n```\nother.js\n```js\n3\n```\n```bash\nnpm test\n```";
        assert_eq!(extract(text), found("2\n", "file"));
        assert_eq!(extract("not-two-fer.js\n```sh\n1\n```"), None);
    }

    #[test]
    fn without_a_name_the_last_block_in_the_files_language_is_it() {
        assert_eq!(extract("Here:\n```js\n1\n```\nRun:\n```bash\nnode x\n```\n```\nout\n```"), found("1\n", "fenced"));
        assert_eq!(extract("```\n1\n```"), found("1\n", "fenced"));
        assert_eq!(extract("```js\n1\n"), found("1\n", "fenced-unclosed"));
        assert_eq!(extract("<think>\ntwo-fer.js\n```js\n1\n```\n</think>\nI can't."), None);
        assert_eq!(extract("const a = 1;"), None);
    }

    #[test]
    fn exact_kinds_are_exact() {
        for kind in [CompletionKind::Verbatim, CompletionKind::Program] {
            let completion = Completion { text: "```js\n1".into(), kind };
            assert_eq!(whole_file("a.js", &completion).unwrap().code, "```js\n1");
        }
    }
}
