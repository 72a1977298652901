// A script that a program runs as a process or a thread of its own: with its own event loop, modules, `process`, console,
// standard streams and globals, in the program's realm, so that they share the language's own objects.
//
// A child runs in turns of the loop of the program that made it, or at once and to its end where that waits for it. While
// it runs, what the prelude has of the host is the child's.
import { host } from './host.js';
import { isOutOfMemory, lack, shown } from './errors.js';
import { Ended, Program, current } from './program.js';
import { authored } from './source_maps.js';

const { apply, ownKeys } = Reflect;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { files } = host;
/** What a process exits with that waits for a promise that never settles. */
const UNSETTLED = 13;

let count = 0;

/** What children are made of, set when the prelude is: `libraries` and `builtins` of all programs. */
export const kit = { __proto__: null, libraries: undefined, builtins: undefined };

/**
 * A child of the program that runs now. `main` is its file, or its text if `isText`; `input` are the bytes that it reads
 * first; `write(fd, chunk)` takes what it writes; `prepare(program)` sees it before it starts; `ended(code, error)` hears of
 * its end, `error` holding what nothing caught, which it shows unless `hidesErrors`. `isWaited()` tells whether somebody may still send it something.
 */
export class Child {
  #parent = current.program;
  #main;
  #isText;
  #cwd;
  #input;
  #consumed = 0;
  #write;
  #ended;
  #isWaited;
  #hidesErrors;
  #begun = false;
  #promise = undefined;
  #awaited = undefined;
  #globals = new Map();
  #failure = undefined;
  #code = undefined;
  #over = false;
  #timer = undefined;

  constructor({ main, isText = false, argv = [], execArgv = [], env, cwd, input, write, prepare, ended, isWaited = () => false, hidesErrors = false }) {
    this.number = ++count;
    this.#main = main;
    this.#isText = isText;
    this.#cwd = cwd;
    this.#input = input ?? new Uint8Array();
    this.#write = write;
    this.#ended = ended;
    this.#isWaited = isWaited;
    this.#hidesErrors = hidesErrors;
    this.program = new Program({ libraries: kit.libraries, builtins: kit.builtins, number: this.number });
    const { process } = this.program;
    process.argv = [process.execPath, ...argv];
    process.execArgv = execArgv;
    process.env = { ...env };
    process.pid = this.number + 1;
    process.ppid = this.#parent.process.pid;
    prepare?.(this.program);
  }

