// Runs one program and tells how it ended.
//
// A program may replace whatever it can reach, and define objects that lie, and must still get its honest outcome. So what
// runs after the program uses nothing but what it took from the builtins when this was loaded.
import { host } from './host.js';
import { DIRECTORY, Unsupported, describe, isOutOfMemory, lack, shown } from './errors.js';
import { isModule } from './modules.js';
import { candidatesModule, judgesModule, nextMessage } from './sides.js';
import { authored } from './source_maps.js';

const { apply } = Reflect;
const parse = JSON.parse, stringify = JSON.stringify;
const exec = RegExp.prototype.exec;
const { replace, slice, toWellFormed } = String.prototype;
const { defineProperty, setPrototypeOf } = Object;
const NativeMap = Map, mapSet = Map.prototype.set, mapDelete = Map.prototype.delete, mapEach = Map.prototype.forEach;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size').get;
const NativePromise = Promise, then = Promise.prototype.then;

const PENDING = 0, REJECTED = 2;
const EXIT_0 = '{"end":"exit","code":0}';
/** How a program ended otherwise than by running to its end. */
class Ended {
  constructor(error) {
    this.error = error;
  }
}

/** Runs programs: `modules`, `loop`, `process` and `testing` are those of the program. */
export class Harness {
  #parts;
  #rejections = new NativeMap();
  #failedAssertion = undefined;
  #prepared = undefined;
  #shows = true;
  #running = false;

  constructor(parts) {
    this.#parts = parts;
  }

  /** Runs what the host asks for; gives the report, which is JSON. */
  main(text) {
    if (this.#running) throw new TypeError('a program is running');
    const request = parse(text);
    if (request.kind === 'prepare') return this.#prepare(request);
    this.#running = true;
    try {
      return this.#kinds[request.kind](request);
    } catch (error) {
      return this.failed(error);
    }
  }

  /** The report on a program that ended by an error. */
  failed(error) {
    return this.#failure(error instanceof Ended ? error.error : error);
  }

  /** Hears that a promise was rejected that nobody handles, or that somebody does now. */
  rejection(promise, reason, handled) {
    if (handled) apply(mapDelete, this.#rejections, [promise]);
    else apply(mapSet, this.#rejections, [promise, { promise, reason }]);
  }

  /** Looks at rejected promises when no job is left; says whether there may be new ones. */
  settled() {
    const rejections = this.#rejections;
    if (apply(mapSize, rejections, []) === 0) return false;
    this.#rejections = new NativeMap();
    const list = bare();
    apply(mapEach, rejections, [(rejection) => { list[list.length] = rejection; }]);
    for (let i = 0; i < list.length; i++) {
      const { promise, reason } = list[i];
      const { process } = this.#parts;
      if (process.listenerCount('unhandledRejection') > 0) process.emit('unhandledRejection', reason, promise);
      else this.uncaught(reason, 'unhandledRejection');
    }
    return true;
  }

  /** What a callback threw. */
  uncaught(error, origin = 'uncaughtException') {
    const { process } = this.#parts;
    if (error instanceof Ended) throw error;
    if (!isOutOfMemory(error) && process.listenerCount('uncaughtException') > 0) process.emit('uncaughtException', error, origin);
    else throw new Ended(error);
  }

  /** Hears of a failed `console.assert`. */
  failedAssertion(error) {
    error.name = 'AssertionError';
    this.#failedAssertion ??= error;
  }

  #kinds = {
    __proto__: null,
    script: (request) => this.#script(request),
    tests: (request) => this.#tests(request),
    judge: (request) => this.#judge(request),
    candidate: (request) => this.#candidate(request),
  };

  #script({ path }) {
    const { process, testing } = this.#parts;
    process.argv[1] = DIRECTORY + path;
    if (path.includes('.test.') || path.includes('.spec.')) this.#giveTestGlobals();
    this.#runMain(path);
    let code = 0;
    if (testing.count() > 0) {
      const results = this.#runTests();
      code = summarize(results);
    }
    return this.#finish(code);
  }

  #tests(request) {
    this.#shows = false;
    this.#giveTestGlobals();
    const prepared = this.#prepared;
    const tests = prepared ?? this.#classify(parse(host.call('t')));
    const solution = DIRECTORY + request.path;
    const { process, testing } = this.#parts;
    process.argv[1] = DIRECTORY + tests.path;
    if (tests.isModule || isModule(request.path, request.source) || imports(tests, request.path)) {
      this.#runMain(tests.path);
    } else {
      this.#giveModuleScope(solution);
      this.#attempt(() => host.evaluate(request.source, solution));
      if (prepared) this.#attempt(() => host.runPrepared());
      else this.#attempt(() => host.evaluate(tests.source, DIRECTORY + tests.path));
      this.#parts.loop.run();
    }
    const results = testing.count() > 0 ? this.#runTests() : [];
    this.#parts.emitExit();
    return this.#record(results);
  }

