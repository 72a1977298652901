// A program as it runs: its event loop, its modules, its `process`, and how it ends.
import { host } from './host.js';
import { isOutOfMemory } from './errors.js';
import { makeConsole } from './console.js';
import { Modules } from './modules.js';
import { makeProcess } from './process.js';
import { Loop } from './timers.js';

const { apply } = Reflect;
const { setPrototypeOf } = Object;
const NativeMap = Map, mapSet = Map.prototype.set, mapDelete = Map.prototype.delete, mapEach = Map.prototype.forEach;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size').get;
const { then } = Promise.prototype;

const PENDING = 0, REJECTED = 2;

/** How a program ended otherwise than by running to its end. */
export class Ended {
  constructor(error) {
    this.error = error;
  }
}

/** The program whose code runs now. */
export const current = { __proto__: null, program: undefined };

/**
 * One program. `libraries` are what all have in common; `number` tells its ES modules from those of others, which the
 * engine keeps in one place; `failedAssertion` hears of false `console.assert`s.
 */
export class Program {
  #rejections = new NativeMap();

  constructor({ libraries, builtins, number = 0, failedAssertion = () => {} }) {
    this.loop = new Loop({ settled: () => this.#settled(), uncaught: (error) => this.uncaught(error) });
    this.console = makeConsole({ failedAssertion });
    const { process, emitExit, exitCode } = makeProcess({ loop: this.loop, EventEmitter: libraries.EventEmitter, makeStreams: libraries.streams });
    this.process = process;
    this.emitExit = emitExit;
    this.exitCode = exitCode;
    this.builtins = { __proto__: builtins, console: this.console, process };
    this.modules = new Modules({ builtins: this.builtins, isKnown: libraries.isKnown, number });
  }

  /** Hears that a promise was rejected that nobody handles, or that somebody does now. */
  rejection(promise, reason, handled) {
    if (handled) apply(mapDelete, this.#rejections, [promise]);
    else apply(mapSet, this.#rejections, [promise, { promise, reason }]);
  }

  /** What a callback threw. */
  uncaught(error, origin = 'uncaughtException') {
    const { process } = this;
    if (error instanceof Ended) throw error;
    if (!isOutOfMemory(error) && process.listenerCount('uncaughtException') > 0) process.emit('uncaughtException', error, origin);
    else throw new Ended(error);
  }

  /** Runs its main file and all that it starts. */
  run(path) {
    const promise = this.begin(path);
    this.loop.run();
    this.finish(promise);
  }

  /** Runs its main file; gives what `finish` takes when all that this started is over. */
  begin(path) {
    const promise = this.attempt(() => this.modules.runMain(path));
    if (promise !== undefined) apply(then, promise, [undefined, ignore]);
    return promise;
  }

  /** Fails unless the main file ended well. */
  finish(promise) {
    if (promise === undefined) return;
    const [state, value] = host.promiseState(promise);
    if (state === PENDING) throw new Ended(unsettled());
    if (state === REJECTED) throw new Ended(value);
  }

  /** What the action gives, unless it throws. */
  attempt(action) {
    try {
      return action();
    } catch (error) {
      this.uncaught(error);
      return undefined;
    }
  }

  // Looks at rejected promises when no job is left; says whether there may be new ones.
  #settled() {
    const rejections = this.#rejections;
    if (apply(mapSize, rejections, []) === 0) return false;
    this.#rejections = new NativeMap();
    const list = setPrototypeOf([], null);
    apply(mapEach, rejections, [(rejection) => { list[list.length] = rejection; }]);
    for (let i = 0; i < list.length; i++) {
      const { promise, reason } = list[i];
      const { process } = this;
      if (process.listenerCount('unhandledRejection') > 0) process.emit('unhandledRejection', reason, promise);
      else this.uncaught(reason, 'unhandledRejection');
    }
    return true;
  }
}

/** The error of a program that waits for what never comes. */
export function unsettled() {
  const error = new Error('a promise that the program waits for never settles');
  error.name = 'UnsettledPromise';
  return error;
}

function ignore() {}
