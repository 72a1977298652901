// Runs one program and tells how it ended.
//
// A program may replace whatever it can reach, and define objects that lie, and must still get its honest outcome. So what
// runs after the program uses nothing but what it took from the builtins when this was loaded.
import { host } from './host.js';
import { DIRECTORY, describe, isOutOfMemory, lack, shown } from './errors.js';
import { isModule } from './modules.js';
import { Ended, unsettled } from './program.js';
import { candidatesModule, judgesModule, nextMessage } from './sides.js';
import { authored } from './source_maps.js';

const { apply } = Reflect;
const parse = JSON.parse, stringify = JSON.stringify;
const exec = RegExp.prototype.exec;
const { replace, slice, toWellFormed } = String.prototype;
const { defineProperty, setPrototypeOf } = Object;
const PENDING = 0, REJECTED = 2;
const EXIT_0 = '{"end":"exit","code":0}';

/** Runs what the host asks for as `program`, whose test frameworks are `testing`. */
export class Harness {
  #program;
  #testing;
  #failedAssertion = undefined;
  #prepared = undefined;
  #shows = true;
  #running = false;

  /** Takes what it runs; both are made before the snapshot. */
  attach({ program, testing }) {
    this.#program = program;
    this.#testing = testing;
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
    const { process } = this.#program;
    const testing = this.#testing;
    process.argv[1] = DIRECTORY + path;
    if (path.includes('.test.') || path.includes('.spec.')) this.#giveTestGlobals();
    this.#program.run(DIRECTORY + path);
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
    const { process } = this.#program;
    const testing = this.#testing;
    process.argv[1] = DIRECTORY + tests.path;
    if (tests.isModule || isModule(request.path, request.source) || imports(tests, request.path)) {
      this.#program.run(DIRECTORY + tests.path);
    } else {
      this.#giveModuleScope(solution);
      this.#program.attempt(() => host.evaluate(request.source, solution));
      if (prepared) this.#program.attempt(() => host.runPrepared());
      else this.#program.attempt(() => host.evaluate(tests.source, DIRECTORY + tests.path));
      this.#program.loop.run();
    }
    const results = testing.count() > 0 ? this.#runTests() : [];
    this.#program.emitExit();
    return this.#record(results);
  }

  #judge(request) {
    const results = bare();
    this.#program.modules.add('assay', judgesModule((name, passed) => {
      results[results.length] = { name, passed };
    }));
    this.#prepared = undefined;
    this.#program.run(DIRECTORY + request.path);
    this.#program.emitExit();
    return this.#record(results);
  }

  #candidate(request) {
    let handler;
    this.#program.modules.add('assay', candidatesModule((given) => { handler = given; }));
    this.#program.run(DIRECTORY + request.path);
    let answer = '';
    while (handler) {
      const message = nextMessage(answer);
      if (message === null) break;
      answer = this.#answer(handler, message);
    }
    return this.#finish(0);
  }

  #answer(handler, message) {
    const given = this.#program.attempt(() => handler(message));
    const state = host.promiseState(given);
    if (!state) {
      this.#program.loop.settle();
      return given;
    }
    this.#program.loop.run(() => host.promiseState(given)[0] !== PENDING);
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

  #runTests() {
    const { loop } = this.#program;
    const testing = this.#testing;
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
    const { globals } = this.#testing;
    for (const name in globals) give(name, globals[name]);
  }

  /** What scripts in one global scope have of CommonJS. */
  #giveModuleScope(path) {
    const { modules } = this.#program;
    const module = { id: path, filename: path, exports: {}, loaded: false, children: [], paths: [] };
    give('module', module);
    give('exports', module.exports);
    give('require', modules.requirer(module, path));
    give('__filename', path);
    give('__dirname', '/work');
  }

  #finish(code) {
    const { emitExit, exitCode } = this.#program;
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
