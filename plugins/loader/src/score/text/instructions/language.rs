//! Which language a text is in: [langdetect](https://github.com/Mimino666/langdetect) 1.0.9, with its own profiles. It
//! guesses by n-grams drawn at random; here the draws are those of Python with the seed 0, which makes it say the same always.

use std::collections::HashMap;
use std::sync::LazyLock;

use langdetect_rs::detector_factory::DetectorFactory;
use langdetect_rs::utils::messages;
use regex::Regex;
use serde::Deserialize;

use super::twister::Twister;

const SEED: u32 = 0;
const TRIALS: u32 = 7;
const ALPHA: f64 = 0.5;
const ALPHA_WIDTH: f64 = 0.05;
const ITERATIONS: u32 = 1000;
const CONVERGED: f64 = 0.99999;
/// What a language's probability must exceed.
const LEAST: f64 = 0.1;
const BASE_FREQUENCY: f64 = 10_000.0;
/// How many characters of a text count.
const LONGEST: usize = 10_000;

/// A language that the crate has and the original lacks.
const NOT_IN_THE_ORIGINAL: &str = "uz";

/// The code of the language that `text` is in, such as `en` or `zh-cn`, or `unknown`; `None` where it has no letters to go by.
pub(super) fn language(text: &str) -> Option<&'static str> {
    let profiles = &*PROFILES;
    let grams = profiles.grams(&letters(&prepared(text)));
    if grams.is_empty() {
        return None;
    }
    let mut random = Twister::new(SEED);
    let mut mean = vec![0.0; profiles.names.len()];
    for _ in 0..TRIALS {
        let probabilities = profiles.trial(&grams, &mut random);
        mean.iter_mut().zip(probabilities).for_each(|(mean, p)| *mean += p / f64::from(TRIALS));
    }
    let likely = mean.iter().zip(&profiles.names).filter(|(p, _)| **p > LEAST);
    Some(likely.max_by(|(a, _), (b, _)| a.total_cmp(b)).map_or("unknown", |(_, name)| name.as_str()))
}

/// Up to three characters, padded with zeroes.
type Gram = [char; 3];

static PROFILES: LazyLock<Profiles> = LazyLock::new(Profiles::load);

/// How often n-grams are in each language.
struct Profiles {
    names: Vec<String>,
    /// Of each n-gram that some language has: the languages that have it, and its share of their n-grams of that length.
    shares: HashMap<Gram, Vec<(usize, f64)>>,
}

/// A profile as the package has it, in JSON.
#[derive(Deserialize)]
struct Profile {
    name: String,
    freq: HashMap<String, u64>,
    n_words: [u64; 3],
}

impl Profiles {
    fn load() -> Self {
        let mut profiles = Profiles { names: Vec::new(), shares: HashMap::new() };
        for text in DetectorFactory::get_default_profiles_json() {
            let profile: Profile = serde_json::from_str(text).expect("the crate's profiles are what they are");
            if profile.name == NOT_IN_THE_ORIGINAL {
                continue;
            }
            let language = profiles.names.len();
            for (gram, count) in &profile.freq {
                let length = gram.chars().count();
                #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
                let share = *count as f64 / profile.n_words[length - 1] as f64;
                profiles.shares.entry(padded(gram.chars())).or_default().push((language, share));
            }
            profiles.names.push(profile.name);
        }
        profiles
    }

    /// The n-grams of a text that some language has, in the text's order.
    fn grams(&self, text: &[char]) -> Vec<Gram> {
        let mut found = Vec::new();
        let mut window = vec![' '];
        let mut in_capitals = false;
        for c in text.iter().map(|c| normal(*c)) {
            let last = window[window.len() - 1];
            if last == ' ' {
                window = vec![' '];
                in_capitals = false;
            } else if window.len() == 3 {
                window.remove(0);
            }
            if last != ' ' || c != ' ' {
                window.push(c);
                // A word in capitals counts up to its first letter.
                in_capitals = c.is_uppercase() && (in_capitals || last.is_uppercase());
            }
            if !in_capitals {
                let grams = (1..=window.len()).map(|n| padded(window[window.len() - n..].iter().copied()));
                found.extend(grams.filter(|gram| *gram != padded([' ']) && self.shares.contains_key(gram)));
            }
        }
        found
    }

    /// The probability of each language, by n-grams that are drawn until one is all but sure.
    fn trial(&self, grams: &[Gram], random: &mut Twister) -> Vec<f64> {
        let count = self.names.len();
        #[expect(clippy::cast_precision_loss, reason = "there are fewer than a hundred languages")]
        let mut probabilities = vec![1.0 / count as f64; count];
        let weight = (ALPHA + random.gauss() * ALPHA_WIDTH) / BASE_FREQUENCY;
        for round in 0.. {
            let mut factors = vec![weight; count];
            self.shares[&random.choice(grams)].iter().for_each(|(language, share)| factors[*language] += share);
            probabilities.iter_mut().zip(factors).for_each(|(p, factor)| *p *= factor);
            if round % 5 == 0 && (normalised(&mut probabilities) > CONVERGED || round >= ITERATIONS) {
                break;
            }
        }
        probabilities
    }
}

