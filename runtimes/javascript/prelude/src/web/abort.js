import { Event, EventTarget, handler } from './events.js';

const PRIVATE = Symbol('abort');
const abortError = () => new DOMException('This operation was aborted', 'AbortError');

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason = undefined;

  constructor(key) {
    if (key !== PRIVATE) throw Object.assign(new TypeError('Illegal constructor'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
    super();
  }

  get aborted() { return this.#aborted; }
  get reason() { return this.#reason; }
  throwIfAborted() { if (this.#aborted) throw this.#reason; }
  get [Symbol.toStringTag]() { return 'AbortSignal'; }

  static abort(reason = abortError()) {
    const signal = new AbortSignal(PRIVATE);
    signal.#aborted = true;
    signal.#reason = reason;
    return signal;
  }

  static timeout(ms) {
    const signal = new AbortSignal(PRIVATE);
    globalThis.setTimeout(() => abort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms)?.unref?.();
    return signal;
  }

  static any(signals) {
    const combined = new AbortSignal(PRIVATE);
    for (const signal of signals) {
      if (signal.aborted) {
        abort(combined, signal.reason);
        break;
      }
      signal.addEventListener('abort', () => abort(combined, signal.reason), { once: true });
    }
    return combined;
  }

  static [PRIVATE](signal, reason) {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason;
    signal.dispatchEvent(new Event('abort'));
  }
}
const abort = AbortSignal[PRIVATE];
delete AbortSignal[PRIVATE];
handler(AbortSignal, 'abort');

export class AbortController {
  #signal = new AbortSignal(PRIVATE);
  get signal() { return this.#signal; }
  abort(reason = abortError()) { abort(this.#signal, reason); }
  get [Symbol.toStringTag]() { return 'AbortController'; }
}
