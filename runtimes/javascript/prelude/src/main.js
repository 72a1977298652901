// The entry of the bundle, evaluated once before the snapshot is taken.
import './environment.js';
import './random.js';
import './tamed.js';
import './stacks.js';
import './web/install.js';
import { host } from './host.js';
import { kit } from './child.js';
import { Harness } from './harness.js';
import { makeLibraries } from './libraries.js';
import { makeChildProcess } from './node/child_process.js';
import { makeWorkerThreads } from './node/worker_threads.js';
import { Program, current } from './program.js';
import { makeTimers } from './timers.js';

const timers = makeTimers(current);
const libraries = makeLibraries({ host, timers: timers.globals });
const builtins = { ...libraries.modules, ...timers.modules, __proto__: null };
builtins.child_process = makeChildProcess(libraries);
builtins.worker_threads = makeWorkerThreads(libraries).main;
Object.assign(kit, { libraries, builtins });
const harness = new Harness();
const program = new Program({ libraries, builtins, failedAssertion: (error) => harness.failedAssertion(error) });
current.program = program;
harness.attach({ program, testing: libraries.testing });

const globals = { ...libraries.globals, ...timers.globals, console: program.console, process: program.process, global: globalThis };
for (const name in globals) {
  Object.defineProperty(globalThis, name, { value: globals[name], writable: true, enumerable: false, configurable: true });
}

host.main = (request) => harness.main(request);
host.failed = (error) => harness.failed(error);
host.resolve = (base, name) => current.program.modules.name(base, name);
host.load = (path) => current.program.modules.load(path);
host.describe = (meta, path) => current.program.modules.describe(meta, path);
host.rejection = (promise, reason, handled) => current.program.rejection(promise, reason, handled);
