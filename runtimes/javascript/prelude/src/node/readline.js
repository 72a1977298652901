import EventEmitter from './events.js';
import { codeError } from './errors.js';

/** node:readline over any readable stream. */
class Interface extends EventEmitter {
  #rest = '';
  #questions = [];
  #lines = [];
  #paused = false;
  #prompt;
  #ended = false;
  #cr = false;
  closed = false;
  line = '';
  cursor = 0;
  terminal = false;
  history = [];

  constructor({ input, output, prompt = '> ', crlfDelay, signal }) {
    super();
    this.input = input;
    this.output = output;
    this.crlfDelay = crlfDelay ?? 100;
    this.#prompt = prompt;
    if (input) {
      input.setEncoding?.('utf8');
      input.on('data', (chunk) => this.#take(`${chunk}`));
      input.on('end', () => {
        this.#ended = true;
        this.#flush();
      });
      input.on('error', (error) => this.emit('error', error));
      input.resume?.();
    }
    signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  #take(chunk) {
    if (this.closed) return;
    let text = this.#rest + chunk;
    if (this.#cr && text.startsWith('\n')) text = text.slice(1);
    this.#cr = text.endsWith('\r');
    const lines = text.split(/\r\n|\n|\r/);
    this.#rest = lines.pop();
    for (const line of lines) this.#lines.push(line);
    this.#flush();
  }

  #flush() {
    while (this.#lines.length && !this.#paused && !this.closed) this.#line(this.#lines.shift());
    if (!this.#ended || this.#lines.length || this.closed) return;
    if (this.#rest !== '') {
      const last = this.#rest;
      this.#rest = '';
      this.#line(last);
    }
    this.close();
  }

  #line(line) {
    const question = this.#questions.shift();
    if (question) question(line);
    else this.emit('line', line);
  }

  question(query, options, callback = options) {
    if (this.closed) throw codeError(Error, 'ERR_USE_AFTER_CLOSE', 'readline was closed');
    this.output?.write?.(query);
    this.#questions.push(callback);
    if (this.#lines.length) queueMicrotask(() => this.#flush());
  }

  setPrompt(prompt) { this.#prompt = prompt; }
  getPrompt() { return this.#prompt; }
  prompt() { this.output?.write?.(this.#prompt); this.resume(); }
  write(text) { if (text !== null && text !== undefined) this.#take(`${text}`); }

  pause() {
    if (this.#paused) return this;
    this.#paused = true;
    this.input?.pause?.();
    this.emit('pause');
    return this;
  }

  resume() {
    if (!this.#paused) return this;
    this.#paused = false;
    this.input?.resume?.();
    this.emit('resume');
    queueMicrotask(() => this.#flush());
    return this;
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    this.input?.pause?.();
    this.emit('close');
  }

  [Symbol.asyncIterator]() {
    const ready = [];
    const waiting = [];
    let ended = this.closed;
    this.on('line', (line) => {
      const next = waiting.shift();
      if (next) next({ value: line, done: false });
      else ready.push(line);
    });
    this.on('close', () => {
      ended = true;
      for (const next of waiting.splice(0)) next({ value: undefined, done: true });
    });
    return {
      next: () => {
        if (ready.length) return Promise.resolve({ value: ready.shift(), done: false });
        if (ended) return Promise.resolve({ value: undefined, done: true });
        return new Promise((resolve) => waiting.push(resolve));
      },
      return: () => {
        this.close();
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]() { return this; },
    };
  }

  [Symbol.dispose ?? Symbol.for('dispose')]() { this.close(); }
}

const optionsOf = (input, output) => (typeof input?.on === 'function' ? { input, output } : input ?? {});

class PromiseInterface extends Interface {
  question(query, options) {
    return new Promise((resolve, reject) => {
      options?.signal?.addEventListener('abort', () => reject(options.signal.reason), { once: true });
      super.question(query, {}, resolve);
    });
  }
}

const terminal = (callback) => {
  callback?.();
  return true;
};

export default {
  Interface,
  createInterface: (input, output) => new Interface(optionsOf(input, output)),
  clearLine: (_stream, _direction, callback) => terminal(callback),
  clearScreenDown: (_stream, callback) => terminal(callback),
  cursorTo: (_stream, _x, _y, callback) => terminal(callback),
  moveCursor: (_stream, _x, _y, callback) => terminal(callback),
  emitKeypressEvents() {},
  promises: { Interface: PromiseInterface, createInterface: (input, output) => new PromiseInterface(optionsOf(input, output)) },
};
