import { ModuleMocker } from 'jest-mock';
import { addTimers, MODULE_MOCKS } from './jest.js';
import { FakeTimers } from './fake_timers.js';

const { getOwnPropertyDescriptor, defineProperty, hasOwn } = Object;

/** Vitest's `vi`. `unsupported(what)` never returns; `clock` has the real timers. */
export function makeVi({ runner, unsupported, clock }) {
  const mocker = new ModuleMocker(globalThis);
  const timers = new FakeTimers(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date', 'performance']);
  const globals = new Map();
  const variables = new Map();
  const pause = (ms) => new Promise((resolve) => clock.setTimeout(resolve, ms));

  async function poll(attempt, options) {
    const { timeout = 1000, interval = 50 } = typeof options === 'number' ? { timeout: options } : options ?? {};
    const end = Date.now() + timeout;
    for (;;) {
      try {
        const value = await attempt();
        if (value !== undefined) return value.result;
      } catch (error) {
        if (Date.now() >= end) throw error;
      }
      if (Date.now() >= end) throw new Error('Timed out in waitUntil!');
      if (timers.active) await timers.advanceTimersByTimeAsync(interval);
      else await pause(interval);
    }
  }

  const vi = {
    fn: (implementation) => mocker.fn(implementation),
    spyOn: (object, method, access) => mocker.spyOn(object, method, access),
    isMockFunction: (value) => mocker.isMockFunction(value),
    mocked: (source) => source,
    hoisted: (factory) => factory(),
    clearAllMocks() { mocker.clearAllMocks(); return vi; },
    resetAllMocks() { mocker.resetAllMocks(); return vi; },
    restoreAllMocks() { mocker.restoreAllMocks(); return vi; },
    useFakeTimers(options) { timers.use(options ?? {}); return vi; },
    useRealTimers() { timers.restore(); return vi; },
    isFakeTimers: () => timers.active,
    getMockedSystemTime: () => (timers.active ? new Date(timers.now()) : null),
    getRealSystemTime: () => Date.now(),
    setConfig({ testTimeout } = {}) { if (testTimeout !== undefined) runner.defaultTimeout = testTimeout; },
    resetConfig() {},
    stubGlobal(name, value) {
      if (!globals.has(name)) globals.set(name, getOwnPropertyDescriptor(globalThis, name));
      defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
      return vi;
    },
    unstubAllGlobals() {
      for (const [name, descriptor] of globals) {
        if (descriptor) defineProperty(globalThis, name, descriptor);
        else delete globalThis[name];
      }
      globals.clear();
      return vi;
    },
    stubEnv(name, value) {
      const { env } = globalThis.process;
      if (!variables.has(name)) variables.set(name, hasOwn(env, name) ? env[name] : undefined);
      if (value === undefined) delete env[name];
      else env[name] = String(value);
      return vi;
    },
    unstubAllEnvs() {
      const { env } = globalThis.process;
      for (const [name, value] of variables) {
        if (value === undefined) delete env[name];
        else env[name] = value;
      }
      variables.clear();
      return vi;
    },
    waitFor: (attempt, options) => poll(async () => ({ result: await attempt() }), options),
    waitUntil: (attempt, options) => poll(async () => {
      const result = await attempt();
      return result ? { result } : undefined;
    }, options),
    async dynamicImportSettled() {},
  };
  addTimers(vi, timers, vi);
  vi.getTimerCount = () => timers.getTimerCount();
  for (const name of MODULE_MOCKS) vi[name] = () => unsupported(`vi.${name}`);
  return vi;
}

/** Vitest's checks of types do nothing when a program runs. */
export const expectTypeOf = () => typeChecks;
const typeChecks = new Proxy(() => {}, { get: (_, key) => (typeof key === 'symbol' || key === 'then' ? undefined : typeChecks), apply: () => typeChecks });
export const assertType = () => {};

/** Vitest's matchers that Jest's expect lacks. */
export const vitestMatchers = {
  toBeTypeOf(received, expected) {
    const { matcherHint, printExpected, printReceived } = this.utils;
    return { pass: typeof received === expected, message: () => `${matcherHint('toBeTypeOf', undefined, undefined, { isNot: this.isNot })}\n\nExpected: ${this.isNot ? 'not ' : ''}${printExpected(expected)}\nReceived: ${printReceived(typeof received)}` };
  },
  toBeOneOf(received, candidates) {
    const { matcherHint, printExpected, printReceived } = this.utils;
    const items = [...candidates];
    return { pass: items.some((item) => this.equals(received, item, this.customTesters)), message: () => `${matcherHint('toBeOneOf', undefined, undefined, { isNot: this.isNot })}\n\nExpected: ${this.isNot ? 'not ' : ''}one of ${printExpected(items)}\nReceived: ${printReceived(received)}` };
  },
  toSatisfy(received, predicate) {
    const { matcherHint, printReceived } = this.utils;
    return { pass: Boolean(predicate(received)), message: () => `${matcherHint('toSatisfy', undefined, undefined, { isNot: this.isNot })}\n\nExpected value ${this.isNot ? 'not ' : ''}to satisfy the predicate\nReceived: ${printReceived(received)}` };
  },
  toHaveBeenCalledOnce(received) {
    const { matcherHint, printReceived } = this.utils;
    const calls = received.mock.calls.length;
    return { pass: calls === 1, message: () => `${matcherHint('toHaveBeenCalledOnce', 'spy', '', { isNot: this.isNot })}\n\nExpected number of calls: ${this.isNot ? 'not ' : ''}1\nReceived number of calls: ${printReceived(calls)}` };
  },
  toHaveBeenCalledExactlyOnceWith(received, ...expected) {
    const { matcherHint, printExpected, printReceived } = this.utils;
    const { calls } = received.mock;
    return { pass: calls.length === 1 && this.equals(calls[0], expected, this.customTesters), message: () => `${matcherHint('toHaveBeenCalledExactlyOnceWith', 'spy', '...expected', { isNot: this.isNot })}\n\nExpected: ${printExpected(expected)}\nReceived: ${printReceived(calls)}` };
  },
};
