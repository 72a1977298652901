use assay_api::{Entry, Limits, Program, SourceFile};

/// A solution of the size that HumanEval's have.
const SOLUTION: &str = r"// Merge closed integer ranges that overlap or lie at most `gap` apart, and return them
// sorted. A range whose ends are swapped is read the right way round.
// >>> mergeRanges([[5, 7], [1, 2]], 1)
// [[1, 2], [5, 7]]
const mergeRanges = (ranges, gap) => {
  const merged = [];
  const sorted = ranges.map(([a, b]) => [Math.min(a, b), Math.max(a, b)]).sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  for (const [low, high] of sorted) {
    const last = merged[merged.length - 1];
    if (last && low - last[1] <= gap) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
};
";

/// Its tests.
const TESTS: &str = r"const testMergeRanges = () => {
  const same = (a, b) => console.assert(JSON.stringify(a) === JSON.stringify(b));
  same(mergeRanges([], 0), []);
  same(mergeRanges([[1, 1]], 0), [[1, 1]]);
  same(mergeRanges([[5, 7], [1, 2]], 1), [[1, 2], [5, 7]]);
  same(mergeRanges([[4, 7], [3, 1]], 1), [[1, 7]]);
  same(mergeRanges([[1, 9], [2, 3]], 0), [[1, 9]]);
  same(mergeRanges([[1, 2], [4, 5]], 2), [[1, 5]]);
  same(mergeRanges(Array.from({ length: 50 }, (_, i) => [3 * i, 3 * i + 1]), 2), [[0, 148]]);
};

testMergeRanges();
";

/// The same as a file of Jest's.
const JEST: &str = r"const { mergeRanges } = require('./solution');

describe('mergeRanges', () => {
  test('nothing', () => { expect(mergeRanges([], 0)).toEqual([]); });
  test('one', () => { expect(mergeRanges([[1, 1]], 0)).toEqual([[1, 1]]); });
  test('two apart', () => { expect(mergeRanges([[5, 7], [1, 2]], 1)).toEqual([[1, 2], [5, 7]]); });
  test('swapped ends', () => { expect(mergeRanges([[4, 7], [3, 1]], 1)).toEqual([[1, 7]]); });
  test('one in another', () => { expect(mergeRanges([[1, 9], [2, 3]], 0)).toEqual([[1, 9]]); });
  test('with a gap', () => { expect(mergeRanges([[1, 2], [4, 5]], 2)).toEqual([[1, 5]]); });
  test('many', () => {
    expect(mergeRanges(Array.from({ length: 50 }, (_, i) => [3 * i, 3 * i + 1]), 2)).toEqual([[0, 148]]);
  });
});
";

/// A program that does nothing: what every program pays.
#[must_use]
pub fn javascript_nothing() -> Program {
    let path = "main.js".to_owned();
    program(vec![file("main.js", "1+1")], Entry::script(path))
}

/// A function with its tests in one global scope.
#[must_use]
pub fn javascript_function_with_tests() -> Program {
    let entry = Entry::tests("solution.js", "tests.js");
    program(vec![file("solution.js", SOLUTION), file("tests.js", TESTS)], entry)
}

/// A module with a test file of Jest's, which has seven tests.
#[must_use]
pub fn javascript_jest_file() -> Program {
    let solution = format!("{SOLUTION}\nmodule.exports = {{ mergeRanges }};\n");
    let entry = Entry::tests("solution.js", "solution.test.js");
    program(vec![file("solution.js", &solution), file("solution.test.js", JEST)], entry)
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

fn program(files: Vec<SourceFile>, entry: Entry) -> Program {
    let runtime = "javascript".to_owned();
    Program { runtime, files, entry, stdin: String::new(), limits: Limits::default(), seed: 0 }
}
