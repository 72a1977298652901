use std::ops::Range;

use super::keywords::is_keyword;

/// A token, as far as its kind matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Token<'a> {
    /// A name or a keyword.
    Name(&'a str),
    /// A number.
    Number,
    /// A string literal of any kind; with its source if it has replacement fields, which may use names.
    Text(&'a str),
    /// A character of an operator, or a bracket.
    Mark(char),
    /// A character that Python doesn't know outside strings and comments.
    Foreign,
}

impl Token<'_> {
    /// Whether an expression can end with it.
    fn ends_operand(self) -> bool {
        match self {
            Token::Name(name) => !is_keyword(name),
            Token::Number | Token::Text(_) | Token::Mark(')' | ']' | '}') => true,
            _ => false,
        }
    }

    /// Whether it begins an operand, and can't follow one.
    fn begins_operand(self) -> bool {
        match self {
            Token::Name(name) => !is_keyword(name),
            Token::Number | Token::Text(_) => true,
            _ => false,
        }
    }
}

/// A logical line: one physical line, or several joined by brackets, strings or backslashes.
#[derive(Debug)]
pub(in crate::extract) struct Statement<'a> {
    /// In bytes, from the start of its first line to after the line break of its last.
    pub(in crate::extract) span: Range<usize>,
    /// The white space before it.
    pub(in crate::extract) indent: &'a str,
    pub(in crate::extract) tokens: Vec<Token<'a>>,
    /// A string without end, a closing bracket without its opening one, or the reverse.
    pub(in crate::extract) broken: bool,
}

impl<'a> Statement<'a> {
    /// The keyword or name it begins with, or the empty string.
    pub(in crate::extract) fn first_word(&self) -> &'a str {
        self.word(0)
    }

    /// The name that token `index` is, or the empty string.
    pub(in crate::extract) fn word(&self, index: usize) -> &'a str {
        match self.tokens.get(index) {
            Some(Token::Name(name)) => name,
            _ => "",
        }
    }

    pub(in crate::extract) fn has_word(&self, word: &str) -> bool {
        self.tokens.contains(&Token::Name(word))
    }

    /// Whether an indented block must follow.
    pub(in crate::extract) fn opens_block(&self) -> bool {
        self.tokens.last() == Some(&Token::Mark(':'))
    }

    /// The function that it defines.
    pub(in crate::extract) fn function(&self) -> Option<&'a str> {
        self.name_after("def").or_else(|| if self.first_word() == "async" { self.at(1, "def") } else { None })
    }

    /// The class that it defines.
    pub(in crate::extract) fn class(&self) -> Option<&'a str> {
        self.name_after("class")
    }

    /// Whether no Python grammar allows it. `true` is certain, as long as the statement doesn't lie inside
    /// a string; `false` says nothing.
    pub(in crate::extract) fn is_not_python(&self) -> bool {
        self.broken
            || self.tokens.contains(&Token::Foreign)
            || self.has_neighbouring_operands()
            || self.begins_impossibly()
            || self.ends_impossibly()
    }

    /// `two words`, `Step 1`, `f(x) returns`. Strings may stand beside each other.
    fn has_neighbouring_operands(&self) -> bool {
        let two_strings = |pair: &[Token<'_>]| matches!(pair, [Token::Text(_), Token::Text(_)]);
        self.tokens.windows(2).any(|pair| pair[0].ends_operand() && pair[1].begins_operand() && !two_strings(pair))
    }

    /// `**bold**`, `~~~`, `> quote`, `>>> prompt`, `| table |`.
    fn begins_impossibly(&self) -> bool {
        match self.tokens.as_slice() {
            [Token::Mark('*'), Token::Mark('*'), ..] => true,
            // Python would invert three times; a fence is likelier.
            [Token::Mark('~'), Token::Mark('~'), Token::Mark('~'), ..] => true,
            [Token::Mark('.'), Token::Mark('.'), Token::Mark('.'), ..] => false,
            [Token::Mark(mark), ..] => "<>|/%=,.:&^!;".contains(*mark),
            _ => false,
        }
    }

    /// `Explanation:`, `Done.`
    fn ends_impossibly(&self) -> bool {
        match self.tokens.as_slice() {
            [Token::Name(name), Token::Mark(':')] => !is_keyword(name),
            [.., Token::Mark('.'), Token::Mark('.'), Token::Mark('.')] => false,
            [.., Token::Mark('.')] => true,
            _ => false,
        }
    }

    fn name_after(&self, keyword: &str) -> Option<&'a str> {
        self.at(0, keyword)
    }

    fn at(&self, index: usize, keyword: &str) -> Option<&'a str> {
        match (self.word(index) == keyword, self.word(index + 1)) {
            (true, name) if !name.is_empty() => Some(name),
            _ => None,
        }
    }
}