  #judge(request) {
    const results = bare();
    this.#parts.modules.add('assay', judgesModule((name, passed) => {
      results[results.length] = { name, passed };
    }));
    this.#prepared = undefined;
    this.#runMain(request.path);
    this.#parts.emitExit();
    return this.#record(results);
  }

  #candidate(request) {
    let handler;
    this.#parts.modules.add('assay', candidatesModule((given) => { handler = given; }));
    this.#runMain(request.path);
    let answer = '';
    while (handler) {
      const message = nextMessage(answer);
      if (message === null) break;
      answer = this.#answer(handler, message);
    }
    return this.#finish(0);
  }

  #answer(handler, message) {
    const given = this.#attempt(() => handler(message));
    const state = host.promiseState(given);
    if (!state) {
      this.#parts.loop.settle();
      return given;
    }
    this.#parts.loop.run(() => host.promiseState(given)[0] !== PENDING);
    const [settled, value] = host.promiseState(given);
    if (settled === PENDING) throw new Ended(unsettled());
    if (settled === REJECTED) throw new Ended(value);
    return value;
  }

  /** Compiles tests for the programs that will start from a snapshot that is taken after this. */
  #prepare(request) {
    const tests = this.#classify(request);
    if (!tests.isModule) host.prepare(tests.source, DIRECTORY + tests.path);
    this.#prepared = tests;
    return EXIT_0;
  }

  #classify({ path, source }) {
    return { path, source, isModule: isModule(path, source), imports: imported(source) };
  }

  /** Runs the program's main file and all that it starts. */
  #runMain(path) {
    const { modules, loop } = this.#parts;
    const promise = this.#attempt(() => modules.runMain(DIRECTORY + path));
    if (promise !== undefined) apply(then, promise, [undefined, ignore]);
    loop.run();
    if (promise === undefined) return;
    const [state, value] = host.promiseState(promise);
    if (state === PENDING) throw new Ended(unsettled());
    if (state === REJECTED) throw new Ended(value);
  }

  #attempt(action) {
    try {
      return action();
    } catch (error) {
      this.uncaught(error);
      return undefined;
    }
  }

  #runTests() {
    const { testing, loop } = this.#parts;
    const promise = testing.run();
    const isOver = () => host.promiseState(promise)[0] !== PENDING;
    do {
      loop.run(isOver);
    } while (!isOver() && testing.giveUp());
    const [state, value] = host.promiseState(promise);
    if (state === REJECTED) throw new Ended(value);
    return testing.results();
  }

  #giveTestGlobals() {
    const { globals } = this.#parts.testing;
    for (const name in globals) give(name, globals[name]);
  }

  /** What scripts in one global scope have of CommonJS. */
  #giveModuleScope(path) {
    const { modules } = this.#parts;
    const module = { id: path, filename: path, exports: {}, loaded: false, children: [], paths: [] };
    give('module', module);
    give('exports', module.exports);
    give('require', modules.requirer(module, path));
    give('__filename', path);
    give('__dirname', '/work');
  }

  #finish(code) {
    const { emitExit, exitCode } = this.#parts;
    emitExit();
    const set = exitCode();
    return `{"end":"exit","code":${set === 0 ? code : set}}`;
  }

  /** The report on tests that ended well, as far as the program goes. */
  #record(results) {
    if (results.length > 0) return `{"end":"exit","code":0,"tests":${listed(results)}}`;
    const failed = this.#failedAssertion;
    return `{"end":"exit","code":0,"tests":[${failed === undefined ? '{"name":"check","passed":true}' : checkFailed(failed)}]}`;
  }

  #failure(error) {
    if (isOutOfMemory(error)) return '{"end":"out_of_memory"}';
    const lacks = lack(error);
    if (this.#shows) host.write(2, shown(error, authored));
    if (lacks !== undefined) return `{"end":"unsupported","what":${quoted(lacks)}}`;
    const exception = described(error);
    const ending = `{"end":"exception",${apply(slice, exception, [1, -1])}`;
    return this.#shows ? `${ending}}` : `${ending},"tests":[${checkFailed(error)}]}`;
  }
}

function ignore() {}

function bare() {
  return setPrototypeOf([], null);
}

function give(name, value) {
  defineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}

/** The text in JSON, as UTF-8 can hold it. */
function quoted(text) {
  return stringify(apply(toWellFormed, text, []));
}

function unsettled() {
  const error = new Error('a promise that the program waits for never settles');
  error.name = 'UnsettledPromise';
  return error;
}

function described(error) {
  const { type, message, file, line } = describe(error);
  return `{"type":${quoted(type)},"message":${quoted(message)},"file":${file === null ? 'null' : quoted(file)},"line":${line ?? 'null'}}`;
}

function checkFailed(error) {
  return `{"name":"check","passed":false,"exception":${described(error)}}`;
}

function listed(results) {
  let list = '[';
  for (let i = 0; i < results.length; i++) {
    const { name, passed, skipped, exception } = results[i];
    list += `${i === 0 ? '' : ','}{"name":${quoted(`${name}`)},"passed":${passed === true}`;
    if (skipped) list += ',"skipped":true';
    if (!passed && !skipped) list += `,"exception":${described(exception)}`;
    list += '}';
  }
  return `${list}]`;
}

/** The modules that a source names where it imports or requires some. */
function imported(source) {
  const found = [];
  const expression = /\b(?:require\s*\(|from|import\s*\(|import)\s*(['"`])([^'"`\n]+)\1/g;
  let match;
  while ((match = apply(exec, expression, [source]))) found[found.length] = match[2];
  return found;
}

/** Whether tests import the solution's file. */
function imports(tests, solution) {
  const name = apply(replace, solution, [/\.[cm]?[jt]s$/, '']);
  for (let i = 0; i < tests.imports.length; i++) {
    const bare = apply(replace, apply(replace, tests.imports[i], [/^\.\//, '']), [/\.[cm]?[jt]s$/, '']);
    if (bare === name) return true;
  }
  return false;
}

/** Prints a line for each test and a summary; gives the exit code. */
function summarize(results) {
  let failed = 0, skipped = 0, text = '';
  for (let i = 0; i < results.length; i++) {
    const result = results[i];
    text += `${result.skipped ? 'skipped' : result.passed ? 'ok' : 'FAILED'} ${result.name}\n`;
    if (result.skipped) skipped += 1;
    else if (!result.passed) {
      failed += 1;
      text += `${shown(result.exception, authored)}`;
    }
  }
  const passed = results.length - failed - skipped;
  host.write(1, `${text}\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  return failed > 0 ? 1 : 0;
}
