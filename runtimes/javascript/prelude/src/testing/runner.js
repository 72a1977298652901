import { append, contextOf, follow, Skipped, Suite } from './tree.js';

const DEFAULT_TIMEOUT = 5000;
const { apply, getPrototypeOf } = Reflect;
const NativePromise = Promise;
const AsyncFunction = (async () => {}).constructor;

const isThenable = (value) => value !== null && (typeof value === 'object' || typeof value === 'function') && typeof value.then === 'function';

/**
 * Runs a tree of suites in Jest's order. `clock` has the real timers, which fake ones don't replace; `expect` keeps the
 * counts of `expect.assertions`; `observer` is told of each test before its hooks and after them.
 */
export class Runner {
  #clock;
  #observer;
  #onlyMarked = false;
  #give = undefined;
  #finishers = [];

  constructor({ clock, observer }) {
    this.#clock = clock;
    this.#observer = observer;
    this.defaultTimeout = DEFAULT_TIMEOUT;
    this.defaultRetries = 0;
    this.results = [];
  }

  async run(root) {
    this.#onlyMarked = hasOnly(root);
    await this.#suite(root, undefined);
  }

  /**
   * Called when nothing is left to happen: gives up what is being waited for, so that the next test can run.
   * False if nothing is waited for.
   */
  giveUp() {
    const give = this.#give;
    if (!give) return false;
    this.#give = undefined;
    give();
    return true;
  }

  /** Registers what is called when the test that runs has ended. */
  onFinished(body) {
    append(this.#finishers, { body });
  }

  async #suite(suite, failure) {
    const { children, hooks } = suite;
    const runs = this.#anySelected(suite);
    if (runs && !failure) {
      for (let i = 0; i < hooks.beforeAll.length && !failure; i++) failure = await this.#attempt(hooks.beforeAll[i], suite.context, suite);
    }
    for (let i = 0; i < children.length; i++) {
      const child = children[i];
      if (child instanceof Suite) await this.#suite(child, failure);
      else await this.#test(child, failure);
    }
    if (!runs) return;
    for (let i = 0; i < hooks.afterAll.length; i++) {
      const failed = await this.#attempt(hooks.afterAll[i], suite.context, suite);
      if (failed && !(failed.reason instanceof Skipped)) this.#record(suite.path ? `${suite.path} > afterAll` : 'afterAll', failed);
    }
  }

  async #test(test, failure) {
    const name = test.path;
    if (!this.#selected(test) || failure?.reason instanceof Skipped) return void append(this.results, { __proto__: null, name, passed: true, skipped: true });
    if (failure) return this.#record(name, failure);
    const retries = test.inherited('retries') ?? this.defaultRetries;
    let failed;
    for (let attempt = 0; attempt <= retries; attempt++) {
      failed = await this.#once(test, name);
      if (!failed || failed.reason instanceof Skipped) break;
    }
    if (failed?.reason instanceof Skipped) append(this.results, { __proto__: null, name, passed: true, skipped: true });
    else if (test.failing) {
      if (failed) this.#record(name, undefined);
      else this.#record(name, { reason: new Error('Failing test passed even though it was supposed to fail. Remove `.failing` to remove error.') });
    } else this.#record(name, failed);
  }

  async #once(test, name) {
    const context = contextOf(test);
    const finishers = [];
    this.#finishers = finishers;
    this.#observer.testStarts(name);
    const suites = [];
    for (let suite = test.parent; suite; suite = suite.parent) append(suites, suite);

