/// Whether `path` is relative, has `/` between names, and stays where it starts on every platform.
pub(crate) fn is_inside(path: &str) -> bool {
    let plain = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\\', ':', '\0']);
    path.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn paths_stay_inside_their_folder() {
        assert!(["a", "a/b.jsonl.gz", "..a/b"].into_iter().all(is_inside));
        let outside = ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "a\\..\\b", "C:/a", "a\0"];
        assert!(!outside.into_iter().any(is_inside));
    }
}
