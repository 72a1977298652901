import { EventTarget, handler, MessageEvent } from './events.js';
import { structuredClone } from './structured_clone.js';

/** One end of a channel; messages arrive in turns of the event loop, by the timer that is there when they are sent. */
export class MessagePort extends EventTarget {
  #other = undefined;
  #started = false;
  #closed = false;
  #waiting = [];

  static pair(a, b) {
    a.#other = b;
    b.#other = a;
  }

  postMessage(value, transfer) {
    const data = structuredClone(value, Array.isArray(transfer) ? { transfer } : transfer);
    if (!this.#other || this.#closed) return;
    this.#other.#waiting.push(data);
    this.#other.#schedule();
  }

  start() {
    this.#started = true;
    this.#schedule();
  }

  close() {
    this.#closed = true;
    if (this.#other) this.#other.#closed = true;
  }

  on(type, listener) {
    this.addEventListener(type, (event) => listener(event.data));
    if (type === 'message') this.start();
    return this;
  }

  ref() {}
  unref() {}

  addEventListener(type, listener, options) {
    super.addEventListener(type, listener, options);
  }

  #schedule() {
    if (!this.#started) return;
    globalThis.setTimeout(() => {
      if (this.#closed || !this.#waiting.length) return;
      this.dispatchEvent(new MessageEvent('message', { data: this.#waiting.shift() }));
    }, 0);
  }
}
const { pair } = MessagePort;
delete MessagePort.pair;
handler(MessagePort, 'message');
// Assigning a handler starts the port, as the standard says.
const { get, set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
Object.defineProperty(MessagePort.prototype, 'onmessage', { configurable: true, enumerable: true, get, set(listener) { Reflect.apply(set, this, [listener]); this.start(); } });

export class MessageChannel {
  port1 = new MessagePort();
  port2 = new MessagePort();
  constructor() { pair(this.port1, this.port2); }
}
