use super::python::Scanner;
use super::tag::{Language, Tag, is_markdown};
use super::{Rule, reasoning};

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) tag: Tag,
    /// Without the fences; indented as if the fence stood in the first column.
    pub(super) content: String,
    /// Whether the model closed it.
    pub(super) closed: bool,
    /// The line above its fence; empty where there is none.
    pub(super) above: String,
}

/// A reply, taken apart. Reasoning is in neither part.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) blocks: Vec<Block>,
    /// Everything outside the blocks.
    pub(super) prose: String,
}

impl Block {
    /// The rule by which it is an answer.
    pub(super) fn rule(&self) -> Rule {
        if self.closed { Rule::Fenced } else { Rule::FencedUnclosed }
    }
}

impl Reply {
    /// The last block that is marked as what was looked for, else the last that isn't marked.
    pub(super) fn last_of_best_mark(&self) -> Option<&Block> {
        let (_, block) = self.blocks.iter().enumerate().max_by_key(|(index, block)| (block.tag, *index))?;
        (block.tag != Tag::Other).then_some(block)
    }
}

/// How often a block whose closing fence lies in what looks like an unfinished string is searched to the end of
/// the text. Bounds the work that a text full of such blocks can cause.
const MAX_SEARCHES: u32 = 4;

/// Finds the blocks fenced with three or more backticks or tildes: anywhere on a line in a list, with any info
/// string, closed or not. A fence inside a string of the block's Python does not close it. Blocks marked as
/// Markdown are transparent: models wrap whole answers in them.
pub(super) fn take_apart(text: &str, language: Language) -> Reply {
    let mut reply = Reply::default();
    let mut above = "";
    let mut searches = MAX_SEARCHES;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let line = first_line(rest);
        if let Some(end) = reasoning::end(rest) {
            at += end;
        } else if let Some(fence) = Fence::open(line, language) {
            at += next_line(rest);
            if !is_markdown(fence.info) {
                let (block, end) = block(&fence, language, &text[at..], &mut searches);
                at += end;
                reply.blocks.push(Block { above: above.to_owned(), ..block });
                reply.prose.push('\n');
            }
            above = "";
        } else {
            above = line;
            reply.prose.push_str(&rest[..next_line(rest)]);
            at += next_line(rest);
        }
    }
    reply
}

/// The block whose content begins at the start of `text`, and the offset after it.
fn block(fence: &Fence<'_>, language: Language, text: &str, searches: &mut u32) -> (Block, usize) {
    let tag = Tag::parse(fence.info, language);
    let end = match (language, tag) {
        (Language::Python, Tag::None | Tag::Wanted) => find_end(fence, text, searches),
        // A fence can't stand on a line of its own inside JavaScript: it would end the template literal.
        _ => find_plain(fence, text),
    };
    let (content, closed, after) = match end {
        Some(end) => {
            let closing = fence.is_closed_by(first_line(&text[end..]));
            // A line that opens another block ends this one and is left to be read again.
            (&text[..end], closing, if closing { end + next_line(&text[end..]) } else { end })
        }
        None => match glued_end(fence, text) {
            Some(content) => (content, true, text.len()),
            None => (text, false, text.len()),
        },
    };
    (Block { tag, content: unindent(content, fence.indent), closed, above: String::new() }, after)
}

/// Where the first fence line lies that is not inside a string, or else the first at all.
fn find_end(fence: &Fence<'_>, text: &str, searches: &mut u32) -> Option<usize> {
    if *searches > 0 {
        let found = Scanner::new(text, |line| fence.is_ended_by(line)).find();
        if found.is_some() {
            return found;
        }
        *searches -= 1;
    }
    find_plain(fence, text)
}

fn find_plain(fence: &Fence<'_>, text: &str) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        if fence.is_ended_by(first_line(&text[at..])) {
            return Some(at);
        }
        at += next_line(&text[at..]);
    }
    None
}

/// The content of a block whose closing fence stands at the end of its last line of code.
fn glued_end<'a>(fence: &Fence<'_>, text: &'a str) -> Option<&'a str> {
    let trimmed = text.trim_end();
    let content = trimmed.trim_end_matches(fence.mark);
    (trimmed.len() - content.len() >= fence.length).then_some(content)
}

/// Removes the fence's own indentation, if all of the content has it.
fn unindent(content: &str, indent: usize) -> String {
    let blanks = |line: &str| line.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let mut full = content.lines().filter(|line| !line.trim().is_empty());
    if indent == 0 || !full.all(|line| blanks(line) >= indent) {
        return content.to_owned();
    }
    content.split_inclusive('\n').map(|line| &line[indent.min(blanks(line))..]).collect()
}

struct Fence<'a> {
    mark: char,
    /// How many marks; at least 3.
    length: usize,
    /// How many characters of white space, or of a list's marker, stand before it.
    indent: usize,
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn open(line: &'a str, language: Language) -> Option<Fence<'a>> {
        let start = line.len() - without_list_marker(line).len();
        Fence::at(line, start).or_else(|| Fence::after_prose(line, language))
    }

    fn at(line: &'a str, start: usize) -> Option<Fence<'a>> {
        let rest = &line[start..];
        let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = rest.trim_start_matches(mark);
        let length = rest.len() - info.len();
        let is_fence = length >= 3 && (mark == '~' || !info.contains('`'));
        is_fence.then_some(Fence { mark, length, indent: start, info })
    }

    /// `Here is the code: ` and then a fence that names the language.
    fn after_prose(line: &'a str, language: Language) -> Option<Fence<'a>> {
        let start = line.find("```")?;
        let fence = Fence::at(line, start)?;
        let names_it = language != Language::Any && Tag::parse(fence.info, language) == Tag::Wanted;
        names_it.then_some(Fence { indent: 0, ..fence })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }

    /// Whether `line` closes the block or opens another one with an info string.
    fn is_ended_by(&self, line: &str) -> bool {
        let opens = || {
            let start = line.len() - line.trim_start().len();
            Fence::at(line, start).is_some_and(|f| f.mark == self.mark && !f.info.trim().is_empty())
        };
        self.is_closed_by(line) || opens()
    }
}

/// A line's rest after white space and the markers of lists (`- `, `* `, `1. `, `2) `) and quotes (`> `).
fn without_list_marker(line: &str) -> &str {
    let line = line.trim_start();
    let marker = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = match marker.len() == line.len() {
        true => line.strip_prefix(['-', '*', '+', '>']),
        false => marker.strip_prefix(['.', ')']),
    };
    match rest {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
        _ => line,
    }
}

fn first_line(text: &str) -> &str {
    text[..next_line(text)].trim_end_matches(['\n', '\r'])
}

/// The offset of the second line.
fn next_line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |at| at + 1)
}
