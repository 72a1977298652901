// The modules in the snapshot that are not the harness's own, and the globals that come with them.
import { Unsupported } from './errors.js';
import { isKnown } from './known_packages.js';
import { makeNodeModules } from './node/index.js';
import { makeTesting } from './testing/index.js';

/** `timers` has the real timers; the clock's value at the snapshot is the one at which programs begin. */
export function makeLibraries({ host, timers }) {
  const unsupported = (what) => { throw new Unsupported(what); };
  const start = host.now();
  const node = makeNodeModules(host, { unsupported, origin: () => start });
  const testing = makeTesting({ clock: timers, assert: node.assert, unsupported });
  const modules = { __proto__: null, ...node.modules };
  for (const name of Object.keys(testing.modules)) modules[name.startsWith('node:') ? name.slice(5) : name] = testing.modules[name];
  return {
    EventEmitter: node.EventEmitter, streams: node.streams, testing, globals: node.globals, modules,
    isKnown,
  };
}
