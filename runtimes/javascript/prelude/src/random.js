// Math.random, whose seed the host gives when it is first called: most programs never call it, and then do not depend on
// their seed. Imported before packages, since some keep the function that is there when they are loaded.
import { host } from './host.js';

Object.defineProperty(Math, 'random', { value: host.random, writable: true, configurable: true, enumerable: false });
