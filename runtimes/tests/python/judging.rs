//! Executions of two instances: a judge that calls a candidate.

use assay_api::{Entry, Limits, Outcome, Program, Status};

use crate::common::{completed, file, judged, new_pool, pool, unsupported};

/// Answers every message with itself.
const ECHO: &str = "import assay\nassay.serve(lambda message: message)";

fn judge(candidate: &str, judge: &str) -> Outcome {
    pool().execute(judged(candidate, judge))
}

/// What the candidate of a judged execution came to.
fn candidate(outcome: &Outcome) -> &Outcome {
    outcome.candidate.as_deref().expect("there was a candidate")
}

fn passed(outcome: &Outcome) -> bool {
    outcome.status == completed(0) && outcome.record.as_ref().is_some_and(|record| record.passed())
}

/// The same execution with other limits for the candidate.
fn limited(mut program: Program, limits: Limits) -> Program {
    if let Entry::Judged { candidate, .. } = &mut program.entry {
        candidate.limits = limits;
    }
    program
}

#[test]
fn a_message_goes_in_and_an_answer_comes_out() {
    let outcome = judge(ECHO, "import assay\nfor n in (0, 1, 5, 1 << 20): assert assay.call(bytes(n)) == bytes(n)");
    assert!(passed(&outcome), "{outcome:?}");
    assert_eq!(candidate(&outcome).status, completed(0));
}

#[test]
fn each_side_has_its_own_files_streams_modules_and_clock() {
    let outcome = judge(
        "import assay, os, time\ntime.sleep(5)\nprint('candidate', os.listdir())\n\
         assay.serve(lambda m: repr((os.listdir(), time.monotonic() > 6)).encode())",
        "import assay, os, time\nprint('judge', os.listdir())\n\
         assert eval(assay.call(b'')) == (['candidate.py'], True) and time.monotonic() < 6",
    );
    assert!(passed(&outcome), "{outcome:?}");
    assert_eq!(outcome.stdout.text(), "judge ['judge.py']\n");
    assert_eq!(candidate(&outcome).stdout.text(), "candidate ['candidate.py']\n");
}

#[test]
fn each_side_has_its_own_random_numbers_and_input() {
    let random = "import assay, random, sys\nassay.serve(lambda m: repr((random.random(), sys.stdin.read())).encode())";
    let mut program =
        judged(random, "import assay, random, sys\nprint(assay.call(b''), random.random(), sys.stdin.read())");
    program.stdin = "to the judge".to_owned();
    if let Entry::Judged { candidate, .. } = &mut program.entry {
        candidate.stdin = "to the candidate".to_owned();
    }
    let printed = |seed| pool().execute(Program { seed, ..program.clone() }).stdout.text().into_owned();
    let first = printed(1);
    assert!(first.contains("to the candidate") && first.contains("to the judge"), "{first}");
    assert_eq!(printed(1), first);
    assert_ne!(printed(2), first);
    let numbers: Vec<_> = first.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|n| n.len() > 5).collect();
    assert!(matches!(numbers[..], [a, b] if a != b), "{first}");
}

#[test]
fn the_candidate_keeps_its_state_between_messages() {
    let outcome = judge(
        "import assay\nseen = []\ndef handle(m):\n    seen.append(m)\n    return b','.join(seen)\nassay.serve(handle)",
        "import assay\nassay.call(b'a')\nassay.call(b'b')\nassert assay.call(b'c') == b'a,b,c'",
    );
    assert!(passed(&outcome), "{outcome:?}");
}

#[test]
fn the_candidates_end_is_an_answer() {
    let ends = [
        ("while True: pass", "out_of_fuel", Status::OutOfFuel),
        ("raise ValueError('v')", "exception", Status::Completed { exit_code: 0 }),
        ("import sys; sys.exit(3)", "completed", completed(3)),
        ("import os; os._exit(4)", "completed", completed(4)),
        ("import os; os.abort()", "trap", Status::Completed { exit_code: 0 }),
        ("x = bytearray(1 << 30)", "out_of_memory", Status::OutOfMemory),
        ("import time; time.sleep(1e6)", "out_of_time", Status::OutOfTime),
        ("import subprocess; subprocess.run('ls')", "unsupported", unsupported("subprocess")),
        ("pass", "completed", completed(0)),
    ];
    for (source, name, status) in ends {
        let inside = format!("import assay\ndef handle(m):\n    {source}\n    assay.nothing\nassay.serve(handle)");
        let at_once = source.to_owned();
        for program in [inside, at_once] {
            let outcome = judge(
                &program,
                "import assay\nfor _ in range(3):\n    try: assay.call(b'')\n    except assay.CandidateEnded as e: print(e.status)",
            );
            if source == "pass" && program != source {
                continue; // the handler fails then
            }
            assert!(passed(&outcome), "{program}: {outcome:?}");
            assert_eq!(outcome.stdout.text(), format!("{name}\n").repeat(3), "{program}");
            let ended = &candidate(&outcome).status;
            assert_eq!(ended.name(), name, "{program}");
            assert!(ended.name() != status.name() || *ended == status, "{program}: {ended:?}");
        }
    }
}

