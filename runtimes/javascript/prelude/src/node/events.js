import EventEmitter from 'events';
import { inspect } from 'node-inspect-extracted';
import { codeError, invalidType } from './errors.js';

const { defineProperty } = Object;
const define = (name, value) => defineProperty(EventEmitter, name, { value, writable: true, configurable: true, enumerable: true });

define('EventEmitter', EventEmitter);
define('errorMonitor', Symbol('events.errorMonitor'));
define('captureRejectionSymbol', Symbol.for('nodejs.rejection'));
define('captureRejections', false);
define('usingDomains', false);

define('getEventListeners', (emitter, type) => emitter.listeners(type));
define('getMaxListeners', (emitter) => emitter.getMaxListeners());
define('setMaxListeners', (count = EventEmitter.defaultMaxListeners, ...emitters) => {
  if (emitters.length === 0) EventEmitter.defaultMaxListeners = count;
  for (const emitter of emitters) emitter.setMaxListeners?.(count);
});

// What `error` listeners hear, the monitor hears first; what nobody hears is thrown.
const { emit } = EventEmitter.prototype;
EventEmitter.prototype.emit = function (type, ...args) {
  if (type === 'error') {
    if (this.listenerCount(EventEmitter.errorMonitor) > 0) Reflect.apply(emit, this, [EventEmitter.errorMonitor, ...args]);
    if (!(args[0] instanceof Error) && this.listenerCount('error') === 0) {
      throw codeError(Error, 'ERR_UNHANDLED_ERROR', `Unhandled error. (${typeof args[0] === 'string' ? `'${args[0]}'` : inspect(args[0])})`, { context: args[0] });
    }
  }
  return Reflect.apply(emit, this, [type, ...args]);
};

for (const name of ['addListener', 'on', 'once', 'prependListener', 'prependOnceListener', 'removeListener', 'off']) {
  const work = EventEmitter.prototype[name];
  EventEmitter.prototype[name] = Object.defineProperty(function (type, listener) {
    if (typeof listener !== 'function') throw invalidType('listener', 'of type function', listener);
    return Reflect.apply(work, this, [type, listener]);
  }, 'name', { value: name, configurable: true });
}

/** Events as an async iterator. */
define('on', (emitter, type, { signal } = {}) => {
  signal?.throwIfAborted();
  const ready = [];
  const waiting = [];
  let failure;
  let ended = false;
  const arrived = (...args) => {
    const next = waiting.shift();
    if (next) next.resolve({ value: args, done: false });
    else ready.push(args);
  };
  const failed = (error) => {
    const next = waiting.shift();
    if (next) next.reject(error);
    else failure = { error };
    iterator.return();
  };
  const iterator = {
    next() {
      if (ready.length) return Promise.resolve({ value: ready.shift(), done: false });
      if (failure) {
        const { error } = failure;
        failure = undefined;
        return Promise.reject(error);
      }
      if (ended) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      emitter.removeListener(type, arrived);
      emitter.removeListener('error', failed);
      ended = true;
      for (const next of waiting.splice(0)) next.resolve({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
    throw(error) {
      failed(error);
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() { return this; },
  };
  if (typeof emitter?.on !== 'function') throw invalidType('emitter', 'an instance of EventEmitter', emitter);
  emitter.on(type, arrived);
  if (type !== 'error') emitter.on('error', failed);
  signal?.addEventListener('abort', () => failed(Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' })), { once: true });
  return iterator;
});

export default EventEmitter;
