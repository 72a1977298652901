// The event loop: timers on the virtual clock, immediates, ticks and promise jobs, in node's order.
import { host } from './host.js';

const { apply } = Reflect;
const LONGEST_DELAY = 2 ** 31 - 1;

class Timeout {
  constructor(loop, callback, delay, parameters, repeats) {
    this._idleTimeout = delay;
    this._onTimeout = callback;
    Object.defineProperty(this, 'state', {
      __proto__: null,
      value: { loop, parameters, repeats, due: host.now() + delay, id: 0, waits: false, refed: true },
    });
  }

  ref() { this.state.refed = true; return this; }
  unref() { this.state.refed = false; return this; }
  hasRef() { return this.state.refed; }
  refresh() {
    const { state } = this;
    state.loop.remove(this);
    state.due = host.now() + this._idleTimeout;
    state.loop.insert(this);
    return this;
  }
  close() { this.state.loop.remove(this); return this; }
  [Symbol.toPrimitive]() { return this.state.loop.name(this); }
  [Symbol.dispose]() { this.close(); }
}

class Immediate {
  constructor(callback, parameters) {
    this._onImmediate = callback;
    Object.defineProperty(this, 'state', { __proto__: null, value: { parameters, refed: true } });
  }

  ref() { this.state.refed = true; return this; }
  unref() { this.state.refed = false; return this; }
  hasRef() { return this.state.refed; }
  [Symbol.dispose]() { this._onImmediate = undefined; }
}

/** The order in which everything of a program happens. */
export class Loop {
  // Waiting timers, the one that is due last first; those that are due at once in the order of their making.
  #timers = bare([]);
  #immediates = bare([]);
  #ticks = bare([]);
  #named = new Map();
  #names = 0;
  #settled;
  #uncaught;

  /** `settled` is called when no tick or job is left; `uncaught` with what a callback throws. */
  constructor({ settled, uncaught }) {
    this.#settled = settled;
    this.#uncaught = uncaught;
  }

  setTimeout(callback, delay, parameters, repeats) {
    check(callback);
    delay = +delay;
    if (!(delay >= 1 && delay <= LONGEST_DELAY)) delay = 1;
    const timer = new Timeout(this, callback, Math_trunc(delay), parameters, repeats);
    this.insert(timer);
    return timer;
  }

  insert(timer) {
    const timers = this.#timers, { state } = timer;
    let at = timers.length;
    while (at > 0 && timers[at - 1].state.due <= state.due) at--;
    for (let i = timers.length; i > at; i--) timers[i] = timers[i - 1];
    timers[at] = timer;
    state.waits = true;
  }

  remove(timer) {
    const { state } = timer;
    if (!state.waits) return;
    const timers = this.#timers;
    let at = 0;
    while (timers[at] !== timer) at++;
    for (; at < timers.length - 1; at++) timers[at] = timers[at + 1];
    timers.length -= 1;
    state.waits = false;
  }

  /** The number that stands for a timer. */
  name(timer) {
    if (timer.state.id === 0) {
      timer.state.id = ++this.#names;
      this.#named.set(timer.state.id, timer);
    }
    return timer.state.id;
  }

  clear(timer) {
    if (typeof timer === 'number' || typeof timer === 'string') timer = this.#named.get(+timer);
    if (timer instanceof Timeout) {
      timer.state.repeats = false;
      this.remove(timer);
      timer._onTimeout = null;
    } else if (timer instanceof Immediate) {
      timer._onImmediate = undefined;
    }
  }

  setImmediate(callback, parameters) {
    check(callback);
    const immediate = new Immediate(callback, parameters);
    this.#immediates[this.#immediates.length] = immediate;
    return immediate;
  }

  nextTick(callback, parameters) {
    check(callback);
    this.#ticks[this.#ticks.length] = { callback, parameters };
  }

