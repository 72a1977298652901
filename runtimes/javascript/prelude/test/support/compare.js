import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import test from 'node:test';
import vm from 'node:vm';
import { engine, outcomesInEngine } from './engine.js';
import { makeRealm } from './prelude.js';

const require = createRequire(import.meta.url);

const wrap = (expression) => `(async (require, DIR) => (${expression}\n))`;
const shown = (value) => (value !== null && typeof value === 'object' && 'stack' in value && 'message' in value
  ? `${value.name}${value.code === undefined ? '' : ` [${value.code}]`}: ${value.message}` : inspect(value, { depth: 8 }));

async function outcome(evaluate, from, folder) {
  try {
    return `gave ${shown(await evaluate(from, folder))}`.replaceAll(folder, '<dir>');
  } catch (error) {
    return `threw ${shown(error)}`.replaceAll(folder, '<dir>');
  }
}

/** One test a case: the expression gives in the prelude what it gives in node. */
export function comparesToNode(name, cases, { folder } = {}) {
  // The engine's shell has no files as the sandbox has them.
  if (engine && !folder) {
    test(`${name}, in the engine`, async (t) => {
      const outcomes = outcomesInEngine(cases.map(wrap));
      for (const [i, expression] of cases.entries()) {
        await t.test(expression, async () => assert.equal(outcomes[i], await outcome(vm.runInThisContext(wrap(expression)), require, '/nowhere')));
      }
    });
  }
  const place = folder ?? (() => '/nowhere');
  test(name, async (t) => {
    for (const expression of cases) {
      await t.test(expression, async () => {
        const expected = await outcome(vm.runInThisContext(wrap(expression)), require, place());
        const realm = makeRealm();
        const actual = await outcome(realm.evaluate(wrap(expression)), realm.require, place());
        assert.equal(actual, expected);
      });
    }
  });
}
