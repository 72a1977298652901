use assay_api::SuiteInfo;

/// What is wrong with the texts in which a suite tells of itself, if anything: they are shown on terminals, a line each.
pub(crate) fn words_problem(info: &SuiteInfo) -> Option<String> {
    let SuiteInfo { version, title, licence, homepage, languages, variants, date, filters, data, .. } = info;
    let own = [("version", version), ("title", title), ("licence", licence)].into_iter();
    let own = own.chain(homepage.iter().map(|text| ("homepage", text)));
    let own = own.chain(languages.iter().chain(&info.language).map(|text| ("languages", text)));
    let own = own.chain(variants.iter().chain(&info.variant).map(|text| ("variants", text)));
    let own = own.chain(date.iter().map(|text| ("date", text))).chain(filters.iter().map(|text| ("filters", text)));
    let of_files = data.iter().flat_map(|file| {
        let texts = [("path", Some(&file.path)), ("url", file.url.as_ref()), ("made_from", file.made_from.as_ref())];
        texts.into_iter().filter_map(|(key, text)| Some((key, text?)))
    });
    let (key, text) = own.chain(of_files).find(|(_, text)| text.contains(is_no_text))?;
    Some(format!("`{key}` has {text:?}: write one line, without characters that control a terminal"))
}

/// Control characters, and those that break lines or turn around what follows.
fn is_no_text(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_is_shown_is_a_line() {
        let info = |key: &str, text: &str| {
            let mut json = serde_json::json!({
                "id": "t", "version": "1", "title": "T", "licence": "MIT", "languages": ["python"], "runtimes": [],
                "grading": "exit_code", "data": [{ "path": "d", "sha256": "" }],
            });
            *json.pointer_mut(key).unwrap() = text.into();
            words_problem(&serde_json::from_value(json).unwrap())
        };
        for key in ["/version", "/title", "/licence", "/languages/0", "/data/0/path"] {
            assert_eq!(info(key, "Übung: 日本語 (\"q\") \\ 🦀"), None);
            for text in ["\u{1b}[31m", "two\nlines", "\u{202e}txt", "\u{9b}2J"] {
                assert!(info(key, text).is_some_and(|problem| !problem.contains(is_no_text)), "{key} {text:?}");
            }
        }
    }
}
