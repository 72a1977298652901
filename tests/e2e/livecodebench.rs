//! LiveCodeBench, with other problems in place of its own: what its authors' `testing_util.py` says of each solution is said here.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use assay::mock::{Answer, Call, MockServer};
use assay::store::RunFile;
use assay_api::{Prompt, Verdict};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::assay::User;
use crate::data::{data, unpacked};
use crate::samples::{jsonl, solution};

/// The last shard's digest, as the manifest pins it.
const PINNED: &str = "bb4c364f71921c4495a6ad15abe1a927350b720009f4933e2e71f8af0f6fd1f5";

/// A user with the suite in the folder `lcb`, whose last shard has these rows, and with data under the names that nothing pins.
fn with_rows(rows: &[Value], others: &[(&str, &[Value])]) -> User {
    let user = User::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../suites/livecodebench");
    let shard = jsonl(rows.iter().cloned());
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        let digest: String = Sha256::digest(&shard).iter().map(|byte| format!("{byte:02x}")).collect();
        user.write(&format!("lcb/{}", file.file_name().display()), text.replace(PINNED, &digest));
    }
    user.write("data/livecodebench/test6.jsonl", shard);
    for (name, rows) in others {
        user.write(&format!("data/livecodebench/{name}"), jsonl(rows.iter().cloned()));
    }
    user
}

/// A problem with cases of (input, output), and the function that is called, if any.
fn problem(id: &str, function: Option<&str>, cases: &[(&str, &str)]) -> Value {
    let cases: Vec<Value> = cases.iter().map(|(input, output)| json!({ "input": input, "output": output })).collect();
    json!({
        "question_id": id, "question_content": "Do it.", "starter_code": function.unwrap_or_default(),
        "public_test_cases": json!(cases[..1]).to_string(), "private_test_cases": json!(cases[1..]).to_string(),
        "metadata": function.map_or(json!({}), |name| json!({ "func_name": name })).to_string(),
        "contest_date": "2025-02-01T00:00:00", "difficulty": "easy", "platform": "atcoder",
    })
}

/// How each of the samples ends, in their order: `passed`, or why not.
fn ends(user: &User, variant: &str, samples: &[Value]) -> Vec<String> {
    user.write("samples.jsonl", jsonl(samples.iter().cloned()));
    let score = format!("score ./lcb --variant {variant} --samples samples.jsonl --data-dir data -o run.assay --fresh");
    user.run(&score).done();
    let mut results = RunFile::open_read_only(&user.path("run.assay")).unwrap().load_results().unwrap();
    let place = |task: &str| samples.iter().position(|sample| sample["task_id"] == task);
    results.sort_by_key(|sample| (place(&sample.key.task_id), sample.key.sample_index));
    let end = |verdict: &Verdict| match verdict {
        Verdict::Failed(failure) => failure.cause.clone(),
        other => other.kind().name().to_owned(),
    };
    results.iter().map(|sample| end(&sample.verdict)).collect()
}

#[track_caller]
fn check(rows: &[Value], variant: &str, task: &str, solutions: &[(&str, &str)]) {
    let samples: Vec<Value> = solutions.iter().map(|(code, _)| solution(task, code)).collect();
    let found = ends(&with_rows(rows, &[]), variant, &samples);
    for ((code, expected), found) in solutions.iter().zip(found) {
        assert_eq!(found, *expected, "{code}");
    }
}

/// Verdicts are those of `grade_stdio`, except that it has no causes.
#[test]
fn a_program_runs_as_the_authors_run_it() {
    let rows = [problem("sum", None, &[("2\n3 4\n", "7\n"), ("2\n10 -4\n", "6\n")])];
    let sum = "n = int(input())\nprint(sum(map(int, input().split())))\n";
    let main = "def main():\n    n = int(input())\n    print(sum(map(int, input().split())))\n";
    let with = |text: &str| format!("{sum}{text}");
    let (quits, exits, fails) = (with("quit()"), with("exit(3)"), with("1 / 0"));
    let (guarded, otherwise) =
        (format!("{main}if __name__ == '__main__':\n    main()\n"), format!("{main}if __name__ != 'x':\n    main()\n"));
    check(
        &rows,
        "v6",
        "sum",
        &[
            (sum, "passed"),
            (&guarded, "passed"),
            (&otherwise, "passed"),
            (&exits, "passed"),
            (&quits, "exception"),
            (&fails, "exception"),
            ("import sys\nprint(sum(map(int, sys.stdin.read().split()[1:])))", "passed"),
            ("import sys\nprint(sum(map(int, sys.stdin.buffer.read().split()[1:])))", "passed"),
            ("import sys\nprint(sum(map(int, sys.stdin.readlines()[1].split())))", "passed"),
            ("from sys import stdin\nn = stdin.readline()\nprint(sum(map(int, stdin.readline().split())))", "passed"),
            ("c = Counter(input() and input().split())\nprint(float(sum(int(k) * v for k, v in c.items())))", "passed"),
            ("import sys\nfor line in sys.stdin: pass\nprint(line)", "exception"),
            ("import sys\nread = sys.stdin.buffer.readline\nread()\nprint(sum(map(int, read().split())))", "tests"),
            ("print(sum(map(int, open(0).read().split()[1:])))", "tests"),
            ("from sys import stdout\nstdout.write(str(int(input()) + 5))", "tests"),
            ("total = 0\ndef add(x):\n    global total\n    total += x\nadd(1)", "exception"),
            ("print(7)", "tests"),
            ("import math", "exception"),
            ("def f(:", "exception"),
            ("return print(sum(map(int, [input(), input()][1].split())))", "passed"),
        ],
    );
}

