import { received } from '../node/errors.js';

const { apply } = Reflect;
const now = () => globalThis.performance?.now?.() ?? 0;

export class Event {
  #type;
  #bubbles;
  #cancelable;
  #composed;
  #time = now();
  #prevented = false;
  #stopped = false;
  #target = null;
  #dispatching = false;

  constructor(type, options = {}) {
    if (arguments.length === 0) throw Object.assign(new TypeError('The "type" argument must be specified'), { code: 'ERR_MISSING_ARGS' });
    this.#type = `${type}`;
    this.#bubbles = Boolean(options?.bubbles);
    this.#cancelable = Boolean(options?.cancelable);
    this.#composed = Boolean(options?.composed);
  }

  get type() { return this.#type; }
  get bubbles() { return this.#bubbles; }
  get cancelable() { return this.#cancelable; }
  get composed() { return this.#composed; }
  get defaultPrevented() { return this.#cancelable && this.#prevented; }
  get returnValue() { return !this.defaultPrevented; }
  get timeStamp() { return this.#time; }
  get target() { return this.#target; }
  get srcElement() { return this.#target; }
  get currentTarget() { return this.#dispatching ? this.#target : null; }
  get eventPhase() { return this.#dispatching ? 2 : 0; }
  get isTrusted() { return false; }
  composedPath() { return this.#dispatching ? [this.#target] : []; }
  preventDefault() { this.#prevented = true; }
  stopPropagation() {}
  stopImmediatePropagation() { this.#stopped = true; }
  get [Symbol.toStringTag]() { return 'Event'; }

  static begin(event, target) {
    if (event.#dispatching) throw Object.assign(new Error('The event is already being dispatched'), { code: 'ERR_EVENT_RECURSION' });
    event.#target = target;
    event.#dispatching = true;
  }

  static end(event) { event.#dispatching = false; }
  static stopped(event) { return event.#stopped; }
}
const { begin, end, stopped } = Event;
delete Event.begin;
delete Event.end;
delete Event.stopped;
for (const [phase, value] of [['NONE', 0], ['CAPTURING_PHASE', 1], ['AT_TARGET', 2], ['BUBBLING_PHASE', 3]]) {
  Object.defineProperty(Event, phase, { value, enumerable: true });
}

export class CustomEvent extends Event {
  #detail;
  constructor(type, options = {}) {
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail() { return this.#detail; }
  get [Symbol.toStringTag]() { return 'CustomEvent'; }
}

export class MessageEvent extends Event {
  #data;
  constructor(type, options = {}) {
    super(type, options);
    this.#data = options?.data ?? null;
  }

  get data() { return this.#data; }
}

export class EventTarget {
  #listeners = new Map();

  addEventListener(type, listener, options) {
    if (listener === null || listener === undefined) return;
    if (typeof listener !== 'function' && typeof listener !== 'object') {
      throw Object.assign(new TypeError('The "listener" argument must be an instance of EventListener.'), { code: 'ERR_INVALID_ARG_TYPE' });
    }
    const capture = typeof options === 'boolean' ? options : Boolean(options?.capture);
    const signal = typeof options === 'object' && options !== null ? options.signal : undefined;
    if (signal?.aborted) return;
    const name = `${type}`;
    const list = this.#listeners.get(name) ?? [];
    if (list.some((entry) => entry.listener === listener && entry.capture === capture)) return;
    this.#listeners.set(name, [...list, { listener, capture, once: typeof options === 'object' && Boolean(options?.once) }]);
    signal?.addEventListener('abort', () => this.removeEventListener(name, listener, capture), { once: true });
  }

  removeEventListener(type, listener, options) {
    const capture = typeof options === 'boolean' ? options : Boolean(options?.capture);
    const name = `${type}`;
    const list = this.#listeners.get(name);
    if (list) this.#listeners.set(name, list.filter((entry) => entry.listener !== listener || entry.capture !== capture));
  }

  dispatchEvent(event) {
    if (!(event instanceof Event)) throw Object.assign(new TypeError(`The "event" argument must be an instance of Event.${received(event)}`), { code: 'ERR_INVALID_ARG_TYPE' });
    begin(event, this);
    try {
      for (const entry of this.#listeners.get(event.type) ?? []) {
        if (!this.#listeners.get(event.type).includes(entry)) continue;
        if (entry.once) this.removeEventListener(event.type, entry.listener, entry.capture);
        try {
          if (typeof entry.listener === 'function') apply(entry.listener, this, [event]);
          else entry.listener.handleEvent(event);
        } catch (error) {
          // As in node: the other listeners run, and the error is uncaught.
          globalThis.process?.nextTick?.(() => { throw error; });
        }
        if (stopped(event)) break;
      }
    } finally {
      end(event);
    }
    return !event.defaultPrevented;
  }

  get [Symbol.toStringTag]() { return 'EventTarget'; }
}

/** `ontype` properties: a listener that can be replaced by assignment. */
export function handler(Type, name) {
  const current = new WeakMap();
  Object.defineProperty(Type.prototype, `on${name}`, {
    configurable: true,
    enumerable: true,
    get() { return current.get(this)?.listener ?? null; },
    set(listener) {
      const old = current.get(this);
      if (old) {
        old.listener = listener;
        return;
      }
      const entry = { listener };
      current.set(this, entry);
      this.addEventListener(name, function (event) {
        if (typeof entry.listener === 'function') apply(entry.listener, this, [event]);
      });
    },
  });
}
