// Math.random, whose seed the host gives when it is first called: most programs never call it, and then do not depend on
// their seed.
import { host } from './host.js';

export function installRandom() {
  Object.defineProperty(Math, 'random', { value: host.random, writable: true, configurable: true, enumerable: false });
}