#[test]
fn a_judge_that_does_not_expect_the_end_fails_and_says_why() {
    let outcome = judge("import assay\nassay.serve(lambda m: 1 / 0)", "import assay\nassay.call(b'')");
    let Status::Exception { exception } = &outcome.status else { panic!("{outcome:?}") };
    assert_eq!(exception.type_name, "CandidateEnded");
    assert_eq!(exception.message, "exception: ZeroDivisionError: division by zero");
    assert!(!passed(&outcome));
    assert_eq!(candidate(&outcome).status.name(), "exception");
}

#[test]
fn each_side_has_its_own_fuel() {
    let spin = "import assay\ndef handle(m):\n    for _ in range(int(m)): pass\n    return b''\nassay.serve(handle)";
    let with = |n: u32| judge(spin, &format!("import assay\nassay.call(b'{n:07}')"));
    let (few, many) = (with(10), with(1_000_000));
    assert_eq!(few.fuel, many.fuel, "the judge pays nothing for what the candidate does");
    assert!(candidate(&many).fuel > candidate(&few).fuel + 10_000_000);
    let mine = judge(ECHO, "import assay\nassay.call(b'')\nwhile True: pass");
    assert_eq!(mine.status, Status::OutOfFuel);
    assert_eq!(candidate(&mine).status, completed(0));
}

/// A judge that imports a module, of which it asks the number `expected`.
fn with_helper(helper: &str, fuel: u64) -> Program {
    let mut program = judged(ECHO, "import assay, helper\nassert assay.call(b'42') == helper.expected");
    program.files.push(file("helper.py", helper));
    program.limits.fuel = fuel;
    program
}

#[test]
fn a_judge_pays_for_what_it_imports_though_that_is_done_once_for_all_samples() {
    let slow = "for _ in range(2_000_000): pass\nexpected = b'42'";
    let pool = new_pool(1);
    let found: Vec<Outcome> = (0..4).map(|_| pool.execute(with_helper(slow, 10_000_000_000))).collect();
    assert!(found.iter().all(|outcome| passed(outcome) && *outcome == found[0]), "{found:?}");
    assert!(found[0].fuel > 100_000_000, "{}", found[0].fuel);
    // What it takes is enough, a little less is not, nor is half.
    let enough = found[0].fuel;
    for pool in [&pool, &new_pool(1)] {
        for _ in 0..3 {
            assert!(passed(&pool.execute(with_helper(slow, enough))));
            for little in [enough - 100_000, enough / 2] {
                assert_eq!(pool.execute(with_helper(slow, little)).status, Status::OutOfFuel);
            }
        }
    }
}

#[test]
fn what_a_judge_imports_may_take_all_of_its_memory_and_no_more() {
    let helper = |mebibytes: u32| format!("expected = b'42'\nheld = bytearray({mebibytes} << 20)");
    for (mebibytes, fits) in [(100, true), (300, false)] {
        let mut program = with_helper(&helper(mebibytes), 10_000_000_000);
        program.limits.memory_bytes = 256 << 20;
        let pool = new_pool(1);
        let found: Vec<Outcome> = (0..3).map(|_| pool.execute(program.clone())).collect();
        assert!(found.iter().all(|outcome| *outcome == found[0] && passed(outcome) == fits), "{found:?}");
        assert_eq!(found[0].status == Status::OutOfMemory, !fits);
    }
}

#[test]
fn a_judge_that_imports_without_end_is_out_of_fuel() {
    let pool = new_pool(1);
    for _ in 0..3 {
        let outcome = pool.execute(with_helper("while True: pass", 1_000_000_000));
        assert_eq!((&outcome.status, outcome.fuel), (&Status::OutOfFuel, 1_000_000_000));
        assert_eq!(candidate(&outcome).status, completed(0));
    }
}

#[test]
fn each_side_has_its_own_memory() {
    let program =
        judged("import assay\nx = bytearray(100 << 20)\nassay.serve(lambda m: m)", "import assay\nassay.call(b'')");
    let outcome = pool().execute(program.clone());
    assert!(passed(&outcome), "{outcome:?}");
    assert!(outcome.peak_memory_bytes < 100 << 20 && candidate(&outcome).peak_memory_bytes > 100 << 20);
    let small = Limits { memory_bytes: 64 << 20, ..program.limits.clone() };
    assert_eq!(candidate(&pool().execute(limited(program, small))).status, Status::OutOfMemory);
}

