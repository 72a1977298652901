import path from 'path-browserify';
import { invalidType } from './errors.js';

for (const name of ['join', 'resolve', 'normalize', 'dirname', 'basename', 'extname', 'relative', 'isAbsolute', 'parse']) {
  const work = path[name];
  path[name] = Object.defineProperty((...args) => {
    for (let i = 0; i < args.length; i++) {
      if (typeof args[i] !== 'string' && !(name === 'basename' && i > 0 && args[i] === undefined)) throw invalidType('path', 'of type string', args[i]);
    }
    return Reflect.apply(work, path, args);
  }, 'name', { value: name, configurable: true });
}

path.posix = path;
path.toNamespacedPath = (name) => name;

export default path;
