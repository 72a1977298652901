import assert from 'node:assert/strict';
import test from 'node:test';
import { makeRealm } from './support/prelude.js';

/** Runs a test file with Jest's globals; gives `[[name, 'passed' | 'skipped' | message], ...]`. */
async function run(source, realm = makeRealm()) {
  realm.installTests();
  await realm.evaluate(`(async () => { ${source}\n })()`);
  await realm.testing.run();
  const results = realm.testing.results();
  return [...results].map(({ name, passed, skipped, exception }) => [name, skipped ? 'skipped' : passed ? 'passed' : exception?.message ?? exception]);
}

const gives = (name, source, expected) => test(name, async () => assert.deepEqual(await run(source), expected));
const order = async (source) => {
  const realm = makeRealm();
  realm.evaluate('globalThis.log = []');
  await run(source, realm);
  return realm.evaluate('log.join(" ")');
};

gives('names join the suites around a test', 'describe("a", () => { describe("b", () => { it("c", () => {}); }); test("d", () => {}); }); test("e", () => {});', [['a > b > c', 'passed'], ['a > d', 'passed'], ['e', 'passed']]);
gives('a failure is told in Jest\'s words', 'test("t", () => { expect(1 + 1).toBe(3); });', [['t', 'expect(received).toBe(expected) // Object.is equality\n\nExpected: 3\nReceived: 2']]);
gives('a deep difference is shown as Jest shows it', 'test("t", () => { expect({ a: [1, 2], b: "x" }).toEqual({ a: [1, 3], b: "x" }); });', [['t', 'expect(received).toEqual(expected) // deep equality\n\n- Expected  - 1\n+ Received  + 1\n\n  Object {\n    "a": Array [\n      1,\n-     3,\n+     2,\n    ],\n    "b": "x",\n  }']]);
gives('matchers hold and their negations fail', `
  test("ok", () => {
    expect([1, { a: undefined }]).toEqual([1, {}]); expect({ a: undefined }).not.toStrictEqual({}); expect(0.1 + 0.2).toBeCloseTo(0.3); expect(() => { throw new TypeError("bad x"); }).toThrow(TypeError);
    expect(() => { throw new Error("bad x"); }).toThrow("bad"); expect(() => { throw new Error("bad x"); }).toThrow(/x$/); expect(() => { throw new Error("m"); }).toThrow(new Error("m")); expect({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { c: 2 } });
    expect("abc").toMatch(/b/); expect([1, 2]).toContain(2); expect([{ a: 1 }]).toContainEqual({ a: 1 }); expect("abc").toHaveLength(3); expect({ a: { b: 1 } }).toHaveProperty("a.b", 1); expect(null).toBeNull(); expect(undefined).toBeUndefined(); expect(1).toBeDefined(); expect(1).toBeTruthy(); expect(0).toBeFalsy(); expect(NaN).toBeNaN();
    expect(3).toBeGreaterThan(2); expect(3).toBeLessThanOrEqual(3); expect([]).toBeInstanceOf(Array); expect({ a: 1, t: "x" }).toEqual({ a: expect.any(Number), t: expect.stringMatching(/x/) }); expect([3, 1]).toEqual(expect.arrayContaining([1])); expect({ a: 1, b: 2 }).toEqual(expect.objectContaining({ a: 1 })); expect(5).toEqual(expect.anything()); expect(0.3).toEqual(expect.closeTo(0.1 + 0.2));
    expect(new Map([[1, { a: 1 }]])).toEqual(new Map([[1, { a: 1 }]])); expect(new Set([[1]])).toEqual(new Set([[1]])); expect(() => { throw new Error("z"); }).toThrowError("z"); expect([1, , 3]).toEqual([1, undefined, 3]); expect(new Date(1)).toEqual(new Date(1));
  });
  test("not", () => { expect(1).not.toBe(1); }); test("throws nothing", () => { expect(() => {}).toThrow("x"); }); test("map", () => { expect(new Map([[1, 2]])).toEqual(new Map([[1, 3]])); });`,
[['ok', 'passed'], ['not', 'expect(received).not.toBe(expected) // Object.is equality\n\nExpected: not 1'], ['throws nothing', 'expect(received).toThrow(expected)\n\nExpected substring: "x"\n\nReceived function did not throw'], ['map', 'expect(received).toEqual(expected) // deep equality\n\n- Expected  - 1\n+ Received  + 1\n\n  Map {\n-   1 => 3,\n+   1 => 2,\n  }']]);
gives('promises are expected', `
  test("resolves", async () => { await expect(Promise.resolve(1)).resolves.toBe(1); }); test("rejects", async () => { await expect(Promise.reject(new Error("no"))).rejects.toThrow("no"); }); test("resolved instead", () => expect(Promise.resolve(1)).rejects.toThrow());
  test("not", async () => { await expect(Promise.resolve(1)).resolves.not.toBe(2); });`,
[['resolves', 'passed'], ['rejects', 'passed'], ['resolved instead', 'expect(received).rejects.toThrow()\n\nReceived promise resolved instead of rejected\nResolved to value: 1'], ['not', 'passed']]);
gives('mocks remember their calls', `
  test("fn", () => { const f = jest.fn((x) => x * 2); f(1); f(2, 3); expect(f).toHaveBeenCalledTimes(2); expect(f).toHaveBeenCalledWith(1); expect(f).toHaveBeenLastCalledWith(2, 3); expect(f.mock.calls).toEqual([[1], [2, 3]]); expect(f.mock.results[0]).toEqual({ type: "return", value: 2 }); expect(f).toHaveReturnedWith(4); expect(f).toBeCalled(); });
  test("once", async () => { const f = jest.fn().mockReturnValue(0).mockReturnValueOnce(1).mockResolvedValueOnce(2); expect([f(), await f(), f()]).toEqual([1, 2, 0]); await expect(jest.fn().mockRejectedValue(new Error("r"))()).rejects.toThrow("r"); });
  test("spy", () => { const o = { m: () => 1 }; const s = jest.spyOn(o, "m").mockImplementation(() => 5); expect(o.m()).toBe(5); s.mockRestore(); expect(o.m()).toBe(1); jest.spyOn(o, "m").mockReturnValue(7); jest.restoreAllMocks(); expect(o.m()).toBe(1); });
  test("fails", () => { const f = jest.fn(); f("a"); expect(f).toHaveBeenCalledWith("b"); });`,
[['fn', 'passed'], ['once', 'passed'], ['spy', 'passed'], ['fails', 'expect(jest.fn()).toHaveBeenCalledWith(...expected)\n\nExpected: "b"\nReceived: "a"\n\nNumber of calls: 1']]);
gives('tables make tests with Jest\'s titles', `
  test.each([[1, 2, 3], [2, 2, 4]])("%i + %i = %p", (a, b, c) => { expect(a + b).toBe(c); }); test.each(["x", "y"])("one %s %#", (v) => {}); test.each([{ a: 1, b: { c: 2 } }])("$a and $b.c and $b", () => {});
  test.each\`
    a | b | sum
    \${1} | \${1} | \${2}
    \${1} | \${2} | \${4}
  \`("$a+$b=$sum", ({ a, b, sum }) => { expect(a + b).toBe(sum); });
  describe.each([["n", 1]])("suite %s", (n, v) => { it("uses " + v, () => {}); }); test.each([[1]])("done %i", (n, done) => { setTimeout(done, 1); });`,
[['1 + 2 = 3', 'passed'], ['2 + 2 = 4', 'passed'], ['one x 0', 'passed'], ['one y 1', 'passed'], ['1 and 2 and {"c": 2}', 'passed'], ['1+1=2', 'passed'], ['1+2=4', 'expect(received).toBe(expected) // Object.is equality\n\nExpected: 4\nReceived: 3'], ['suite n > uses 1', 'passed'], ['done 1', 'passed']]);
gives('tests are skipped, chosen and expected to fail', 'test.only("a", () => {}); test("b", () => { throw 1; }); describe.only("s", () => { it("c", () => {}); }); describe("t", () => { it("d", () => {}); fit("e", () => {}); }); test.skip("f", () => { throw 1; }); test.todo("g");', [['a', 'passed'], ['b', 'skipped'], ['s > c', 'passed'], ['t > d', 'skipped'], ['t > e', 'passed'], ['f', 'skipped'], ['g', 'skipped']]);
gives('xit and xdescribe are skipped; failing tests must fail', 'xit("a", () => { throw 1; }); xdescribe("s", () => { it("b", () => { throw 1; }); }); test.failing("c", () => { throw 1; }); test.failing("d", () => {});', [['a', 'skipped'], ['s > b', 'skipped'], ['c', 'passed'], ['d', 'Failing test passed even though it was supposed to fail. Remove `.failing` to remove error.']]);
gives('asynchronous tests end by their promise or done', 'test("p", () => new Promise((r) => setTimeout(r, 5))); test("d", (done) => { setTimeout(done, 1); }); test("e", (done) => { done(new Error("said")); }); test("f", async () => { throw new Error("late"); }); test("g", (done) => { done.fail(new Error("failed")); });', [['p', 'passed'], ['d', 'passed'], ['e', 'said'], ['f', 'late'], ['g', 'failed']]);
gives('expected numbers of assertions are counted', 'test("a", () => { expect.assertions(2); expect(1).toBe(1); }); test("b", () => { expect.hasAssertions(); }); test("c", () => { expect.assertions(1); expect([1]).toEqual([1]); });', [['a', 'expect.assertions(2)\n\nExpected two assertions to be called but received one assertion call.'], ['b', 'expect.hasAssertions()\n\nExpected at least one assertion to be called but received none.'], ['c', 'passed']]);
gives('a hook\'s failure fails its tests', 'describe("s", () => { beforeAll(() => { throw new Error("all"); }); it("a", () => {}); it("b", () => {}); }); describe("t", () => { beforeEach(() => { throw new Error("each"); }); it("c", () => {}); }); describe("u", () => { afterEach(() => { throw new Error("after"); }); it("d", () => {}); });', [['s > a', 'all'], ['s > b', 'all'], ['t > c', 'each'], ['u > d', 'after']]);
gives('Mocha\'s context has timeouts and skips', 'describe("s", function () { this.timeout(50); before(function () {}); it("a", function () { this.timeout(20); this.skip(); }); it("b", function (done) { this.timeout(5); }); it("pending"); });', [['s > a', 'skipped'], ['s > b', 'Exceeded timeout of 5 ms for a test.'], ['s > pending', 'skipped']]);
gives('a test that takes too long fails by its own limit', 'test("a", () => new Promise(() => {}), 5); test("b", () => {}); jest.setTimeout(7); test("c", () => new Promise(() => {}));', [['a', 'Exceeded timeout of 5 ms for a test.'], ['b', 'passed'], ['c', 'Exceeded timeout of 7 ms for a test.']]);
gives('matchers can be added', 'expect.extend({ toBeEven(n) { return { pass: n % 2 === 0, message: () => `${n} is odd` }; } }); test("a", () => { expect(2).toBeEven(); expect({ n: 4 }).toEqual({ n: expect.toBeEven() }); }); test("b", () => { expect(3).toBeEven(); }); test("c", () => { expect(3).not.toBeEven(); });', [['a', 'passed'], ['b', '3 is odd'], ['c', 'passed']]);
gives('inline snapshots are compared, others are unsupported', 'test("a", () => { expect({ a: 1 }).toMatchInlineSnapshot(`\n      {\n        "a": 1,\n      }\n    `); expect("x").toMatchInlineSnapshot(`"x"`); expect(() => { throw new Error("boom"); }).toThrowErrorMatchingInlineSnapshot(`"boom"`); }); test("b", () => { expect(1).toMatchSnapshot(); }); test("c", () => { jest.mock("fs"); });', [['a', 'passed'], ['b', 'unsupported: snapshot files (toMatchSnapshot)'], ['c', 'unsupported: jest.mock']]);
gives('fake timers advance by hand', 'test("a", () => { jest.useFakeTimers(); const f = jest.fn(); setTimeout(f, 1000); jest.advanceTimersByTime(999); expect(f).not.toHaveBeenCalled(); jest.advanceTimersByTime(1); expect(f).toHaveBeenCalledTimes(1); setInterval(f, 10); jest.runOnlyPendingTimers(); expect(jest.getTimerCount()).toBe(1); jest.setSystemTime(new Date("2020-01-01")); expect(new Date().getFullYear()).toBe(2020); jest.useRealTimers(); expect(Date.now()).toBeGreaterThan(1.6e12); }); test("async still works", async () => { await new Promise((r) => setTimeout(r, 1)); });', [['a', 'passed'], ['async still works', 'passed']]);

