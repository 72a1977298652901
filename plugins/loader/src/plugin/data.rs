use assay_api::SuiteInfo;

use crate::declarative::{DataSource, LoadError, read_data};

/// The content of a suite's data files: all that a plugin may read.
#[derive(Debug, Default)]
pub struct PluginData {
    files: Vec<(String, Vec<u8>)>,
}

impl PluginData {
    /// Reads what is chosen of the suite from `source`, and checks it against the pinned digests.
    ///
    /// # Errors
    /// When a file is missing or not what the info pins.
    pub fn load(info: &SuiteInfo, source: &dyn DataSource) -> Result<Self, LoadError> {
        let files = info.chosen_data().filter(|file| !file.embedded).map(|file| {
            let content = read_data(&info.id, file, source.read(file))?;
            Ok((file.path.clone(), content))
        });
        Ok(PluginData { files: files.collect::<Result<_, LoadError>>()? })
    }

    /// What stands in the file `path` from byte `offset` on, at most `capacity` bytes; `None` when there is no such file.
    #[must_use]
    pub fn read(&self, path: &str, offset: u64, capacity: usize) -> Option<&[u8]> {
        let (_, content) = self.files.iter().find(|(name, _)| name == path)?;
        let rest = usize::try_from(offset).ok().and_then(|offset| content.get(offset..)).unwrap_or_default();
        Some(&rest[..rest.len().min(capacity)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_in_pieces_until_nothing_is_left() {
        let data = PluginData { files: vec![("a".into(), b"12345".to_vec())] };
        let read = |offset| data.read("a", offset, 2);
        assert_eq!([read(0), read(2), read(4), read(5)], [&b"12"[..], b"34", b"5", b""].map(Some));
        assert_eq!(read(u64::MAX), Some(&b""[..]));
        assert_eq!(data.read("b", 0, 2), None);
    }
}