/// Verdicts are those of `grade_call_based`, but for the object that is equal to everything.
#[test]
fn a_function_is_called_as_the_authors_call_it() {
    let rows = [problem("add", Some("add"), &[("[1, 2]\n3", "[1, 2, 3]"), ("[]\n5", "[5]")])];
    let method = |body: &str| format!("class Solution:\n    def add(self, a: List[int], b):\n        {body}\n");
    let [plain, tuple, float, remembers, raises, exits, equal] = [
        "return a + [b]",
        "return tuple(a + [b])",
        "return [float(x) for x in a] + [b]",
        "self.c = getattr(self, 'c', []) + a + [b]; return self.c",
        "return {}[a[0]]",
        "exit()",
        "return type('E', (), {'__eq__': lambda *_: True})()",
    ]
    .map(method);
    check(
        &rows,
        "v6",
        "add",
        &[
            (&plain, "passed"),
            (&tuple, "passed"),
            (&float, "passed"),
            ("def add(a, b): return a + [b]", "passed"),
            (&remembers, "tests"),
            (&raises, "exception"),
            (&exits, "no_record"),
            (&equal, "tests"),
            ("# class Solution\ndef add(a, b): return a + [b]", "exception"),
            ("from __future__ import annotations\ndef add(a, b): return a + [b]", "exception"),
            ("def add(a, b, c): return a + [b]", "exception"),
        ],
    );
}

/// SandboxFusion has three of its problems with their tests.
#[test]
fn three_of_its_own_problems_are_judged_by_their_own_tests() {
    let Some(data) = data() else { return };
    let rows = unpacked(data.join("sandboxfusion_samples/code_eval_live_code_bench_v1.jsonl.gz"));
    let rows: Vec<Value> = String::from_utf8(rows)
        .unwrap()
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            let labels: Value = serde_json::from_str(row["labels"].as_str().unwrap()).unwrap();
            let tests = tests(row["test"].as_str().unwrap());
            let texts = |field: &str| tests[field].as_array().unwrap().clone().into_iter();
            let cases: Vec<Value> =
                texts("inputs").zip(texts("outputs")).map(|(i, o)| json!({ "input": i, "output": o })).collect();
            json!({
                "question_id": labels["task_id"], "question_content": row["content"], "contest_date": "2023-08-21",
                "public_test_cases": "[]", "private_test_cases": json!(cases).to_string(), "difficulty": "easy",
                "metadata": json!({ "func_name": tests["fn_name"] }).to_string(), "platform": "atcoder",
                "starter_code": tests["fn_name"].as_str().unwrap_or_default(),
            })
        })
        .collect();
    let swap =
        "for _ in range(int(input())):\n    print('YES' if sum(a != b for a, b in zip(input(), 'abc')) OP 2 else 'NO')";
    let seniors = "class Solution:\n    def countSeniors(self, details: List[str]) -> int:\n        return sum(int(d[11:13]) OP 60 for d in details)";
    let winner = "n, s = int(input()), input()\nt = s.count('T')\nprint('T' if 2 * t > n or 2 * t == n and s[-1] OP 'A' else 'A')";
    let [right, wrong] = [["<=", ">", "=="], ["<", ">=", "!="]];
    let tasks = ["codeforces/1873_A", "leetcode/2727", "atcoder/abc301_a"];
    let samples = |ops: [&str; 3]| {
        let codes = [swap, seniors, winner].into_iter().zip(ops).map(|(code, op)| code.replace("OP", op));
        tasks.into_iter().zip(codes).map(|(task, code)| solution(task, &code)).collect::<Vec<_>>()
    };
    let user = with_rows(&rows, &[]);
    assert_eq!(ends(&user, "v6", &samples(right)), ["passed"; 3]);
    assert_eq!(ends(&user, "v6", &samples(wrong)), ["tests"; 3]);
}

