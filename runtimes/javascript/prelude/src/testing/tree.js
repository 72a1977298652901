// What a test file registers: suites with hooks and tests, in the order of the file.

const { defineProperty } = Object;
const { apply } = Reflect;
const NativePromise = Promise, { then } = Promise.prototype;

/** A name as Jest takes it: a string, or the name of a function or class. */
export function titleOf(name) {
  return typeof name === 'function' ? name.name || '<anonymous>' : typeof name === 'symbol' ? name.description ?? '' : `${name}`;
}

class Node {
  constructor(title, parent, mode) {
    this.title = title;
    this.parent = parent;
    /** '', 'only', 'skip' or 'todo' */
    this.mode = mode;
    this.timeout = undefined;
    this.retries = undefined;
  }

  /** Titles of the suites around it and its own. */
  get path() {
    const outer = this.parent ? this.parent.path : '';
    return outer ? `${outer} > ${this.title}` : this.title;
  }

  /** The nearest value of a setting that a suite around it made. */
  inherited(setting) {
    for (let node = this; node; node = node.parent) if (node[setting] !== undefined) return node[setting];
    return undefined;
  }

  within(mode) {
    for (let node = this; node; node = node.parent) if (node.mode === mode) return true;
    return false;
  }
}

export class Suite extends Node {
  constructor(title, parent, mode = '') {
    super(title, parent, mode);
    this.children = [];
    this.hooks = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] };
    /** What `this` is in hooks and tests of Mocha's style. */
    this.context = makeContext(parent?.context, this);
  }
}

export class Test extends Node {
  constructor(title, parent, mode, body, style) {
    super(title, parent, mode);
    this.body = body;
    /** How the body is called: 'jest' (done) or 'vitest' (context). */
    this.style = style;
    this.failing = false;
    this.result = undefined;
  }
}

/** Appends without Array.prototype, whose methods programs may replace. */
export function append(array, item) {
  defineProperty(array, array.length, { __proto__: null, value: item, writable: true, configurable: true, enumerable: true });
}

/** Calls one of the functions when the promise settles, whatever a program has made of promises' own `then`. */
export function follow(promise, fulfilled, rejected) {
  if (promise instanceof NativePromise) apply(then, promise, [fulfilled, rejected]);
  else promise.then(fulfilled, rejected);
}

/** Thrown by `this.skip()` and a context's `skip()`. */
export class Skipped {}

function makeContext(outer, owner) {
  const context = { __proto__: outer ?? contextPrototype };
  defineProperty(context, 'owner', { __proto__: null, value: owner, configurable: true, writable: true });
  return context;
}

export function contextOf(test) {
  return makeContext(test.parent?.context, test);
}

const contextPrototype = {
  timeout(ms) {
    if (ms === undefined) return this.owner.inherited('timeout') ?? 5000;
    this.owner.timeout = ms === 0 || ms === false ? Infinity : +ms;
    return this;
  },
  slow() { return this; },
  retries(count) { this.owner.retries = count; return this; },
  skip() { throw new Skipped(); },
};
