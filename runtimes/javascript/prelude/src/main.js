// The entry of the bundle, evaluated once before the snapshot is taken.
import './environment.js';
import './random.js';
import './tamed.js';
import './web/install.js';
import { host } from './host.js';
import { makeConsole } from './console.js';
import { Harness } from './harness.js';
import { makeLibraries } from './libraries.js';
import { Modules } from './modules.js';
import { makeProcess } from './process.js';
import { Loop, makeTimers } from './timers.js';

const parts = {};
const harness = new Harness(parts);
const loop = new Loop({ settled: () => harness.settled(), uncaught: (error) => harness.uncaught(error) });
const timers = makeTimers(loop);
const libraries = makeLibraries({ host, timers: timers.globals });
const console = makeConsole({ failedAssertion: (error) => harness.failedAssertion(error) });
const { process, emitExit, exitCode } = makeProcess({ loop, EventEmitter: libraries.EventEmitter, makeStreams: libraries.streams });
const builtins = { __proto__: null, ...libraries.modules, ...timers.modules, console, process };
const modules = new Modules({ builtins, isKnown: libraries.isKnown });
Object.assign(parts, { modules, loop, process, emitExit, exitCode, testing: libraries.testing });

const globals = { ...libraries.globals, ...timers.globals, console, process, global: globalThis };
for (const name in globals) {
  // The bundler tells two functions of one name apart by another name.
  if (typeof globals[name] === 'function') Object.defineProperty(globals[name], 'name', { value: name, configurable: true });
  Object.defineProperty(globalThis, name, { value: globals[name], writable: true, enumerable: false, configurable: true });
}

host.main = (request) => harness.main(request);
host.failed = (error) => harness.failed(error);
host.resolve = (base, name) => modules.resolve(base, name);
host.load = (path) => modules.load(path);
host.describe = (meta, path) => modules.describe(meta, path);
host.rejection = (promise, reason, handled) => harness.rejection(promise, reason, handled);
