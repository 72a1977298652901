import { MockTracker } from './node_mock.js';
import { append, follow, titleOf } from './tree.js';

const { assign } = Object;
const { apply } = Reflect;
const NativePromise = Promise;
const isThenable = (value) => value !== null && typeof value === 'object' && typeof value.then === 'function';

/** What `t.skip()` does not throw but notes, as node has it: the body goes on. */
class Entry {
  skipped = false;
  failure = undefined;
  failedChildren = 0;
  finished = false;
  children = [];
  hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
  begun = false;
  tail = undefined;
  plan = undefined;
  assertions = 0;

  constructor(title, parent, kind, body, options) {
    this.title = title;
    this.parent = parent;
    this.kind = kind;
    this.body = body;
    this.options = options;
  }

  get path() {
    const outer = this.parent?.path;
    return outer ? `${outer} > ${this.title}` : this.title;
  }
}

/**
 * node:test. Tests begin by themselves once the file has run, as in node, because a file may await them; `drain`
 * waits for all of them. `clock` has the real timers.
 */
export class NodeTest {
  #clock;
  #assert;
  #root = new Entry('', undefined, 'suite');
  #collecting = this.#root;
  #give = [];
  count = 0;
  mock = new MockTracker();

  constructor({ clock, assert }) {
    this.#clock = clock;
    this.#assert = assert;
  }

