import * as chai from 'chai';
import { beginTest, endTest, expect } from './expect.js';
import { makeJest } from './jest.js';
import { NodeTest } from './node_test.js';
import { Registration } from './registration.js';
import { Runner } from './runner.js';
import { snapshotMatchers } from './snapshots.js';
import { append, Skipped } from './tree.js';
import { assertType, expectTypeOf, makeVi, vitestMatchers } from './vitest.js';

const { assign } = Object;

/**
 * The test frameworks of one program.
 *
 * `clock` has the real `setTimeout` and `clearTimeout`; `assert` is node's; `unsupported(what)` must throw.
 * `globals` are Jest's and Mocha's names, to be defined for test files. After the program's main script, `run()` runs
 * the tests; while its promise is pending and nothing is left to happen, `giveUp()` fails the test that is waited for and
 * says whether there was one. `results()` gives `[{name, passed, skipped?, exception?}]`: through a promise, an array would
 * be taken for a thenable where a program makes all objects such.
 */
export function makeTesting({ clock, assert, unsupported = refuse }) {
  const registration = new Registration();
  const nodeTest = new NodeTest({ clock, assert });
  const runner = new Runner({
    clock,
    observer: {
      testStarts(name) { beginTest(name); },
      testBodyEnds: endTest,
      testContext: (test, context) => ({
        expect,
        task: { name: test.title, mode: 'run', file: undefined },
        skip() { throw new Skipped(); },
        onTestFinished(body) { runner.onFinished(body); },
        onTestFailed() {},
        signal: new AbortController().signal,
        __proto__: context,
      }),
    },
  });
  expect.extend(vitestMatchers);
  expect.extend(snapshotMatchers(unsupported));
  expect.addSnapshotSerializer = () => unsupported('expect.addSnapshotSerializer');

  const { jest } = makeJest({ runner, unsupported });
  const vi = makeVi({ runner, unsupported, clock });
  const functions = registration.functions('jest');
  const globals = { ...functions, expect, jest };
  const { before, after, context, specify, xcontext, xspecify, suite, ...jestFunctions } = functions;
  const vitestFunctions = registration.functions('vitest');
  const vitest = {
    describe: vitestFunctions.describe, suite: vitestFunctions.describe, test: vitestFunctions.test, it: vitestFunctions.test,
    beforeAll: vitestFunctions.beforeAll, afterAll: vitestFunctions.afterAll, beforeEach: vitestFunctions.beforeEach, afterEach: vitestFunctions.afterEach,
    expect: vitestExpect(), vi, vitest: vi, expectTypeOf, assertType, chai, assert: chai.assert, should: undefined,
    onTestFinished(body) { runner.onFinished(body); },
    onTestFailed() {},
    bench: () => unsupported('vitest bench'),
  };
  vitest.test.extend = (fixtures) => extended(vitest.test, fixtures);
  const nodeModule = nodeTest.module;

  return {
    globals,
    modules: {
      '@jest/globals': { ...jestFunctions, expect, jest },
      vitest,
      'node:test': nodeModule,
      chai,
      mocha: { describe: functions.describe, context, it: functions.it, specify, before, after, beforeEach: functions.beforeEach, afterEach: functions.afterEach, xit: functions.xit, xdescribe: functions.xdescribe },
      'bun:test': { ...jestFunctions, expect, jest, mock: jest.fn, spyOn: jest.spyOn, setSystemTime: (now) => jest.setSystemTime(now) },
    },
    count: () => registration.count + nodeTest.count,
    async run() {
      await nodeTest.drain();
      registration.close();
      await runner.run(registration.root);
    },
    giveUp: () => runner.giveUp() || nodeTest.giveUp(),
    results() {
      const results = nodeTest.results;
      for (let i = 0; i < runner.results.length; i++) append(results, runner.results[i]);
      return results;
    },
  };
}

function refuse(what) {
  throw new Error(`${what} is not supported`);
}

// Vitest's expect also takes a message, and has Chai's language.
function vitestExpect() {
  const vitest = (actual, message) => {
    const expectation = expect(actual);
    return new Proxy(expectation, {
      get(target, key) {
        if (key in target) return Reflect.get(target, key, target);
        return chai.expect(actual, message)[key];
      },
    });
  };
  assign(vitest, expect);
  vitest.soft = vitest;
  vitest.unreachable = (message) => { throw new chai.AssertionError(message ?? 'expected code to be unreachable'); };
  return vitest;
}

// Vitest's fixtures: values, or functions that give theirs to `use` and clean up after it.
function extended(test, fixtures) {
  const wrap = (register) => (name, body, options) => register(name, async (context) => {
    const values = { ...context };
    const finish = [];
    for (const key of Object.keys(fixtures)) {
      const fixture = Array.isArray(fixtures[key]) ? fixtures[key][0] : fixtures[key];
      if (typeof fixture !== 'function') {
        values[key] = fixture;
        continue;
      }
      await new Promise((given, failed) => {
        const done = fixture(values, (value) => {
          values[key] = value;
          given();
          return new Promise((end) => finish.push(async () => { end(); await done; }));
        });
        Promise.resolve(done).then(undefined, failed);
      });
    }
    try {
      await body(values);
    } finally {
      for (const end of finish.reverse()) await end();
    }
  }, options);
  return assign(wrap(test), { skip: wrap(test.skip), only: wrap(test.only), todo: test.todo, extend: (more) => extended(test, { ...fixtures, ...more }) });
}