test('hooks run in Jest\'s order', async () => {
  assert.equal(await order('const h = (n) => () => { log.push(n); }; beforeAll(h("A")); afterAll(h("Z")); beforeEach(h("b1")); afterEach(h("a1")); describe("s", () => { beforeAll(h("A2")); afterAll(h("Z2")); beforeEach(h("b2")); beforeEach(h("b3")); afterEach(h("a2")); afterEach(h("a3")); it("t", h("t")); }); it("u", h("u"));'),
    'A A2 b1 b2 b3 t a2 a3 a1 Z2 b1 u a1 Z');
});

test('a test that never finishes is given up when nothing is left to happen', async () => {
  const realm = makeRealm({ clock: { setTimeout: () => 0, clearTimeout() {} } });
  realm.installTests();
  realm.evaluate('test("a", () => new Promise(() => {})); test("b", () => {});');
  const running = realm.testing.run();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(realm.testing.giveUp(), true);
  await running;
  const results = realm.testing.results();
  assert.deepEqual([...results].map(({ name, passed }) => [name, passed]), [['a', false], ['b', true]]);
  assert.equal(results[0].exception.message, 'the test never finished');
  assert.equal(realm.testing.giveUp(), false);
});

gives('node:test runs tests, subtests, hooks and mocks', `
  const { test, describe, it, before, beforeEach, afterEach, mock } = require("node:test"); const assert = require("assert"); const seen = [];
  await test("awaited", async (t) => { await t.test("sub", () => {}); await t.test("bad", () => { assert.strictEqual(1, 2); }); });
  describe("suite", () => { before(() => seen.push("before")); beforeEach(() => seen.push("each")); it("one", (t) => { assert.equal(t.name, "one"); assert.deepEqual(seen, ["before", "each"]); }); it("skipped", { skip: true }, () => {}); it.todo("later"); describe("inner", () => { it("two", (t, done) => { setTimeout(done, 1); }); }); });
  test("mock", (t) => { const f = t.mock.fn((a) => a + 1); assert.equal(f(1), 2); assert.equal(f.mock.callCount(), 1); assert.deepEqual(f.mock.calls[0].arguments, [1]); const o = { m() { return 1; } }; const m = mock.method(o, "m", () => 2); assert.equal(o.m(), 2); m.mock.restore(); assert.equal(o.m(), 1); });
  test("timers", (t) => { t.mock.timers.enable({ apis: ["setTimeout"] }); let n = 0; setTimeout(() => n++, 100); t.mock.timers.tick(100); assert.equal(n, 1); });
  test("fails", async () => { throw new Error("x"); }); test("skips", (t) => { t.skip(); }); test("plan", (t) => { t.plan(1); t.assert.ok(true); }); test("no limit passed", { timeout: 5 }, () => new Promise(() => {}));`,
[['awaited', '1 subtest failed'], ['awaited > sub', 'passed'], ['awaited > bad', 'Expected values to be strictly equal:\n\n1 !== 2\n'], ['suite > one', 'passed'], ['suite > skipped', 'skipped'], ['suite > later', 'skipped'], ['suite > inner > two', 'passed'], ['mock', 'passed'], ['timers', 'passed'], ['fails', 'x'], ['skips', 'skipped'], ['plan', 'passed'], ['no limit passed', 'test timed out after 5ms']]);
gives('vitest has its own words and contexts', `
  const { describe, it, expect, vi, test, beforeEach } = require("vitest");
  describe("v", () => { beforeEach(() => () => {}); it("mocks", () => { const f = vi.fn(() => 1); f(); expect(f).toHaveBeenCalledOnce(); expect(f).toHaveBeenCalledExactlyOnceWith(); }); it("context", ({ expect, task }) => { expect(task.name).toBe("context"); }); it("chai", () => { expect([1]).to.deep.equal([1]); expect(true).to.be.true; }); it("chai fails", () => { expect(1).to.equal(2); }); it("types", () => { expect(1).toBeTypeOf("number"); expect(2).toBeOneOf([1, 2]); expect(3).toSatisfy((n) => n === 3); }); });
  it("timers", async () => { vi.useFakeTimers(); let n = 0; setTimeout(() => n++, 50); await vi.advanceTimersByTimeAsync(50); expect(n).toBe(1); vi.useRealTimers(); }); it("globals", () => { vi.stubGlobal("zzz", 5); expect(globalThis.zzz).toBe(5); vi.unstubAllGlobals(); expect(globalThis.zzz).toBeUndefined(); }); it("waits", async () => { let n = 0; setTimeout(() => { n = 1; }, 5); await vi.waitFor(() => { if (!n) throw new Error("no"); }, { interval: 1 }); });
  const extended = test.extend({ base: 5, double: async ({ base }, use) => { await use(base * 2); } }); extended("fixtures", ({ double }) => { expect(double).toBe(10); }); test.for([[1, 2]])("for %i", ([a, b]) => { expect(a + b).toBe(3); }); it.skipIf(true)("skipped", () => {});`,
[['v > mocks', 'passed'], ['v > context', 'passed'], ['v > chai', 'passed'], ['v > chai fails', 'expected 1 to equal 2'], ['v > types', 'passed'], ['timers', 'passed'], ['globals', 'passed'], ['waits', 'passed'], ['fixtures', 'passed'], ['for 1', 'passed'], ['skipped', 'skipped']]);
gives('chai and Mocha work together', 'const { expect: is, assert, should } = require("chai"); should(); describe("c", () => { it("a", () => { is([1, 2]).to.have.lengthOf(2); assert.deepEqual({ a: 1 }, { a: 1 }); (5).should.equal(5); is(() => { throw new TypeError("x"); }).to.throw(TypeError, "x"); }); it("b", () => { is({ a: 1 }).to.deep.equal({ a: 2 }); }); });', [['c > a', 'passed'], ['c > b', 'expected { a: 1 } to deeply equal { a: 2 }']]);