  /** Runs what is left, then the last hooks. */
  async drain() {
    if (!this.#root.children.length) return;
    for (let tail; tail !== this.#root.tail;) {
      tail = this.#root.tail;
      await tail;
    }
    const failure = await this.#hooks(this.#root.hooks.after, this.#root);
    if (failure) append(this.#root.children, assign(new Entry('after', this.#root, 'test'), { failure, finished: true }));
    this.mock.reset();
  }

  /** Fails what is being waited for; false if nothing is. */
  giveUp() {
    let gave = false;
    while (this.#give.length) {
      const { length } = this.#give;
      const give = this.#give[length - 1];
      this.#give.length = length - 1;
      if (give()) { gave = true; break; }
    }
    return gave;
  }

  get results() {
    const results = [];
    collect(this.#root, results);
    return results;
  }

  get module() {
    const register = (kind, preset) => (...args) => {
      const { title, options, body } = argumentsOf(args);
      return this.#register(this.#collecting, kind, title, { ...options, ...preset }, body);
    };
    const withModes = (kind) => assign(register(kind), {
      skip: register(kind, { skip: true }), todo: register(kind, { todo: true }), only: register(kind, { only: true }),
    });
    const hook = (name) => (body, options) => append(this.#collecting.hooks[name], { body, options });
    const test = withModes('test');
    const it = withModes('test');
    const suite = withModes('suite');
    return assign(test, {
      test, it, suite, describe: suite, mock: this.mock,
      before: hook('before'), after: hook('after'), beforeEach: hook('beforeEach'), afterEach: hook('afterEach'),
    });
  }

  #register(parent, kind, title, options, body) {
    const entry = new Entry(title ?? (body?.name || '<anonymous>'), parent, kind, body, options ?? {});
    append(parent.children, entry);
    if (kind === 'test') this.count += 1;
    if (kind === 'suite' && body && !options?.skip) {
      // A suite's body runs at once and only registers.
      const outer = this.#collecting;
      this.#collecting = entry;
      try {
        const returned = apply(body, undefined, [this.#suiteContext(entry)]);
        if (isThenable(returned)) entry.collected = returned;
      } catch (error) {
        entry.failure = { __proto__: null, reason: error };
      } finally {
        this.#collecting = outer;
      }
    }
    // Inside a suite, the suite runs its children; elsewhere they queue up behind each other.
    if (parent.kind === 'suite' && parent !== this.#root) return undefined;
    const before = parent.tail ?? NativePromise.resolve();
    parent.tail = this.#after(before, entry);
    return parent.tail;
  }

  async #after(before, entry) {
    await before;
    await this.#run(entry);
  }

  async #run(entry) {
    const { parent } = entry;
    if (parent && !parent.begun) {
      parent.begun = true;
      if (parent === this.#root) parent.failure = await this.#hooks(parent.hooks.before, parent);
    }
    if (entry.options.skip || (!entry.body && entry.kind === 'test') || parent?.skipped) {
      entry.skipped = true;
      skipAll(entry);
      entry.finished = true;
      return;
    }
    if (parent?.failure && parent.kind === 'suite') entry.failure ??= parent.failure;
    if (entry.kind === 'suite') await this.#suite(entry);
    else await this.#test(entry);
    entry.finished = true;
    if ((entry.failure || entry.failedChildren) && parent && !entry.options.todo) parent.failedChildren += 1;
    if (entry.options.todo && entry.kind === 'test') entry.skipped = true;
  }

  async #suite(entry) {
    if (entry.collected) {
      try {
        await entry.collected;
      } catch (reason) {
        entry.failure ??= { __proto__: null, reason };
      }
    }
    entry.begun = true;
    entry.failure ??= await this.#hooks(entry.hooks.before, entry);
    for (let i = 0; i < entry.children.length; i++) await this.#run(entry.children[i]);
    const failure = await this.#hooks(entry.hooks.after, entry);
    if (failure) {
      entry.failure ??= failure;
      append(entry.children, assign(new Entry('after', entry, 'test'), { failure, finished: true }));
    } else if (entry.failure && !entry.children.length) {
      append(entry.children, assign(new Entry('before', entry, 'test'), { failure: entry.failure, finished: true }));
    }
  }

  async #test(entry) {
    const context = new TestContext(this, entry);
    const chain = [];
    for (let outer = entry.parent; outer; outer = outer.parent) append(chain, outer);
    for (let i = chain.length - 1; i >= 0 && !entry.failure; i--) entry.failure = await this.#hooks(chain[i].hooks.beforeEach, entry, context);
    if (!entry.failure) {
      entry.failure = await this.#attempt({ body: entry.body, options: entry.options }, [context], 'test');
      while (entry.tail) {
        const { tail } = entry;
        await tail;
        if (entry.tail === tail) break;
      }
    }
    if (!entry.failure && entry.plan !== undefined && entry.plan !== entry.assertions) {
      entry.failure = { __proto__: null, reason: new Error(`plan expected ${entry.plan} assertions but received ${entry.assertions}`) };
    }
    if (!entry.failure && entry.failedChildren) {
      entry.failure = { __proto__: null, reason: new Error(`${entry.failedChildren} subtest${entry.failedChildren > 1 ? 's' : ''} failed`) };
    }
    entry.failure ??= await this.#hooks(entry.hooks.after, entry, context);
    for (let i = 0; i < chain.length; i++) {
      const failure = await this.#hooks(chain[i].hooks.afterEach, entry, context);
      entry.failure ??= failure;
    }
    entry.mock?.reset();
    entry.controller?.abort();
  }

  async #hooks(hooks, entry, context) {
    for (let i = 0; i < hooks.length; i++) {
      const failure = await this.#attempt(hooks[i], [context ?? this.#suiteContext(entry)], 'hook');
      if (failure) return failure;
    }
    return undefined;
  }

  async #attempt({ body, options }, args, what) {
    try {
      let outcome;
      if (body.length > args.length) {
        outcome = new NativePromise((resolve, reject) => {
          const returned = apply(body, args[0], [...args, (error) => (error ? reject(error) : resolve())]);
          if (isThenable(returned)) reject(new Error('passed a callback but also returned a Promise'));
        });
      } else {
        outcome = apply(body, args[0], args);
      }
      if (isThenable(outcome)) await this.#settled(outcome, options?.timeout, what);
      return undefined;
    } catch (reason) {
      return { __proto__: null, reason };
    }
  }

  #settled(promise, ms, what) {
    return new NativePromise((resolve, reject) => {
      let done = false;
      const { setTimeout, clearTimeout } = this.#clock;
      const timer = typeof ms === 'number' && ms !== Infinity
        ? setTimeout(() => end(reject)(assign(new Error(`test timed out after ${ms}ms`), { code: 'ERR_TEST_FAILURE' })), ms)
        : undefined;
      const end = (settle) => (value) => {
        done = true;
        if (timer !== undefined) clearTimeout(timer);
        settle(value);
      };
      append(this.#give, () => !done && (end(reject)(new Error(`the ${what} never finished`)), true));
      follow(promise, end(resolve), end(reject));
    });
  }

  #suiteContext(entry) {
    return { name: entry.title, fullName: entry.path, signal: undefined, diagnostic() {} };
  }

