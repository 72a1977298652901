import { each, eachRow, eachSuite } from './each.js';
import { append, Suite, Test, titleOf } from './tree.js';

const { assign } = Object;
const { apply } = Reflect;

/** Registers suites, tests and hooks in one tree, whichever framework's functions a file uses. */
export class Registration {
  root = new Suite('', undefined);
  count = 0;
  #current = this.root;
  #running = false;

  /** From now on, registering is an error. */
  close() {
    this.#running = true;
  }

  /** The functions in the style of 'jest' (tests take `done`) or 'vitest' (tests take a context). */
  functions(style) {
    const describe = this.#describe('');
    assign(describe, { skip: this.#describe('skip'), only: this.#describe('only'), todo: this.#describe('todo') });
    chooser(describe);
    const test = this.#test(style, '');
    const variants = () => ({
      skip: this.#test(style, 'skip'), only: this.#test(style, 'only'), todo: this.#test(style, 'todo'),
      failing: assign(this.#test(style, '', true), { skip: this.#test(style, 'skip'), only: this.#test(style, 'only', true) }),
    });
    assign(test, variants());
    test.fails = test.failing;
    test.concurrent = assign(this.#test(style, ''), variants());
    test.sequential = test.concurrent;
    describe.concurrent = describe.sequential = describe.shuffle = describe;
    chooser(test);
    const hook = (kind) => (body, timeout) => this.#hook(kind, body, timeout, style);
    return {
      describe, test, it: test, suite: describe, context: describe, specify: test,
      xdescribe: describe.skip, fdescribe: describe.only, xit: test.skip, xtest: test.skip, fit: test.only, xcontext: describe.skip, xspecify: test.skip,
      beforeAll: hook('beforeAll'), afterAll: hook('afterAll'), beforeEach: hook('beforeEach'), afterEach: hook('afterEach'),
      before: hook('beforeAll'), after: hook('afterAll'),
    };
  }

  #describe(mode) {
    const describe = (name, a, b) => {
      this.#refuseWhileRunning('describe');
      const body = typeof a === 'function' ? a : b;
      const options = a !== null && typeof a === 'object' ? a : undefined;
      const suite = new Suite(titleOf(name), this.#current, modeOf(mode, options));
      suite.timeout = timeoutOf(options ?? b);
      append(this.#current.children, suite);
      if (typeof body !== 'function') {
        if (suite.mode !== 'skip') suite.mode = 'todo';
        return suite;
      }
      const outer = this.#current;
      this.#current = suite;
      try {
        apply(body, suite.context, []);
      } finally {
        this.#current = outer;
      }
      return suite.context;
    };
    describe.each = eachSuite(describe);
    describe.for = (table, ...data) => (title, body) => eachRow((name, run) => describe(name, () => run()))(table, ...data)(title, body);
    return describe;
  }

  #test(style, mode, failing = false) {
    const register = (name, a, b) => {
      this.#refuseWhileRunning('test');
      const body = typeof a === 'function' ? a : typeof b === 'function' ? b : undefined;
      const options = a !== null && typeof a === 'object' ? a : b !== null && typeof b === 'object' ? b : undefined;
      const test = new Test(titleOf(name), this.#current, modeOf(mode, options), body, style);
      if (!body && test.mode !== 'skip') test.mode = 'todo';
      test.timeout = timeoutOf(options ?? (typeof b === 'function' ? undefined : b));
      test.retries = typeof options?.retry === 'number' ? options.retry : undefined;
      test.failing = failing || options?.fails === true;
      append(this.#current.children, test);
      this.count += 1;
      return test.parent.context;
    };
    register.each = each(register);
    register.for = eachRow(register);
    return register;
  }

  #hook(kind, a, b, style) {
    this.#refuseWhileRunning(kind);
    // Mocha's hooks may have a description first.
    const body = typeof a === 'function' ? a : b;
    if (typeof body !== 'function') throw new TypeError('Invalid first argument. It must be a callback function.');
    append(this.#current.hooks[kind], { body, timeout: timeoutOf(b), style });
  }

  #refuseWhileRunning(what) {
    if (this.#running) {
      throw new Error(what === 'test' || what === 'describe'
        ? 'Cannot nest a describe inside a test, or a test inside a test. Tests must be registered before the first one runs.'
        : 'Hooks cannot be defined inside tests.');
    }
  }
}

const modeOf = (mode, options) => mode || (options?.todo ? 'todo' : options?.skip ? 'skip' : options?.only ? 'only' : '');

const timeoutOf = (value) => {
  const ms = typeof value === 'number' ? value : value !== null && typeof value === 'object' ? value.timeout : undefined;
  return typeof ms === 'number' ? (ms === 0 ? Infinity : ms) : undefined;
};

function chooser(register) {
  register.skipIf = (condition) => (condition ? register.skip : register);
  register.runIf = (condition) => (condition ? register : register.skip);
}
