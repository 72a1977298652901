use assay_api::{Entry, Outcome, Status};

use crate::support::{completed, judged, pool};

fn judge(candidate: &str, judge: &str) -> Outcome {
    pool().execute(judged(candidate, judge))
}

fn passed(outcome: &Outcome) -> bool {
    outcome.status == completed(0) && outcome.record.as_ref().is_some_and(|record| record.passed())
}

#[test]
fn a_message_goes_in_and_an_answer_comes_out() {
    let outcome = judge(
        "const { serve } = require('assay'); serve(async (message) => message.toUpperCase());",
        "const { call, test } = require('assay'); test('upper', call('abc') === 'ABC'); test('again', call('é') === 'É');",
    );
    assert!(passed(&outcome), "{outcome:?}");
    assert_eq!(outcome.record.expect("there are tests").tests.len(), 2);
}

#[test]
fn values_arrive_as_they_were_sent() {
    let value = "[undefined, null, true, -0, NaN, Infinity, 1.5, 'é\\u0000', 2n ** 70n, [1, , 3], { a: { b: [] } }, \
        new Map([[{ k: 1 }, new Set([1, 'x'])]]), new Date(5), new TypeError('no')]";
    let outcome = judge(
        "const { serve, encode, decode } = require('assay'); serve((m) => encode(decode(m)));",
        &format!(
            "const {{ call, encode, decode }} = require('assay'); const assert = require('assert');\n\
            const sent = {value}; const got = decode(call(encode(sent))); assert.deepStrictEqual(got, sent); assert.ok(Object.is(got[3], -0));"
        ),
    );
    assert!(passed(&outcome), "{outcome:?}");
}

#[test]
fn what_is_no_value_is_refused() {
    let outcome = judge(
        "",
        "const { encode, decode, BadValue } = require('assay'); const assert = require('assert');\n\
         const circle = []; circle.push(circle);\n\
         for (const bad of [circle, () => 1, Symbol('x'), { get a() { return 1; } }]) assert.throws(() => encode(bad), BadValue);\n\
         for (const bad of ['', '[', '{}', '[\"x\"]', '[\"i\",\"z\"]', '[[]]', '[\"o\",1,2]', '['.repeat(300)]) assert.throws(() => decode(bad), BadValue, bad);",
    );
    assert!(passed(&outcome), "{outcome:?}");
}

#[test]
fn a_candidate_that_ends_is_told_and_the_judge_goes_on() {
    let judge_source = "const { call, CandidateEnded } = require('assay');\n\
        try { call('x'); } catch (e) { console.log(e instanceof CandidateEnded, e.status, e.detail); }";
    for (candidate, told) in [
        ("throw new Error('early');", "true exception Error: early\n"),
        ("require('assay').serve(() => { for (;;); });", "true out_of_fuel \n"),
        ("process.exit(0);", "true completed \n"),
    ] {
        let outcome = judge(candidate, judge_source);
        assert_eq!(outcome.stdout.text(), told, "{candidate}: {outcome:?}");
        assert!(outcome.candidate.is_some());
    }
}

#[test]
fn the_judges_tests_are_not_the_candidates_to_change() {
    let outcome = judge(
        "Array.prototype.push = () => 0; require('assay').serve(() => 'wrong');",
        "const { call, test } = require('assay'); test('right', call('') === 'right');",
    );
    assert!(!passed(&outcome) && matches!(outcome.status, Status::Completed { exit_code: 0 }));
}

#[test]
fn functions_of_a_candidate_are_not_called_from_tests() {
    let mut program = judged("exports.f = () => 1;", "f();");
    let Entry::Judged { candidate, .. } = &mut program.entry else { unreachable!() };
    candidate.functions = true;
    let Status::Infra { why } = pool().execute(program).status else { panic!("it was executed") };
    assert!(why.contains("the runtime javascript cannot call a candidate's functions"), "{why}");
}
