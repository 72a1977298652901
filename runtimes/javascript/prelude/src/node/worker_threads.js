// node:worker_threads: workers are children of the program (see ../child.js), whose messages are copied.
import { Child } from '../child.js';
import { host } from '../host.js';
import { current } from '../program.js';
import { structuredClone } from '../web/structured_clone.js';
import { MessageEvent } from '../web/events.js';
import { MessageChannel, MessagePort } from '../web/messages.js';
import { codeError } from './errors.js';

const environment = new Map();

/** `{main}`: the module as the program's own thread has it. */
export function makeWorkerThreads({ EventEmitter }) {
  /** What a worker has of the channel to its parent. */
  class ParentPort extends EventEmitter {
    #send;
    #waiting = [];
    #listener = null;
    #refed = true;
    #closed = false;

    constructor(send) {
      super();
      this.#send = send;
      this.on('newListener', (type) => { if (type === 'message') queueMicrotask(() => this.#deliver()); });
    }

    get isWaited() { return !this.#closed && this.#refed && (this.listenerCount('message') > 0); }
    get onmessage() { return this.#listener; }
    set onmessage(listener) {
      if (this.#listener) this.removeEventListener('message', this.#listener);
      this.#listener = listener;
      if (listener) this.addEventListener('message', listener);
    }

    postMessage(value, transfer) { if (!this.#closed) this.#send(structuredClone(value, Array.isArray(transfer) ? { transfer } : transfer)); }
    addEventListener(type, listener) { this.on(type, Object.assign((data) => listener.call(this, new MessageEvent(type, { data })), { listener })); }
    removeEventListener(type, listener) { this.off(type, listener); }
    start() {}
    close() {
      if (this.#closed) return;
      this.#closed = true;
      queueMicrotask(() => this.emit('close'));
    }
    ref() { this.#refed = true; }
    unref() { this.#refed = false; }

    receive(data) {
      this.#waiting.push(data);
      this.#deliver();
    }

    #deliver() {
      while (this.#waiting.length > 0 && !this.#closed && this.listenerCount('message') > 0) this.emit('message', this.#waiting.shift());
    }
  }

  /** A worker as its parent sees it. */
  class Worker extends EventEmitter {
    #child;
    #port;
    #listener = {};
    #terminated = [];

    constructor(file, options = {}) {
      super();
      const name = file instanceof URL ? decodeURIComponent(file.pathname) : `${file}`;
      if (!options.eval && !(file instanceof URL) && !/^\.{0,2}\//.test(name)) {
        throw codeError(TypeError, 'ERR_WORKER_PATH', `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'. Received "${name}"`);
      }
      const path = options.eval ? name : name[0] === '/' ? name : `${host.files.cwd()}/${name}`;
      const workerData = options.workerData === undefined ? null : structuredClone(options.workerData);
      const { process } = current.program;
      const outer = host.write;
      this.#port = new ParentPort((data) => this.#child.tell(() => this.#hear('message', data)));
      this.#child = new Child({
        main: path, isText: options.eval === true, argv: [options.eval ? '[worker eval]' : path, ...(options.argv ?? []).map(String)], execArgv: options.execArgv ?? [],
        env: options.env === undefined || typeof options.env === 'symbol' ? process.env : options.env,
        write: (fd, chunk) => { if (!(fd === 1 ? options.stdout : options.stderr)) outer(fd, chunk); },
        hidesErrors: true,
        prepare: (program) => {
          program.process.pid = process.pid;
          program.process.ppid = process.ppid;
          program.builtins.worker_threads = module({ isMainThread: false, parentPort: this.#port, workerData, threadId: this.threadId = ++threads });
        },
        isWaited: () => this.#port.isWaited,
        ended: (code, failure) => this.#child.tell(() => this.#over(code, failure)),
      });
      this.resourceLimits = {};
      this.stdin = this.stdout = this.stderr = null;
      this.#child.tell(() => this.emit('online'));
      this.#child.wake();
    }

    get onmessage() { return this.#listener.message ?? null; }
    set onmessage(listener) { this.#listener.message = listener; }
    get onerror() { return this.#listener.error ?? null; }
    set onerror(listener) { this.#listener.error = listener; }

    postMessage(value, transfer) {
      const data = structuredClone(value, Array.isArray(transfer) ? { transfer } : transfer);
      this.#child.post(() => this.#port.receive(data));
    }

    addEventListener(type, listener) { this.on(type, (data) => listener.call(this, new MessageEvent(type, { data }))); }
    ref() {}
    unref() {}

    terminate() {
      const promise = new Promise((resolve) => this.#terminated.push(resolve));
      if (this.#child.isOver) this.#resolve(this.exitCode);
      else this.#child.kill(1);
      return promise;
    }

    #hear(type, data) {
      this.#listener[type]?.call(this, new MessageEvent(type, { data }));
      this.emit(type, data);
    }

    #over(code, failure) {
      this.exitCode = code;
      this.threadId = -1;
      if (failure) {
        if (this.#listener.error) this.#listener.error.call(this, failure.error);
        if (!this.#listener.error || this.listenerCount('error') > 0) this.emit('error', failure.error);
      }
      this.emit('exit', code);
      this.#resolve(code);
    }

    #resolve(code) {
      for (const resolve of this.#terminated.splice(0)) resolve(code);
    }
  }

  let threads = 0;
  const module = (own) => ({
    ...own, Worker, MessageChannel, MessagePort, SHARE_ENV: Symbol.for('nodejs.worker_threads.SHARE_ENV'), resourceLimits: {},
    getEnvironmentData: (key) => environment.get(key),
    setEnvironmentData(key, value) {
      if (value === undefined) environment.delete(key);
      else environment.set(key, structuredClone(value));
    },
    markAsUntransferable() {},
    isMarkedAsUntransferable: () => false,
    moveMessagePortToContext: (port) => port,
  });
  return { main: module({ isMainThread: true, parentPort: null, workerData: null, threadId: 0 }) };
}