  /** Runs ticks and promise jobs until there are none. */
  settle() {
    for (;;) {
      for (let i = 0; i < this.#ticks.length; i++) {
        const { callback, parameters } = this.#ticks[i];
        this.#call(callback, undefined, parameters);
      }
      this.#ticks.length = 0;
      try {
        host.runJobs();
      } catch (error) {
        this.#uncaught(error);
        continue;
      }
      if (this.#ticks.length === 0 && !this.#settled()) return;
    }
  }

  /** Runs everything until nothing is left that keeps a program alive, or `enough` says so. */
  run(enough = never) {
    this.settle();
    while (!enough()) {
      if (this.#step()) continue;
      const first = this.#first();
      if (first === undefined || !this.#isAlive()) return;
      host.sleep(first.state.due - host.now());
    }
  }

  /**
   * Runs a part of what is due. Gives the time at which to come again; nothing when there is nothing left that keeps a
   * program alive.
   */
  turn() {
    this.settle();
    if (this.#step()) return host.now();
    return this.#isAlive() ? this.#first().state.due : undefined;
  }

  // Runs one timer that is due, or all immediates; false if there are none.
  #step() {
    const first = this.#first();
    const immediates = this.#immediates;
    if (first === undefined && immediates.length === 0) return false;
    const now = host.now();
    if (first && (first.state.due <= now || (immediates.length > 0 && first.state.due <= now + 1))) {
      this.#fire(first, now);
      return true;
    }
    if (immediates.length === 0) return false;
    this.#immediates = bare([]);
    for (let i = 0; i < immediates.length; i++) {
      const { _onImmediate: callback, state } = immediates[i];
      if (callback !== undefined) {
        this.#call(callback, immediates[i], state.parameters);
        this.settle();
      }
    }
    return true;
  }

  #first() {
    return this.#timers[this.#timers.length - 1];
  }

  #isAlive() {
    for (let i = 0; i < this.#timers.length; i++) if (this.#timers[i].state.refed) return true;
    return false;
  }

  #fire(timer, now) {
    const { state } = timer;
    this.remove(timer);
    if (state.repeats) {
      state.due = (now > state.due ? now : state.due) + timer._idleTimeout;
    }
    const callback = timer._onTimeout;
    if (callback !== null) this.#call(callback, timer, state.parameters);
    if (state.repeats && !state.waits) this.insert(timer);
    this.settle();
  }

  #call(callback, self, parameters) {
    try {
      apply(callback, self, parameters);
    } catch (error) {
      this.#uncaught(error);
    }
  }
}

/** An array that no program's Array.prototype can put its hands on. */
function bare(array) {
  return Object.setPrototypeOf(array, null);
}

const Math_trunc = Math.trunc;
const never = () => false;

function check(callback) {
  if (typeof callback === 'function') return;
  const error = new TypeError(`The "callback" argument must be of type function. Received ${callback === null ? 'null' : typeof callback}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  throw error;
}

/** The functions that programs use, as globals and as the modules `timers` and `timers/promises`; `current.program` runs. */
export function makeTimers(current) {
  const timers = {
    setTimeout(callback, delay, ...parameters) { return current.program.loop.setTimeout(callback, delay, parameters, false); },
    setInterval(callback, delay, ...parameters) { return current.program.loop.setTimeout(callback, delay, parameters, true); },
    setImmediate(callback, ...parameters) { return current.program.loop.setImmediate(callback, parameters); },
    clearTimeout(timer) { current.program.loop.clear(timer); },
    clearInterval(timer) { current.program.loop.clear(timer); },
    clearImmediate(timer) { current.program.loop.clear(timer); },
  };
  const waiting = (start, stop) => (value, options) => new Promise((resolve, reject) => {
    const signal = options?.signal;
    const stopped = () => reject(abortError(signal));
    if (signal?.aborted) return stopped();
    const timer = start(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve(value);
    });
    if (options?.ref === false) timer.unref();
    const onAbort = () => { stop(timer); stopped(); };
    signal?.addEventListener('abort', onAbort);
  });
  const promises = {
    setTimeout: (delay, value, options) => waiting((done) => timers.setTimeout(done, delay), timers.clearTimeout)(value, options),
    setImmediate: (value, options) => waiting((done) => timers.setImmediate(done), timers.clearImmediate)(value, options),
    async *setInterval(delay, value) {
      for (;;) {
        await promises.setTimeout(delay);
        yield value;
      }
    },
    scheduler: { wait: (delay, options) => promises.setTimeout(delay, undefined, options), yield: () => promises.setImmediate() },
  };
  const custom = Symbol.for('nodejs.util.promisify.custom');
  Object.defineProperty(timers.setTimeout, custom, { value: promises.setTimeout });
  Object.defineProperty(timers.setImmediate, custom, { value: promises.setImmediate });
  return { globals: timers, modules: { timers: { ...timers, promises }, 'timers/promises': promises } };
}

function abortError(signal) {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  error.name = 'AbortError';
  error.code = 'ABORT_ERR';
  return error;
}
