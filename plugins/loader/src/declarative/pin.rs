use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::data::content_sha256;
use super::source::Source;
use super::{Folder, LoadError, MANIFEST};

/// The text of the manifest in `folder`, with the digests that the data in the folder has now. Everything else is as it was.
///
/// # Errors
/// When a file is missing or malformed. What else the manifest says is not looked at.
pub fn pinned(folder: &dyn Folder) -> Result<String, LoadError> {
    let source = Source::read(folder, MANIFEST)?;
    let mut text = source.text.clone();
    let mut pins = pins(&source)?;
    // From the end, so that places before stay where they are.
    pins.sort_by_key(|pin| std::cmp::Reverse(pin.place.start));
    for Pin { path, place } in pins {
        let read = folder.read(&path).map_err(|source| LoadError::Read { file: path.clone(), source })?;
        let digest = content_sha256(read.into_owned()).map_err(|source| LoadError::DataRead { path, source })?;
        text.replace_range(place, &format!("\"{digest}\""));
    }
    Ok(text)
}

/// A digest in the manifest.
struct Pin {
    /// The file whose it is.
    path: String,
    /// Where it stands, quotes included, in bytes.
    place: Range<usize>,
}

/// The digests of the data in the suite's own folder.
fn pins(source: &Source) -> Result<Vec<Pin>, LoadError> {
    let document = DeTable::parse(&source.text)
        .map_err(|error| source.error(error.span().map_or(0, |span| span.start), error.message()))?;
    let data = document.get_ref().get("data").and_then(|data| data.get_ref().as_array());
    let tables = data.into_iter().flat_map(|data| data.iter()).filter_map(|entry| entry.get_ref().as_table());
    let embedded =
        |table: &&DeTable<'_>| table.get("embedded").and_then(|value| value.get_ref().as_bool()) == Some(true);
    let text = |value: &Spanned<DeValue<'_>>| value.get_ref().as_str().map(str::to_owned);
    Ok(tables
        .filter(embedded)
        .filter_map(|table| {
            let digest = table.get("sha256").filter(|digest| digest.get_ref().is_str())?;
            Some(Pin { path: table.get("path").and_then(text)?, place: digest.span() })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::hex::hex;

    #[test]
    fn digests_of_the_folders_own_data_are_written_and_nothing_else_changes() {
        let manifest = "# \u{e9}\n[[data]]\npath = 'a'\nembedded = true\nsha256 = 'old' # why\n\
            [[data]]\npath = \"b\"\nsha256 = \"old\"\n[[data]]\nsha256 = \"\"\nembedded = true\npath = \"c\"\n[x]\ny = 1\n";
        let files: &[(&str, &[u8])] = &[(MANIFEST, manifest.as_bytes()), ("a", b"1"), ("c", b"2")];
        let digest = |content: &[u8]| format!("\"{}\"", hex(&Sha256::digest(content)));
        let expected = manifest.replacen("'old'", &digest(b"1"), 1).replacen("\"\"", &digest(b"2"), 1);
        assert_eq!(pinned(&files).unwrap(), expected);
        let missing: &[(&str, &[u8])] = &[(MANIFEST, manifest.as_bytes()), ("a", b"1")];
        assert_eq!(pinned(&missing).unwrap_err().to_string(), "c: no such file in the suite's folder");
    }
}
