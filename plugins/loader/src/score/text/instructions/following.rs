use assay_api::{Score, Scored, Verdict};

use super::Instruction;
use super::python::strip;
use crate::score::outcome::failed;

/// Whether the loosely judged answer follows all instructions: a score beside the verdict.
const LOOSE: &str = "loose";

/// How many of the instructions the answer follows.
const FOLLOWED: &str = "instructions";

/// How many of them the loosely judged answer follows.
const LOOSELY_FOLLOWED: &str = "loose_instructions";

/// The names of the scores that answers to instructions get beside their verdict.
pub const INSTRUCTION_METRICS: [&str; 3] = [LOOSE, FOLLOWED, LOOSELY_FOLLOWED];

/// The verdict on an answer that is to follow `instructions`, of which there is at least one: strictly, all of them. A
/// blank answer follows none.
///
/// Loosely, an instruction is followed if the answer, or the answer without its first line, its last line, both, or any of
/// these without asterisks, follows it.
#[must_use]
pub fn instructions(given: &str, instructions: &[Instruction]) -> Scored {
    let (mut broken, mut loosely) = (Vec::new(), 0);
    let variants = variants(given);
    for instruction in instructions {
        let strict = instruction.is_followed(given);
        if !strict {
            broken.push(instruction.id());
        }
        loosely += usize::from(strict || variants.iter().any(|text| instruction.is_followed(text)));
    }
    let of = instructions.len();
    let scores = [
        (LOOSE, Score::Passed(loosely == of)),
        (FOLLOWED, Score::parts(of - broken.len(), of)),
        (LOOSELY_FOLLOWED, Score::parts(loosely, of)),
    ];
    let verdict = if broken.is_empty() {
        Verdict::Passed
    } else {
        failed("text", &format!("does not follow {}", broken.join(", ")))
    };
    Scored { verdict, scores: scores.map(|(name, score)| (name.to_owned(), score)).into() }
}

/// The answer as it is judged loosely, but for the answer itself.
fn variants(given: &str) -> [String; 7] {
    let lines: Vec<&str> = given.split('\n').collect();
    let part = |start: usize, end: usize| {
        let lines = lines.get(start..end).unwrap_or_default();
        strip(&lines.join("\n")).to_owned()
    };
    let (no_first, no_last) = (part(1, lines.len()), part(0, lines.len() - 1));
    let neither = part(1, lines.len() - 1);
    let plain = [given, &no_first, &no_last, &neither].map(|text| text.replace('*', ""));
    let [a, b, c, d] = plain;
    [a, no_first, no_last, neither, b, c, d]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn judged(text: &str, list: &[(&str, Value)]) -> Scored {
        let list = list.iter().map(|(id, arguments)| Instruction::new(id, arguments.as_object().unwrap()).unwrap());
        instructions(text, &list.collect::<Vec<_>>())
    }

    #[test]
    fn an_answer_is_judged_strictly_and_loosely() {
        let list = [("punctuation:no_comma", json!({})), ("startend:quotation", json!({"language": null}))];
        let scored = judged("Sure, here it is:\n\"An answer.\"", &list);
        assert_eq!(scored.verdict.detail(), "does not follow punctuation:no_comma, startend:quotation");
        let scores = INSTRUCTION_METRICS.map(|name| scored.scores[name]);
        assert_eq!(scores, [Score::Passed(true), Score::parts(0, 2), Score::parts(2, 2)]);
        assert!(judged("\"An answer.\"", &list).verdict.passed());
        assert_eq!(judged(" \n", &list).scores[FOLLOWED], Score::parts(0, 2));
    }

    #[test]
    fn what_no_instruction_is_or_lacks_arguments_is_named() {
        for (id, arguments, expected) in [
            ("keywords:rhyme", json!({}), "unknown variant `keywords:rhyme`"),
            ("detectable_format:number_bullet_lists", json!({"num_bullets": null}), "missing field `num_bullets`"),
            ("keywords:existence", json!({"keywords": ["("]}), "\"(\" is no pattern"),
            (
                "length_constraints:nth_paragraph_first_word",
                json!({"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"}),
                "there is no paragraph 3 of 2",
            ),
        ] {
            let error = Instruction::new(id, arguments.as_object().unwrap()).unwrap_err();
            assert!(error.contains(expected) && error.contains(id), "{error}");
        }
    }
}