/// Their tests: JSON in an object that is pickled, deflated and in base64.
fn tests(packed: &str) -> Value {
    let script = "import base64, pickle, sys, zlib\n\
                  print(pickle.loads(zlib.decompress(base64.b64decode(sys.argv[1])))['input_output'])";
    let out =
        std::process::Command::new("python3").args(["-c", script, packed]).output().expect("python3 is installed");
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn a_predicted_output_is_read_as_the_authors_read_it() {
    let case = json!([{ "input": "[1, 2]\n3", "output": "[1, 2, 3]", "testtype": "functional" }]);
    let row = json!({
        "question_id": "2727", "test_id": 0, "question_content": "Add.", "starter_code": "def add(a, b): pass",
        "function_name": "add", "test": case.to_string(), "contest_date": "2023-05-14T00:00:00", "difficulty": "easy",
    });
    let answers = [
        ("assert add([1, 2], 3) == [1, 2, 3]", "passed"),
        ("[1, 2, 3]", "passed"),
        ("x\nassert add(1) == [1, 2] + [3.0], 'so'", "passed"),
        ("assert add([1, 2], 3) == (1, 2, 3)", "exception"),
        ("assert [1, 2, 3] == add([1, 2], 3)", "exception"),
        ("assert add([1, 2], 3) is None", "exception"),
        ("assert add([1, 2], 3) == [1, 2]", "tests"),
    ];
    let user = with_rows(&[], &[("test_generation.jsonl", &[row])]);
    let samples: Vec<Value> = answers.iter().map(|(text, _)| solution("2727/0", text)).collect();
    assert_eq!(ends(&user, "test-output", &samples), answers.map(|(_, end)| end));
    let checked = user.run("suite check ./lcb --variant test-output --data-dir data --json").done().json();
    assert_eq!(checked["golds"]["passed"], 1);
}

#[test]
fn a_functions_output_is_judged_as_the_authors_do() {
    let row = json!({
        "question_id": "2777", "id": "sample_0", "code": "def f(x: List[int]) -> int:\n    return sum(x)",
        "input": "f(x = [1, 2])", "output": "3", "contest_date": "2023-05-14T00:00:00", "difficulty": "easy",
    });
    let user = with_rows(&[], &[("execution-v2.jsonl", &[row])]);
    let samples = ["3", "1 + 2", "4", "f(x = [1, 2])"].map(|answer| solution("sample_0", answer));
    for variant in ["execution", "execution-cot"] {
        assert_eq!(ends(&user, variant, &samples), ["passed", "passed", "exception", "exception"]);
    }
}

#[test]
fn what_fails_is_repaired_once_with_the_case_that_failed() {
    let rows = [
        problem("sum", None, &[("2\n3 4\n", "7\n"), ("2\n10 -4\n", "6\n")]),
        problem("add", Some("add"), &[("[1, 2]\n3", "[1, 2, 3]")]),
    ];
    let user = with_rows(&rows, &[]);
    let prompts = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::clone(&prompts);
    let server = MockServer::start(move |call: &Call| {
        let Prompt::Chat { messages } = &call.prompt else { panic!("{:?}", call.prompt) };
        let question = messages[1].content.clone();
        let is_function = question.contains("add");
        let is_repair = question.contains("The above code is incorrect");
        let code = match (is_function, is_repair) {
            (false, false) => "print(7)",
            (false, true) => "n = input()\nprint(sum(map(int, input().split())))",
            (true, false) => "def add(a, b): return a",
            (true, true) => "def add(a, b): return a + [b]",
        };
        asked.lock().unwrap().push(question);
        Answer::text(format!("So:\n```python\n{code}\n```\n"))
    })
    .unwrap();
    let url = server.url();
    let line =
        format!("run ./lcb --variant self-repair-v6 --data-dir data --base-url {url} --model m -o run.assay --json");
    let json = user.run(&line).done().json();
    assert_eq!(json["pass_at_k"]["1"]["value"], 1.0, "{json}");
    assert_eq!(json["metrics"]["turn1_pass@1"]["value"], 0.0, "{json}");
    let prompts = prompts.lock().unwrap().clone();
    let repair = |code: &str| prompts.iter().find(|p| p.contains("incorrect") && p.contains(code)).unwrap().clone();
    let told = "Input: 2\n10 -4\n\nGenerated Output: 7\n\nExpected: 6\n";
    assert!(repair("print(7)").contains(&format!("and got a wrong answer.\n{told}")), "{}", repair("print(7)"));
    let called = repair("return a\n");
    assert!(called.contains("and got a wrong answer.\ncases: "), "{called}");
    assert_eq!(prompts.len(), 4);
}

/// There is nothing to prove code generation with, and the check says so.
#[test]
fn a_check_says_that_there_are_no_gold_answers() {
    let user = with_rows(&[problem("sum", None, &[("1", "1")])], &[]);
    let checked = user.run("suite check ./lcb --variant v6 --data-dir data").done();
    let text = checked.text();
    assert!(text.contains("nothing is wrong, and nothing proves the suite: no gold answer was executed"), "{text}");
}

#[test]
fn data_that_nothing_pins_is_pulled_by_its_name_and_told() {
    let user = with_rows(&[], &[]);
    user.write("elsewhere/test_generation.jsonl", "{}\n");
    let pull = "suite pull ./lcb --variant test-output --from elsewhere/test_generation.jsonl --data-dir pulled";
    let pulled = user.run(pull).done().text();
    assert!(pulled.contains("which nothing pins"), "{pulled}");
    assert!(user.path("pulled/livecodebench/test_generation.jsonl").is_file());
    let other = user.run("suite pull ./lcb --variant v6 --from elsewhere/test_generation.jsonl --data-dir pulled");
    other.fails(4, &["none of livecodebench's data has sha256"]);
}