// What solutions really do to builtins, by polyfills and by accident.
const PATCHES = {
  'an own Array.prototype.flat': 'Array.prototype.flat = function () { return "mine"; };',
  'an enumerable property of Object.prototype': 'Object.prototype.extra = 1;',
  'an enumerable method of Array.prototype': 'Array.prototype.last = function () { return this[this.length - 1]; };',
  'own map, filter, reduce and forEach that differ': 'for (const n of ["map", "filter", "reduce", "forEach"]) Array.prototype["my" + n] = Array.prototype[n]; Array.prototype.map = function (f) { const r = []; for (let i = 0; i < this.length; i++) r.push(f(this[i], i, this)); return r; };',
  'an own String.prototype.trim': 'String.prototype.trim = function () { return "trimmed"; };',
  'a global named test data': 'globalThis.data = [1]; globalThis.result = 2; globalThis.name = "x"; globalThis.length = 3;',
  'own Promise.all and Array.from': 'Promise.all = () => 1; Array.from = () => [];',
  'an own push': 'Array.prototype.push = function (x) { this[this.length] = x; return 0; };',
  'an Array.prototype.includes that never finds': 'Array.prototype.includes = () => false;',
};
for (const [what, patch] of Object.entries(PATCHES)) {
  gives(`tests are judged rightly with ${what}`, `${patch}
    describe("s", () => { beforeEach(() => {}); test("a", () => { expect(1).toBe(1); expect([1, { a: 2 }]).toEqual([1, { a: 2 }]); expect({ a: 1 }).toMatchObject({ a: 1 }); }); test("b", () => { expect(1).toBe(2); }); test("c", async () => { await expect(Promise.resolve([1])).resolves.toEqual([1]); }); test.each([[1, 1]])("d %i", (a, b) => { expect(a).toBe(b); }); test("e", () => { expect(() => { throw new Error("x"); }).toThrow("x"); }); });`,
  [['s > a', 'passed'], ['s > b', 'expect(received).toBe(expected) // Object.is equality\n\nExpected: 2\nReceived: 1'], ['s > c', 'passed'], ['s > d 1', 'passed'], ['s > e', 'passed']]);
}
