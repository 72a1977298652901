use std::borrow::Cow;

use oxc_sourcemap::{SourceMap, SourceMapParts, Token};

/// The comment that tells an interpreter of which line of `path` each line of the code comes, when the code stands
/// `lines_before` lines further down than `map` has it. It has the `source` too, for who shows a line of it.
///
/// It says lines, not columns: a mapping for each place in the code where the line of the source changes.
pub(super) fn comment(map: &SourceMap<'_>, path: &str, source: &str, lines_before: u32) -> String {
    let mut tokens: Vec<Token> = Vec::new();
    for token in map.get_tokens() {
        let line = token.get_dst_line() + lines_before;
        let known = tokens
            .last()
            .is_some_and(|last| last.get_dst_line() == line && last.get_src_line() == token.get_src_line());
        if !known {
            tokens.push(Token::new(
                line,
                token.get_dst_col(),
                token.get_src_line(),
                token.get_src_col(),
                Some(0),
                None,
            ));
        }
    }
    let map = SourceMap::from_parts(SourceMapParts {
        file: None,
        names: Vec::new(),
        source_root: None,
        sources: vec![Cow::Borrowed(path)],
        source_contents: vec![Some(Cow::Borrowed(source))],
        tokens: tokens.into(),
        token_chunks: None,
        x_google_ignore_list: None,
        debug_id: None,
    });
    // Without the character set, which JSON has none but one of.
    let url = map.to_data_url().replacen("charset=utf-8;", "", 1);
    format!("//# sourceMappingURL={url}\n")
}
