import { equals, iterableEquality } from '@jest/expect-utils';
import { expect as jestExpect, JestAssertionError } from 'expect';
import { surelySame } from './same.js';

const { defineProperty, getOwnPropertyDescriptor, keys, hasOwn, create, is } = Object;
const { apply } = Reflect;

// The bundler tells two classes of one name apart by another name, which reports would show.
defineProperty(JestAssertionError, 'name', { value: 'JestAssertionError', configurable: true });

// `expect` keeps its matchers here, for all copies of the package in one realm.
const registry = globalThis[Symbol.for('$$jest-matchers-object')];

const { state } = registry;

// What Jest 29 and Vitest call the same matchers.
const ALIASES = {
  toThrowError: 'toThrow', toBeCalled: 'toHaveBeenCalled', toBeCalledTimes: 'toHaveBeenCalledTimes', toBeCalledWith: 'toHaveBeenCalledWith',
  lastCalledWith: 'toHaveBeenLastCalledWith', nthCalledWith: 'toHaveBeenNthCalledWith', toReturn: 'toHaveReturned', toReturnTimes: 'toHaveReturnedTimes',
  toReturnWith: 'toHaveReturnedWith', lastReturnedWith: 'toHaveLastReturnedWith', nthReturnedWith: 'toHaveNthReturnedWith',
};

// Jest's expect makes six functions for each of its sixty matchers on every call. These stand between: they let it make
// only those of the matcher that is asked for, which makes a short test three times faster.
const only = create(null);

function expectationOf(actual, name) {
  const all = registry.matchers;
  registry.matchers = only[name];
  try {
    return jestExpect(actual);
  } finally {
    registry.matchers = all;
  }
}

const VIEWS = [
  (expectation) => expectation,
  (expectation) => expectation.not,
  (expectation) => expectation.resolves,
  (expectation) => expectation.resolves.not,
  (expectation) => expectation.rejects,
  (expectation) => expectation.rejects.not,
];

const views = VIEWS.map((select) => class Expectation {
  #actual;
  constructor(actual) { this.#actual = actual; }
  static actual(view) { return view.#actual; }
  static select = select;
});
const [Plain, Not, Resolves, ResolvesNot, Rejects, RejectsNot] = views;

const link = (From, name, To) => defineProperty(From.prototype, name, { configurable: true, get() { return new To(From.actual(this)); } });
link(Plain, 'not', Not);
link(Plain, 'resolves', Resolves);
link(Plain, 'rejects', Rejects);
link(Resolves, 'not', ResolvesNot);
link(Rejects, 'not', RejectsNot);

function expose(name, target = name) {
  for (const View of views) {
    const { select } = View;
    defineProperty(View.prototype, name, {
      configurable: true,
      get() { return select(expectationOf(View.actual(this), target))[target]; },
    });
  }
}

function exposeAll() {
  const { matchers } = registry;
  for (const name of keys(matchers)) {
    if (hasOwn(only, name) && only[name][name] === matchers[name]) continue;
    only[name] = { __proto__: null, [name]: matchers[name] };
    expose(name);
  }
}

exposeAll();
for (const name of keys(ALIASES)) expose(name, ALIASES[name]);

// What nearly every assertion is: one that holds, of these. Only then are they decided here; the others go the long way,
// which also makes the message.
const holds = {
  __proto__: null,
  toBe: is,
  toEqual: (received, expected) => surelySame(received, expected) || equals(received, expected, [iterableEquality]),
  toStrictEqual: surelySame,
};

for (const name of keys(holds)) {
  const original = registry.matchers[name];
  const { get: getSlow } = getOwnPropertyDescriptor(Plain.prototype, name);
  defineProperty(Plain.prototype, name, {
    configurable: true,
    get() {
      if (only[name][name] !== original) return apply(getSlow, this, []);
      const actual = Plain.actual(this);
      return (...args) => {
        if (args.length === 1 && registry.customEqualityTesters.length === 0 && holds[name](actual, args[0])) {
          state.assertionCalls += 1;
          state.numPassingAsserts += 1;
          return undefined;
        }
        return apply(apply(getSlow, this, []), undefined, args);
      };
    },
  });
}

function expect(actual, ...rest) {
  if (rest.length > 0) throw new Error('Expect takes at most one argument.');
  return new Plain(actual);
}
for (const name of keys(jestExpect)) expect[name] = jestExpect[name];

expect.extend = (matchers) => {
  // Jest defines asymmetric matchers of the same names on its own `expect`.
  jestExpect.extend(matchers);
  for (const name of keys(matchers)) {
    if (hasOwn(jestExpect, name)) expect[name] = jestExpect[name];
    if (hasOwn(jestExpect.not, name)) expect.not[name] = jestExpect.not[name];
  }
  exposeAll();
};

/** Forgets the counts of the test before. */
export function beginTest(name) {
  state.assertionCalls = 0;
  state.numPassingAsserts = 0;
  state.currentTestName = name;
  state.expectedAssertionsNumber = null;
  state.isExpectingAssertions = false;
  if (state.suppressedErrors.length) state.suppressedErrors = [];
}

/** The error of `expect.assertions(n)`, `expect.hasAssertions()` or a matcher that did not throw, if any. */
export function endTest() {
  const suppressed = state.suppressedErrors[0];
  if (state.expectedAssertionsNumber === null && !state.isExpectingAssertions) return suppressed;
  return jestExpect.extractExpectedAssertionsErrors()[0]?.error ?? suppressed;
}

export { expect, JestAssertionError };