/// Makes the sum 1, and gives the largest.
fn normalised(probabilities: &mut [f64]) -> f64 {
    let sum: f64 = probabilities.iter().sum();
    probabilities.iter_mut().for_each(|p| *p /= sum);
    probabilities.iter().copied().fold(0.0, f64::max)
}

fn padded(gram: impl IntoIterator<Item = char>) -> Gram {
    let mut padded = ['\0'; 3];
    padded.iter_mut().zip(gram).for_each(|(place, c)| *place = c);
    padded
}

/// The text without addresses and repeated spaces.
fn prepared(text: &str) -> Vec<char> {
    static URL: LazyLock<Regex> = LazyLock::new(|| address(r"https?://[-_.?&~;+=/#0-9A-Za-z]{1,2076}"));
    static MAIL: LazyLock<Regex> =
        LazyLock::new(|| address(r"[-_.0-9A-Za-z]{1,64}@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}"));
    let text = URL.replace_all(text, " ");
    let text = MAIL.replace_all(&text, " ");
    let mut kept: Vec<char> = Vec::new();
    let mut before = None;
    for c in composed(&text).into_iter().take(LONGEST) {
        if c != ' ' || before != Some(' ') {
            kept.push(c);
        }
        before = Some(c);
    }
    kept
}

fn address(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns above are written correctly")
}

/// The text without Latin letters, where others outnumber them twice.
fn letters(text: &[char]) -> Vec<char> {
    let is_latin = |c: &char| ('A'..='z').contains(c);
    let latin = text.iter().filter(|c| is_latin(c)).count();
    let others = text.iter().filter(|c| !is_latin(c) && **c >= '\u{300}').count();
    let keeps = |c: &&char| latin * 2 >= others || !is_latin(c);
    text.iter().filter(keeps).copied().collect()
}

/// The text with Vietnamese letters whose mark follows them as one character.
fn composed(text: &str) -> Vec<char> {
    static VIETNAMESE: LazyLock<HashMap<(char, char), char>> = LazyLock::new(|| {
        let bases = messages::get_string("TO_NORMALIZE_VI_CHARS");
        let mut letters = HashMap::new();
        for mark in messages::get_string("DMARK_CLASS").chars() {
            let of_mark = messages::get_string(&format!("NORMALIZED_VI_CHARS_{:04X}", u32::from(mark)));
            letters.extend(bases.chars().map(|base| (base, mark)).zip(of_mark.chars()));
        }
        letters
    });
    let mut composed = Vec::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let letter = rest.peek().and_then(|mark| VIETNAMESE.get(&(c, *mark)));
        if letter.is_some() {
            rest.next();
        }
        composed.push(letter.copied().unwrap_or(c));
    }
    composed
}

/// The character that stands for `c` in n-grams.
fn normal(c: char) -> char {
    static EXCLUDED: LazyLock<String> = LazyLock::new(|| messages::get_string("NGram.LATIN1_EXCLUDE"));
    match c {
        'A'..='Z' | 'a'..='z' => c,
        '\0'..='\u{7f}' | '\u{2000}'..='\u{206f}' => ' ',
        '\u{80}'..='\u{ff}' if EXCLUDED.contains(c) => ' ',
        // Romanian letters with a comma below as with a cedilla.
        '\u{219}' => '\u{15f}',
        '\u{21b}' => '\u{163}',
        // Persian's yeh as the Arabic one.
        '\u{6cc}' => '\u{64a}',
        '\u{1ea0}'..='\u{1eff}' => '\u{1ec3}',
        '\u{3040}'..='\u{309f}' => '\u{3042}',
        '\u{30a0}'..='\u{30ff}' => '\u{30a2}',
        '\u{3100}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' => '\u{3105}',
        '\u{4e00}'..='\u{9fff}' => IDEOGRAPHS.get(&c).copied().unwrap_or(c),
        '\u{ac00}'..='\u{d7af}' => '\u{ac00}',
        c => c,
    }
}

/// Chinese characters that are about as frequent in the languages that use them share one of them.
static IDEOGRAPHS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut classes = HashMap::new();
    for class in (1..=7).flat_map(|row| (0..40).map(move |column| format!("NGram.KANJI_{row}_{column}"))) {
        let class = messages::get_string(&class);
        // That is what it says of one that there is not.
        if let Some(first) = class.chars().next().filter(|first| *first != '!') {
            classes.extend(class.chars().map(|c| (c, first)));
        }
    }
    classes
});

#[cfg(test)]
mod tests {
    use super::*;

    /// What langdetect 1.0.9 says in Python 3.11, with `DetectorFactory.seed = 0`.
    #[test]
    fn languages_are_those_that_the_original_finds() {
        for (text, found) in [
            ("The quick brown fox jumps over the lazy dog.", Some("en")),
            ("THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG.", Some("en")),
            ("Der schnelle braune Fuchs springt", Some("de")),
            ("\u{4eca}\u{65e5}\u{306f}\u{3044}\u{3044}\u{5929}\u{6c17}\u{3067}\u{3059}", Some("ja")),
            ("\u{4eca}\u{5929}\u{5929}\u{6c14}\u{5f88}\u{597d}", Some("zh-cn")),
            ("Xin cha\u{300}o ca\u{301}c ba\u{323}n", Some("vi")),
            ("https://example.org someone@example.org", None),
            ("123 !?", None),
        ] {
            assert_eq!(language(text), found, "{text}");
        }
    }
}