  get isOver() { return this.#over; }

  /** Runs it to its end. */
  runToEnd() {
    this.#inside(() => {
      this.#begin();
      this.program.loop.run();
      this.#finish();
    });
    this.#end();
  }

  /** Runs it in turns of its parent's loop from now on, or comes back to it where it waits. */
  wake() {
    if (this.#over) return;
    this.#parent.loop.clear(this.#timer);
    this.#timer = this.#parent.loop.setImmediate(() => this.#turn(), []);
  }

  /** Runs `action` in its next turn. */
  post(action) {
    if (this.#over) return;
    this.program.loop.setImmediate(action, []);
    this.wake();
  }

  /** Runs `action` in its parent's next turn. */
  tell(action) {
    this.#parent.loop.setImmediate(action, []);
  }

  /** Ends it where it is. */
  kill(code) {
    if (this.#over) return;
    this.#code = code;
    this.#end();
  }

  #turn() {
    this.#timer = undefined;
    if (this.#over) return;
    let next;
    this.#inside(() => {
      if (!this.#begun) this.#begin();
      next = this.program.loop.turn();
      if (next === undefined && !this.#isWaited()) this.#finish();
    });
    if (this.#over) return;
    if (this.#code !== undefined || (next === undefined && !this.#isWaited())) return void this.#end();
    const now = host.now();
    if (next === undefined) return;
    this.#timer = next <= now
      ? this.#parent.loop.setImmediate(() => this.#turn(), [])
      : this.#parent.loop.setTimeout(() => this.#turn(), next - now, [], false);
  }

  #begin() {
    this.#begun = true;
    const { modules } = this.program;
    this.#promise = this.program.attempt(() => {
      if (this.#isText) return modules.runText(this.#main);
      return modules.runMain(modules.resolve('', this.#main));
    });
    if (this.#promise !== undefined) apply(Promise.prototype.then, this.#promise, [undefined, () => {}]);
  }

  #finish() {
    if (this.#promise !== undefined && host.promiseState(this.#promise)[0] === 0) this.#awaited = UNSETTLED;
    else this.program.finish(this.#promise);
    this.program.emitExit();
  }

  #end() {
    this.#over = true;
    this.#parent.loop.clear(this.#timer);
    host.dropJobs(this.number);
    const code = this.#code ?? (this.#failure ? 1 : this.#awaited ?? this.program.exitCode());
    this.#ended(code, this.#failure);
  }

  // Runs code of the child's. What ends it ends here; but what ends the whole program, here too, goes on.
  #inside(action) {
    const outer = this.#enter();
    let thrown;
    host.confine(() => {
      try {
        action();
      } catch (error) {
        thrown = { __proto__: null, error: error instanceof Ended ? error.error : error };
        if (lack(thrown.error) === undefined && !isOutOfMemory(thrown.error)) this.#fail(thrown.error);
      }
    });
    this.#leave(outer);
    if (thrown && this.#failure === undefined) {
      this.#over = true;
      throw thrown.error;
    }
  }

  #fail(error) {
    this.#failure = { __proto__: null, error };
    if (!this.#hidesErrors) this.#write(2, shown(error, authored));
    this.program.emitExit();
  }

  #enter() {
    const outer = {
      __proto__: null, program: current.program, exit: host.exit, write: host.write, filesRead: files.read, filesWrite: files.write,
      cwd: files.cwd(), names: new Set(ownKeys(globalThis)), jobs: host.takeJobs(this.number),
      console: getOwnPropertyDescriptor(globalThis, 'console'), process: getOwnPropertyDescriptor(globalThis, 'process'),
    };
    current.program = this.program;
    host.exit = (code) => {
      this.#code = code;
      host.leave();
    };
    host.write = (fd, chunk) => this.#write(fd, chunk);
    files.read = (fd, bytes, offset, length, position) => (fd === 0 ? this.#read(bytes, offset, length) : outer.filesRead(fd, bytes, offset, length, position));
    files.write = (fd, bytes, offset, length, position) => {
      if (fd !== 1 && fd !== 2) return outer.filesWrite(fd, bytes, offset, length, position);
      this.#write(fd, bytes.slice(offset, offset + length));
      return length;
    };
    if (this.#cwd !== undefined) files.chdir(this.#cwd);
    for (const [name, descriptor] of this.#globals) Reflect.defineProperty(globalThis, name, descriptor);
    const give = (name, value) => defineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
    if (!this.#globals.has('console')) give('console', this.program.console);
    if (!this.#globals.has('process')) give('process', this.program.process);
    return outer;
  }

  #leave(outer) {
    host.takeJobs(outer.jobs);
    for (const name of ownKeys(globalThis)) {
      if (outer.names.has(name) && name !== 'console' && name !== 'process') continue;
      const descriptor = getOwnPropertyDescriptor(globalThis, name);
      // What it made fast stays.
      if (!descriptor.configurable) continue;
      this.#globals.set(name, descriptor);
      delete globalThis[name];
    }
    for (const name of ['console', 'process']) if (outer[name]) Reflect.defineProperty(globalThis, name, outer[name]);
    if (this.#cwd !== undefined) this.#cwd = files.cwd();
    files.chdir(outer.cwd);
    files.read = outer.filesRead;
    files.write = outer.filesWrite;
    host.exit = outer.exit;
    host.write = outer.write;
    current.program = outer.program;
  }

  // Its standard input: what was given at its start.
  #read(bytes, offset, length) {
    const part = this.#input.subarray(this.#consumed, this.#consumed + length);
    bytes.set(part, offset);
    this.#consumed += part.length;
    return part.length;
  }
}
