//! Real edits: CanItEdit's pairs of programs before and after, as diffs that Python's `difflib` makes. Needs its data: `ASSAY_DATA` names a
//! directory with `canitedit/canitedit.jsonl.gz`.

use std::process::Command;

use assay_api::{Completion, CompletionKind};
use assay_loader::extract::{edit_blocks, unified_diff};
use serde::Deserialize;

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

/// Prints for each pair what it is before and after, its diff with 0, 3 and 9 lines around changes, and its blocks, each of which is
/// searched for with as many lines around it as make it the first place.
const SCRIPT: &str = r#"
import difflib, gzip, json, sys

def diff(a, b, n):
    lines = difflib.unified_diff(a.splitlines(True), b.splitlines(True), "a/f.py", "b/f.py", n=n)
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)

def blocks(a, b):
    a, b = ([line + "\n" for line in text.split("\n")] for text in (a, b))
    now, shift, end, text = list(a), 0, 0, ""
    for group in difflib.SequenceMatcher(None, a, b).get_grouped_opcodes(3):
        (_, i, _, k, _), (_, _, j, _, l) = group[0], group[-1]
        while True:
            part = a[i:j]
            first = next((at for at in range(len(now)) if now[at:at + len(part)] == part), None)
            if "".join(part).strip() and first == i + shift and part[-1].strip():
                break
            if i > end and first != i + shift:
                i, k = i - 1, k - 1
            else:
                j, l = j + 1, l + 1
        end = j
        text += f"f.py\n```python\n<<<<<<< SEARCH\n{''.join(a[i:j])}=======\n{''.join(b[k:l])}>>>>>>> REPLACE\n```\n"
        now[i + shift:j + shift] = b[k:l]
        shift += (l - k) - (j - i)
    return text

for row in map(json.loads, gzip.open(sys.argv[1], "rt")):
    a, b = row["before"], row["after"]
    print(json.dumps({"before": a, "after": b, "diffs": [diff(a, b, n) for n in (0, 3, 9)], "blocks": blocks(a, b)}))
"#;

#[derive(Deserialize)]
struct Pair {
    before: String,
    after: String,
    diffs: Vec<String>,
    blocks: String,
}

fn pairs() -> Option<Vec<Pair>> {
    let file = assay_testing::data()?.join("canitedit/canitedit.jsonl.gz");
    let out = Command::new("python3").args(["-c", SCRIPT]).arg(file).output().expect("python3 is installed");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let pairs: Vec<Pair> =
        String::from_utf8(out.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(pairs.len(), 105);
    Some(pairs)
}

#[test]
fn a_diff_of_two_programs_makes_one_of_the_other() {
    for pair in pairs().into_iter().flatten() {
        for diff in &pair.diffs {
            let completion = Completion { text: format!("So:\n\n```diff\n{diff}```\n"), kind: CompletionKind::Reply };
            let solution = unified_diff("f.py", &pair.before, &completion).unwrap();
            assert_eq!((solution.code, solution.rule.as_str()), (pair.after.clone(), "edited"), "{diff}");
        }
    }
}

#[test]
fn blocks_of_two_programs_make_one_of_the_other() {
    for pair in pairs().into_iter().flatten() {
        let completion = Completion { text: pair.blocks.clone(), kind: CompletionKind::Reply };
        let solution = edit_blocks("f.py", &pair.before, &completion).unwrap();
        assert_eq!((solution.code, solution.rule.as_str()), (pair.after, "edited"), "{}", pair.blocks);
    }
}