    let failed;
    for (let s = suites.length - 1; s >= 0 && !failed; s--) {
      const { beforeEach } = suites[s].hooks;
      for (let i = 0; i < beforeEach.length && !failed; i++) failed = await this.#attempt(beforeEach[i], context, test, finishers);
    }
    if (!failed) failed = await this.#attempt(test, context, test);
    if (!failed) {
      const reason = this.#observer.testBodyEnds();
      if (reason !== undefined) failed = { __proto__: null, reason };
    }
    for (let s = 0; s < suites.length; s++) {
      const { afterEach } = suites[s].hooks;
      for (let i = 0; i < afterEach.length; i++) {
        const after = await this.#attempt(afterEach[i], context, test);
        failed ??= after;
      }
    }
    for (let i = finishers.length - 1; i >= 0; i--) {
      const after = await this.#attempt(finishers[i], context, test);
      failed ??= after;
    }
    return failed;
  }

  /** Calls a hook or a test. Gives undefined, or what it threw as `{reason}`. */
  async #attempt(called, context, owner, finishers) {
    const { body } = called;
    // Read after the call, because `this.timeout(ms)` is said inside.
    const limit = () => called.timeout ?? owner.inherited('timeout') ?? this.defaultTimeout;
    try {
      let outcome;
      const style = called.style ?? 'jest';
      if (style === 'vitest') {
        outcome = apply(body, context, [this.#observer.testContext(owner, context)]);
      } else if (body.length > 0 && getPrototypeOf(body) !== AsyncFunction.prototype) {
        outcome = this.#withDone(body, context);
      } else {
        outcome = apply(body, context, []);
      }
      if (isThenable(outcome)) outcome = await this.#settled(outcome, limit(), called === owner ? 'test' : 'hook');
      // In Vitest, a function that a beforeEach hook returns cleans up.
      if (finishers && style === 'vitest' && typeof outcome === 'function') append(finishers, { body: outcome });
      return undefined;
    } catch (reason) {
      return { __proto__: null, reason };
    }
  }

  #withDone(body, context) {
    return new NativePromise((resolve, reject) => {
      const done = (reason) => {
        if (reason === undefined || reason === null || reason === false) resolve();
        else reject(typeof reason === 'object' || typeof reason === 'function' ? reason : new Error(`Failed: ${JSON.stringify(reason)}`));
      };
      done.fail = (reason) => reject(reason ?? new Error('Failed: done.fail was called'));
      const returned = apply(body, context, [done]);
      if (isThenable(returned)) {
        reject(new Error('Test functions cannot both take a \'done\' callback and return something. Either use a \'done\' callback, or return a promise.'));
      }
    });
  }

  #settled(promise, ms, what) {
    return new NativePromise((resolve, reject) => {
      const { setTimeout, clearTimeout } = this.#clock;
      const timer = ms === Infinity ? undefined : setTimeout(() => {
        this.#give = undefined;
        reject(new Error(`Exceeded timeout of ${ms} ms for a ${what}.`));
      }, ms);
      const end = (settle) => (value) => {
        if (timer !== undefined) clearTimeout(timer);
        this.#give = undefined;
        settle(value);
      };
      this.#give = () => end(reject)(new Error(`the ${what} never finished`));
      follow(promise, end(resolve), end(reject));
    });
  }

  #record(name, failed) {
    append(this.results, failed ? { __proto__: null, name, passed: false, exception: failed.reason } : { __proto__: null, name, passed: true });
  }

  #selected(test) {
    if (test.within('skip') || test.within('todo')) return false;
    return !this.#onlyMarked || isOnly(test);
  }

  #anySelected(suite) {
    for (let i = 0; i < suite.children.length; i++) {
      const child = suite.children[i];
      if (child instanceof Suite ? this.#anySelected(child) : this.#selected(child)) return true;
    }
    return false;
  }
}

function hasOnly(suite) {
  for (let i = 0; i < suite.children.length; i++) {
    const child = suite.children[i];
    if (child.mode === 'only' || (child instanceof Suite && hasOnly(child))) return true;
  }
  return false;
}

// A suite marked `only` means all of its tests, unless some inside are marked themselves.
function isOnly(test) {
  if (test.mode === 'only') return true;
  for (let suite = test.parent; suite; suite = suite.parent) {
    if (hasOnly(suite) && suite.parent) return false;
    if (suite.mode === 'only') return true;
  }
  return false;
}