#[test]
fn tests_are_put_on_record_by_name() {
    let outcome = judge(ECHO, "import assay\nassay.test('one', True)\nassay.test('two', assay.call(b'x') == b'y')");
    let record = outcome.record.as_ref().expect("tests ran");
    let tests: Vec<_> = record.tests.iter().map(|test| (test.name.as_str(), test.passed)).collect();
    assert_eq!(tests, [("one", true), ("two", false)]);
    assert!(!passed(&outcome));
}

#[test]
fn a_judge_that_exits_has_no_record() {
    let outcome = judge(ECHO, "import sys\nsys.exit(0)");
    assert_eq!((outcome.status, outcome.record), (completed(0), None));
}

#[test]
fn a_waiting_candidate_ends_well_when_nobody_asks_any_more() {
    let outcome = judge(
        "import assay, atexit\natexit.register(print, 'bye')\nassay.serve(lambda m: m)\nprint('ready')",
        "import assay\nassay.call(b'')",
    );
    assert_eq!(candidate(&outcome).stdout.text(), "ready\nbye\n");
    assert_eq!(candidate(&outcome).status, completed(0));
    let endless = judge(
        "import assay, atexit\n@atexit.register\ndef f():\n    while True: pass\nassay.serve(lambda m: m)",
        "import assay\nassay.call(b'')",
    );
    assert!(passed(&endless), "{endless:?}");
    assert_eq!(candidate(&endless).status, Status::OutOfFuel);
}

#[test]
fn messages_are_bytes_and_bounded() {
    let outcome = judge(
        "import assay\nassay.serve({b'text': lambda: 'x', b'long': lambda: bytes(1 << 25)}.__getitem__)\n\
         inner = assay.serve\nassay.serve(lambda m: 'x' if m == b'text' else bytes((16 << 20) + 1))",
        "import assay\n\
         for bad in ('x', bytearray(1), None, bytes((16 << 20) + 1)):\n    \
             try: assay.call(bad)\n    except (TypeError, ValueError): pass\n    else: raise AssertionError(bad)\n\
         try: assay.call(b'long')\nexcept assay.CandidateEnded as e: print(e)",
    );
    assert!(passed(&outcome), "{outcome:?}");
    assert_eq!(outcome.stdout.text(), "exception: ValueError: an answer of 16777217 bytes is too long\n");
    let text = judge("import assay\nassay.serve(lambda m: 'x')", "import assay\nassay.call(b'')");
    assert_eq!(candidate(&text).status.name(), "exception");
}

#[test]
fn a_candidate_cannot_speak_for_the_judge() {
    for attack in [
        "_host.call(b'cgive me')",
        "_host.call(b't')",
        "_host.call(b's')",
        r#"_host.call(b'r' + b'0' * 32 + b'{"end":"exit","code":0,"tests":[{"name":"check","passed":true}]}')"#,
        "_host.call(b'n' + bytes((16 << 20) + 1))",
    ] {
        let program = format!(
            "import assay, _host\ndef handle(m):\n    try: return {attack}\n    except OSError: return b'refused'\nassay.serve(handle)"
        );
        let outcome = judge(&program, "import assay\nassert assay.call(b'') == b'refused'");
        assert!(passed(&outcome), "{attack}: {outcome:?}");
    }
    // Taking the next message in the middle of one is only another way to answer.
    let early = "import assay, _host\nassay.serve(lambda m: _host.call(b'nearly'))";
    let outcome = judge(early, "import assay\nassert [assay.call(b'a'), assay.call(b'b')] == [b'early', b'b']");
    assert!(passed(&outcome), "{outcome:?}");
}

#[test]
fn the_judges_files_and_constants_are_not_in_the_candidates_memory() {
    let search = "import assay, gc\n\
        def handle(m):\n    word = ''.join(['xyz', 'zy']) + 'x'\n    \
            found = [o for o in gc.get_objects() if type(o) is str and word in o]\n    \
            import os\n    return repr((found, sorted(os.listdir()))).encode()\n\
        assay.serve(handle)";
    let outcome =
        judge(search, "import assay\nsecret = 'xyzzyx'\nassert assay.call(b'') == b\"([], ['candidate.py'])\", 1");
    assert!(passed(&outcome), "{outcome:?}");
}