  /** For contexts: subtests, which register under their test. */
  subtest(entry, args, preset) {
    const { title, options, body } = argumentsOf(args);
    return this.#register(entry, 'test', title, { ...options, ...preset }, body);
  }

  get assert() { return this.#assert; }
}

class TestContext {
  #suite;
  #entry;

  constructor(suite, entry) {
    this.#suite = suite;
    this.#entry = entry;
    const subtest = (...args) => { entry.assertions += 1; return suite.subtest(entry, args); };
    this.test = assign(subtest, {
      skip: (...args) => suite.subtest(entry, args, { skip: true }),
      todo: (...args) => suite.subtest(entry, args, { todo: true }),
      only: subtest,
    });
    this.it = this.test;
  }

  get name() { return this.#entry.title; }
  get fullName() { return this.#entry.path; }
  get filePath() { return undefined; }
  get mock() { return (this.#entry.mock ??= new MockTracker()); }
  get signal() { return (this.#entry.controller ??= new AbortController()).signal; }
  get assert() {
    const entry = this.#entry;
    return new Proxy(this.#suite.assert, {
      get(assert, key) {
        const value = assert[key];
        return typeof value !== 'function' ? value : (...args) => { entry.assertions += 1; return value(...args); };
      },
    });
  }

  plan(count) { this.#entry.plan = count; }
  skip() { this.#entry.skipped = true; }
  todo() { this.#entry.skipped = true; }
  diagnostic() {}
  runOnly() {}
  before(body) { return body(this); }
  after(body, options) { append(this.#entry.hooks.after, { body, options }); }
  beforeEach(body, options) { append(this.#entry.hooks.beforeEach, { body, options }); }
  afterEach(body, options) { append(this.#entry.hooks.afterEach, { body, options }); }
  async waitFor(condition, { interval = 50, timeout = 1000 } = {}) {
    for (let waited = 0; ; waited += interval) {
      try {
        return await condition();
      } catch (error) {
        if (waited >= timeout) throw assign(new Error('waitFor() timed out'), { cause: error });
      }
      await new NativePromise((resolve) => setTimeout(resolve, interval));
    }
  }
}

function skipAll(entry) {
  for (let i = 0; i < entry.children.length; i++) {
    entry.children[i].skipped = true;
    entry.children[i].finished = true;
    skipAll(entry.children[i]);
  }
}

function argumentsOf(args) {
  let title;
  let options;
  let body;
  for (let i = 0; i < args.length; i++) {
    const value = args[i];
    if (typeof value === 'function') body ??= value;
    else if (value !== null && typeof value === 'object') options ??= value;
    else if (value !== undefined && title === undefined) title = titleOf(value);
  }
  return { title, options, body };
}

function collect(entry, results) {
  for (let i = 0; i < entry.children.length; i++) {
    const child = entry.children[i];
    if (child.kind === 'test') {
      const name = child.path;
      if (child.skipped) append(results, { __proto__: null, name, passed: true, skipped: true });
      else if (child.failure) append(results, { __proto__: null, name, passed: false, exception: child.failure.reason });
      else if (!child.finished) append(results, { __proto__: null, name, passed: false, exception: new Error('the test never finished') });
      else append(results, { __proto__: null, name, passed: true });
    }
    collect(child, results);
  }
}
