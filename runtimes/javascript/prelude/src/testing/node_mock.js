import { FakeTimers } from './fake_timers.js';

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply, construct } = Reflect;

class MockFunctionContext {
  #calls = [];
  #original;
  #implementation;
  #once = new Map();
  #restore;
  #left;

  constructor(original, implementation, restore, times) {
    this.#original = original;
    this.#implementation = implementation;
    this.#restore = restore;
    this.#left = times;
  }

  get calls() { return this.#calls.slice(0); }
  callCount() { return this.#calls.length; }
  mockImplementation(implementation) { this.#implementation = implementation; }
  mockImplementationOnce(implementation, onCall = this.#calls.length) { this.#once.set(onCall, implementation); }
  resetCalls() { this.#calls = []; }
  restore() {
    this.#restore?.();
    this.#implementation = this.#original;
    this.#once.clear();
  }

  static next(context) {
    const index = context.#calls.length;
    const once = context.#once.get(index);
    context.#once.delete(index);
    if (once) return once;
    if (index >= context.#left) return context.#original;
    return context.#implementation;
  }

  static record(context, call) {
    context.#calls[context.#calls.length] = call;
  }
}

function mockOf(original, implementation, restore, times = Infinity) {
  const context = new MockFunctionContext(original, implementation, restore, times);
  const record = (call) => MockFunctionContext.record(context, { ...call, stack: new Error() });
  return new Proxy(original, {
    __proto__: null,
    get: (target, key, receiver) => (key === 'mock' ? context : Reflect.get(target, key, receiver)),
    apply(_, self, args) {
      const next = MockFunctionContext.next(context);
      let result;
      let error;
      try {
        return (result = apply(next, self, args));
      } catch (thrown) {
        error = thrown;
        throw thrown;
      } finally {
        record({ arguments: args, error, result, target: undefined, this: self });
      }
    },
    construct(target, args, newTarget) {
      const next = MockFunctionContext.next(context);
      let result;
      let error;
      try {
        return (result = construct(next, args, newTarget));
      } catch (thrown) {
        error = thrown;
        throw thrown;
      } finally {
        record({ arguments: args, error, result, target, this: result });
      }
    },
  });
}

class MockTimers {
  #timers = new FakeTimers();
  enable(options = {}) {
    const { apis = ['setInterval', 'setTimeout', 'setImmediate', 'Date'], now = 0 } = Array.isArray(options) ? { apis: options } : options;
    const toFake = [];
    for (const api of apis) toFake.push(api, ...(api.startsWith('set') ? [`clear${api.slice(3)}`] : []));
    this.#timers.use({ toFake, now });
  }

  tick(ms = 1) { this.#timers.advanceTimersByTime(ms); }
  runAll() { this.#timers.runAllTimers(); }
  setTime(ms) { this.#timers.setSystemTime(ms); }
  reset() { this.#timers.restore(); }
  [Symbol.dispose ?? Symbol.for('dispose')]() { this.reset(); }
}

/** `mock` of node:test. */
export class MockTracker {
  #mocks = [];
  #timers;

  get timers() { return (this.#timers ??= new MockTimers()); }

  fn(original = function () {}, implementation = original, options = {}) {
    if (original !== null && typeof original === 'object') return this.fn(undefined, undefined, original);
    if (implementation !== null && typeof implementation === 'object') return this.fn(original, original, implementation);
    return this.#keep(mockOf(original, implementation, undefined, options.times));
  }

  method(object, name, implementation, options = {}) {
    if (implementation !== null && typeof implementation === 'object') return this.method(object, name, undefined, implementation);
    const { getter = false, setter = false, times } = options;
    let owner = object;
    while (owner !== null && owner !== undefined && !getOwnPropertyDescriptor(owner, name)) owner = getPrototypeOf(owner);
    const descriptor = owner && getOwnPropertyDescriptor(owner, name);
    const original = getter ? descriptor?.get : setter ? descriptor?.set : descriptor?.value;
    if (typeof original !== 'function') {
      throw Object.assign(new TypeError(`The argument 'methodName' must be a method. Received ${String(original)}`), { code: 'ERR_INVALID_ARG_VALUE' });
    }
    const restore = () => {
      if (owner === object) defineProperty(object, name, descriptor);
      else delete object[name];
    };
    const mock = mockOf(original, implementation ?? original, restore, times);
    const accessor = getter || setter;
    defineProperty(object, name, accessor
      ? { configurable: true, enumerable: descriptor.enumerable, get: getter ? mock : descriptor.get, set: setter ? mock : descriptor.set }
      : { configurable: true, enumerable: descriptor.enumerable, writable: descriptor.writable, value: mock });
    return this.#keep(mock);
  }

  getter(object, name, implementation, options) { return this.method(object, name, implementation, { ...options, getter: true }); }
  setter(object, name, implementation, options) { return this.method(object, name, implementation, { ...options, setter: true }); }

  reset() {
    this.restoreAll();
    this.#timers?.reset();
    this.#mocks = [];
  }

  restoreAll() {
    for (let i = 0; i < this.#mocks.length; i++) this.#mocks[i].mock.restore();
  }

  #keep(mock) {
    this.#mocks[this.#mocks.length] = mock;
    return mock;
  }
}
