import { codeError } from './errors.js';
import { EventTarget } from '../web/events.js';

class PerformanceEntry {
  constructor(name, entryType, startTime, duration, detail) {
    this.name = name;
    this.entryType = entryType;
    this.startTime = startTime;
    this.duration = duration;
    if (detail !== undefined) this.detail = detail;
  }

  toJSON() { return { name: this.name, entryType: this.entryType, startTime: this.startTime, duration: this.duration, detail: this.detail ?? null }; }
}

/** node:perf_hooks on the virtual clock. `origin()` gives the clock's value at the start of the program. */
export function makePerfHooks(host, { origin }) {
  let entries = [];
  const observers = new Set();
  const add = (entry) => {
    entries.push(entry);
    for (const observer of observers) observer.notice(entry);
    return entry;
  };
  const now = () => host.now() - origin();
  const at = (mark) => {
    if (typeof mark === 'number') return mark;
    const found = entries.findLast((entry) => entry.entryType === 'mark' && entry.name === mark);
    if (!found) throw new DOMException(`The "${mark}" performance mark has not been set`, 'SyntaxError');
    return found.startTime;
  };

  class Performance extends EventTarget {
    get timeOrigin() { return origin(); }
    now() { return now(); }
    mark(name, options = {}) { return add(new PerformanceEntry(`${name}`, 'mark', options.startTime ?? now(), 0, options.detail ?? null)); }
    measure(name, start, end) {
      const options = typeof start === 'object' && start !== null ? start : { start, end };
      const from = options.start === undefined ? 0 : at(options.start);
      const to = options.end === undefined ? (options.duration === undefined ? now() : from + options.duration) : at(options.end);
      return add(new PerformanceEntry(`${name}`, 'measure', from, to - from, options.detail ?? null));
    }

    getEntries() { return entries.slice(); }
    getEntriesByName(name, type) { return entries.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type)); }
    getEntriesByType(type) { return entries.filter((entry) => entry.entryType === type); }
    clearMarks(name) { entries = entries.filter((entry) => entry.entryType !== 'mark' || (name !== undefined && entry.name !== name)); }
    clearMeasures(name) { entries = entries.filter((entry) => entry.entryType !== 'measure' || (name !== undefined && entry.name !== name)); }
    eventLoopUtilization() { return { idle: 0, active: 0, utilization: 0 }; }
    timerify(body) {
      return function (...args) {
        const start = now();
        try {
          return new.target ? Reflect.construct(body, args) : Reflect.apply(body, this, args);
        } finally {
          add(new PerformanceEntry(body.name, 'function', start, now() - start));
        }
      };
    }

    toJSON() { return { timeOrigin: origin(), nodeTiming: {}, eventLoopUtilization: {} }; }
  }

  class PerformanceObserver {
    #callback;
    #types = new Set();
    #pending = [];
    constructor(callback) { this.#callback = callback; }
    observe({ entryTypes, type }) {
      for (const name of entryTypes ?? [type]) this.#types.add(name);
      observers.add(this);
    }

    disconnect() { observers.delete(this); }
    takeRecords() { return this.#pending.splice(0); }
    notice(entry) {
      if (!this.#types.has(entry.entryType)) return;
      if (this.#pending.push(entry) > 1) return;
      globalThis.setTimeout(() => {
        const list = this.takeRecords();
        if (!list.length) return;
        this.#callback({ getEntries: () => list, getEntriesByName: (name) => list.filter((item) => item.name === name), getEntriesByType: (kind) => list.filter((item) => item.entryType === kind) }, this);
      }, 0);
    }

    static supportedEntryTypes = ['function', 'mark', 'measure'];
  }

  const performance = new Performance();
  return {
    performance, PerformanceEntry, PerformanceObserver, constants: {},
    monitorEventLoopDelay: () => { throw codeError(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'monitorEventLoopDelay is unavailable'); },
  };
}
