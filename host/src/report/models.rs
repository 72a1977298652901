use std::io::{self, Write};

use super::number::count;
use super::table::Table;
use super::{Role, Style, printable};
use crate::endpoint::Model;

/// Writes the models that a server offers, in its order.
///
/// # Errors
/// When `out` fails.
pub fn write_models(out: &mut impl Write, style: &Style, base_url: &str, models: &[Model]) -> io::Result<()> {
    if models.is_empty() {
        return writeln!(out, "{} offers no models", printable(base_url));
    }
    let mut table = Table::new([printable(base_url).into_owned(), "context".to_owned(), "owner".to_owned()]);
    let unknown = || (Role::Dim, style.glyph("–", "-").to_owned());
    for model in models {
        let text = |text: &str| (Role::Plain, printable(text).into_owned());
        let context = model.context_length.map_or_else(unknown, |tokens| (Role::Plain, count(tokens)));
        let owner = model.owned_by.as_deref().map_or_else(unknown, text);
        table.row([(Role::Strong, printable(&model.id).into_owned()), context, owner]);
    }
    table.write(out, style, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_listed_with_what_the_server_tells_of_them() {
        let model = |id: &str, owned_by: Option<&str>, context_length| Model {
            id: id.to_owned(),
            owned_by: owned_by.map(str::to_owned),
            context_length,
        };
        let models = [model("qwen2.5-coder:7b", Some("library"), Some(32_768)), model("evil\u{1b}[31m", None, None)];
        let style = Style { color: false, width: 80, unicode: true };
        let mut out = Vec::new();
        write_models(&mut out, &style, "http://127.0.0.1:11434/v1", &models).unwrap();
        write_models(&mut out, &style, "http://127.0.0.1:8000/v1", &[]).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
