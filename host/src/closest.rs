/// The one of `known` that is most like `wanted`, and how alike the two are, from 0 to 1 (Jaro-Winkler). Of equals the last.
pub(crate) fn closest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, f64)> {
    let likeness = known.into_iter().map(|known| (known, strsim::jaro_winkler(known, wanted)));
    likeness.max_by(|a, b| a.1.total_cmp(&b.1))
}