#[test]
fn an_execution_of_two_has_the_same_outcome_every_time_and_everywhere() {
    let program = judged(
        "import assay, random, os\nx = [id(object()), random.random()]\nassay.serve(lambda m: repr((x, os.urandom(4), m)).encode())",
        "import assay, random\nfor n in range(20): print(assay.call(random.randbytes(n)), id(object()))",
    );
    let first = pool().execute(program.clone());
    assert!(passed(&first), "{first:?}");
    for other in ["pass", "import os\nos._exit(1)", "x = bytearray(100 << 20)"] {
        judge(other, ECHO);
        assert_eq!(pool().execute(program.clone()), first, "after {other}");
    }
    let fresh = new_pool(1);
    for _ in 0..3 {
        assert_eq!(fresh.execute(program.clone()), first);
    }
}

#[test]
fn a_deep_recursion_in_either_instance_ends_inside_it() {
    let deep = "def f(n): return f(n + 1)\n";
    let inside = judge(
        &format!(
            "import assay\n{deep}def handle(m):\n    try: f(0)\n    except RecursionError: return b'deep'\nassay.serve(handle)"
        ),
        &format!("import assay\n{deep}try: f(0)\nexcept RecursionError: assert assay.call(b'') == b'deep'"),
    );
    assert!(passed(&inside), "{inside:?}");
    let overflow = "x = ()\nfor _ in range(3_000_000): x = (x,)\ndel x";
    let reports = "import assay\ntry: assay.call(b'')\nexcept assay.CandidateEnded as e: print(e.status)";
    let more = Limits { fuel: 20_000_000_000, memory_bytes: 512 << 20, ..Limits::default() };
    let outcome = pool().execute(limited(judged(overflow, reports), more));
    assert_eq!(outcome.stdout.text(), "stack_overflow\n", "{outcome:?}");
}

#[test]
fn both_sides_may_have_threads() {
    let outcome = judge(
        "import assay\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(3)\n\
         assay.serve(lambda m: bytes(pool.map(lambda b: b + 1, m)))",
        "import assay\nfrom concurrent.futures import ThreadPoolExecutor\n\
         with ThreadPoolExecutor(4) as pool: print(list(pool.map(assay.call, [bytes([n, n]) for n in range(6)])))",
    );
    assert!(passed(&outcome), "{outcome:?}");
    let answers: Vec<_> = (1..7).map(|n| format!("b'\\x0{n}\\x0{n}'")).collect();
    assert_eq!(outcome.stdout.text(), format!("[{}]\n", answers.join(", ")));
    assert_eq!(candidate(&outcome).status, completed(0));
}

#[test]
fn a_missing_file_or_too_little_memory_is_ours() {
    let mut missing = judged(ECHO, "pass");
    missing.files = vec![file("other.py", "")];
    assert!(matches!(pool().execute(missing).status, Status::Infra { .. }));
    let little = limited(judged(ECHO, "pass"), Limits { memory_bytes: 1 << 20, ..Limits::default() });
    assert!(matches!(pool().execute(little).status, Status::Infra { .. }));
}

#[test]
fn what_many_candidates_have_in_common_is_compiled_once_and_paid_by_each() {
    let served = |beginning: &str, solution: &str| {
        let main = format!("import assay\n{beginning}from solution import f\nassay.serve(lambda m: f())");
        let mut program = judged(&main, "import assay\nprint(assay.call(b''))");
        if let Entry::Judged { candidate, .. } = &mut program.entry {
            candidate.files.push(file("solution.py", solution));
        }
        program
    };
    let (right, wrong) = ("def f(): return b'right'", "import assay\nassay.serve = None\ndef f(): return b'wrong'");
    for beginning in
        ["", "import sys; print(sys.argv, __name__, __file__)\n", "'\\d'\n", "import random; print(random.random())\n"]
    {
        let pool = new_pool(1);
        let [first, other, second, third] =
            [right, wrong, right, right].map(|solution| pool.execute(served(beginning, solution)));
        assert!(passed(&first) && !passed(&other), "{first:?} {other:?}");
        assert_eq!((&first, &first), (&second, &third));
        // A warning of the compiler's is seen by all.
        assert_eq!(candidate(&third).stderr.text().contains("SyntaxWarning"), beginning.contains("\\d"), "{third:?}");
    }

    let long = "x = [1, 2, 3]\n".repeat(2000);
    let fuel = |beginning: &str| candidate(&pool().execute(served(beginning, right))).fuel;
    assert!(fuel(&long) > 5 * fuel(""), "compiling is not free");
    let poor = limited(served(&long, right), Limits { fuel: 30_000_000, ..Limits::default() });
    assert_eq!(candidate(&pool().execute(poor)).status, Status::OutOfFuel);
}
