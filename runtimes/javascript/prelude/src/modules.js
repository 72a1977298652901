// Finds and loads modules: node's, those of packages in the snapshot, and the program's own files.
import { host } from './host.js';
import { Unsupported } from './errors.js';

/** Endings that a name may lack, in the order in which they are tried. */
const ENDINGS = ['', '.js', '.json', '.cjs', '.mjs', '.ts', '.cts', '.mts', '/index.js', '/index.json', '/index.cjs', '/index.mjs', '/index.ts'];
/** What a name of JavaScript may stand for where the program's author wrote TypeScript. */
const TYPESCRIPT = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };
const FILE = 1;

/** What looks like a statement of an ES module. */
const SEEMS_MODULE = /^[ \t]*(?:import\b\s*(?:[\w$*{'"])|export\b\s*(?:[*{]|default\b|const\b|let\b|var\b|function\b|class\b|async\b))/m;
// No parenthesis before `function`: the parser would read all of what it closes, to see whether an arrow follows.
const WRAPPER = '1?function (exports, require, module, __filename, __dirname) {';

const extension = (path) => path.slice(path.lastIndexOf('.'));
const directory = (path) => path.slice(0, path.lastIndexOf('/')) || '/';

/** A CommonJS module. */
export class Module {
  constructor(id, parent) {
    this.id = id;
    this.path = directory(id);
    this.exports = {};
    this.filename = id;
    this.loaded = false;
    this.children = [];
    this.paths = [];
    if (parent) parent.children.push(this);
  }
}

/**
 * The modules of one program. `builtins` has the values of node's modules and of packages by their names, without `node:`;
 * `isKnown(name)` tells the names of packages and node modules that exist elsewhere. The engine keeps all ES modules by
 * their names, to which `number` is added where it is not 0.
 */
export class Modules {
  #builtins;
  #isKnown;
  #cache = Object.create(null);
  #found = new Map();
  #main = undefined;

  #mark;

  constructor({ builtins, isKnown, number = 0 }) {
    this.#builtins = builtins;
    this.#mark = number === 0 ? '' : `?${number}`;
    this.#isKnown = isKnown;
  }

  /** Adds a module that programs import by its name. */
  add(name, value) {
    this.#builtins[name] = value;
  }

  /** Loads a file as the main module. Gives the promise of an ES module's evaluation, else nothing. */
  runMain(path) {
    if (!isModuleName(path)) {
      const compiled = this.#compile(path);
      if (compiled) {
        const module = new Module(path, undefined);
        module.id = '.';
        this.#main = module;
        this.#run(module, path, compiled);
        return undefined;
      }
    }
    return host.evaluateModule(path + this.#mark);
  }

  /** Runs a text as node's `-e` does: as CommonJS with its names in the global scope. Gives nothing. */
  runText(text) {
    const module = new Module('[eval]', undefined);
    this.#main = module;
    const names = { module, exports: module.exports, require: this.requirer(module, '/work/[eval]'), __filename: '[eval]', __dirname: '.' };
    for (const name in names) Object.defineProperty(globalThis, name, { value: names[name], writable: true, enumerable: false, configurable: true });
    host.evaluate(text, '/work/[eval]');
  }

  /** What `require` is for code in `module`. */
  requirer(module, base) {
    const require = (name) => this.#require(`${name}`, base, module);
    require.resolve = (name) => {
      const resolved = this.resolve(base, `${name}`);
      return resolved.startsWith('node:') ? `${name}` : resolved;
    };
    require.main = this.#main;
    require.cache = this.#cache;
    return require;
  }

  /** The path, or `node:` and the name of a module in the snapshot, that `name` stands for in the file `base`. */
  resolve(base, name) {
    const known = this.#builtin(name);
    if (known !== undefined) return known;
    if (name.startsWith('file://')) name = name.slice(7);
    const first = name[0];
    if (first === '/' || name.startsWith('./') || name.startsWith('../') || name === '.' || name === '..') {
      const found = file(first === '/' ? normal(name) : normal(`${base === '' ? '/work' : directory(base)}/${name}`));
      if (found !== undefined) return found;
    } else {
      if (first === '#') throw notFound(name, base);
      const found = file(`/work/node_modules/${name}`);
      if (found !== undefined) return found;
      if (this.#isKnown(name)) throw new Unsupported(packageOf(name));
    }
    throw notFound(name, base);
  }

  /** The engine's name for the module that `name` stands for in the one that it calls `base`. */
  name(base, name) {
    return this.resolve(this.#plain(base), this.#plain(name)) + this.#mark;
  }

  #plain(name) {
    return this.#mark !== '' && name.endsWith(this.#mark) ? name.slice(0, -this.#mark.length) : name;
  }

  /** What C is to make a module of: source text, or [name, value] pairs. */
  load(name) {
    const path = this.#plain(name);
    if (path.startsWith('node:')) return pairs(this.#builtins[path.slice(5)]);
    if (extension(path) === '.json') return pairs(this.#require(path, path, undefined));
    if (!isModuleName(path) && this.#compile(path)) return pairs(this.#require(path, path, undefined));
    return host.files.readText(path);
  }

  /** Fills `import.meta`. */
  describe(meta, name) {
    const path = this.#plain(name);
    meta.dirname = directory(path);
    meta.filename = path;
    meta.resolve = (name) => {
      const resolved = this.resolve(path, `${name}`);
      return resolved.startsWith('node:') ? resolved : `file://${resolved}`;
    };
    meta.url = `file://${path}`;
  }

  #builtin(name) {
    const bare = name.startsWith('node:') ? name.slice(5) : name;
    // Only with its prefix, as in node.
    if (bare === 'test' && bare === name) return undefined;
    if (bare in this.#builtins) return `node:${bare}`;
    if (bare !== name) throw new Unsupported(bare);
    return undefined;
  }

  #require(name, base, parent) {
    const path = this.resolve(base, name);
    if (path.startsWith('node:')) return this.#builtins[path.slice(5)];
    const cached = this.#cache[path];
    if (cached) return cached.exports;
    const module = new Module(path, parent);
    if (extension(path) === '.json') {
      this.#cache[path] = module;
      try {
        module.exports = JSON.parse(host.files.readText(path));
      } catch (error) {
        delete this.#cache[path];
        throw error;
      }
      module.loaded = true;
      return module.exports;
    }
    const compiled = isModuleName(path) ? undefined : this.#compile(path);
    if (!compiled) return requireModule(path + this.#mark);
    this.#run(module, path, compiled);
    return module.exports;
  }

  #run(module, path, compiled) {
    this.#cache[path] = module;
    const require = this.requirer(module, path);
    module.require = require;
    try {
      compiled.call(module.exports, module.exports, require, module, path, module.path);
    } catch (error) {
      delete this.#cache[path];
      throw error;
    }
    module.loaded = true;
  }

  /** The function that a file of CommonJS is; nothing if it is an ES module. */
  #compile(path) {
    const compiled = host.compileFile(path);
    if (compiled) return compiled;
    if (this.#found.has(path)) return this.#found.get(path);
    const found = compile(path, host.files.readText(path));
    // A file is asked for twice where an ES module imports it.
    this.#found.set(path, found);
    return found;
  }
}

// What a source is that has the words of ES modules.
function compile(path, text) {
  const source = `${WRAPPER}${text.startsWith('#!') ? '//' : ''}${text}\n}:0`;
  try {
    return host.evaluate(source, path);
  } catch (error) {
    if (!path.endsWith('.cjs') && !path.endsWith('.cts') && (SEEMS_MODULE.test(text) || host.isModule(text))) return undefined;
    throw error;
  }
}

/** Whether a source in one global scope, or a CommonJS module's, has to be an ES module. */
export function isModule(path, text) {
  if (isModuleName(path)) return true;
  return SEEMS_MODULE.test(text) && host.isModule(text);
}

function isModuleName(path) {
  return path.endsWith('.mjs') || path.endsWith('.mts');
}

// node lets CommonJS require ES modules that await nothing.
function requireModule(path) {
  const state = host.promiseState(host.evaluateModule(path));
  if (state[0] === 2) throw state[1];
  if (state[0] === 0) {
    const error = new Error(`require() cannot be used on an ESM graph with top-level await. Use import() instead: ${path}`);
    error.code = 'ERR_REQUIRE_ASYNC_MODULE';
    throw error;
  }
  return host.namespace(path);
}

// What an ES module that imports a value of CommonJS sees.
function pairs(value) {
  const found = [['default', value]];
  if (value !== null && (typeof value === 'object' || typeof value === 'function')) {
    const names = Object.keys(value);
    for (let i = 0; i < names.length; i++) if (names[i] !== 'default') found.push([names[i], value[names[i]]]);
  }
  return found;
}

function file(path) {
  for (let i = 0; i < ENDINGS.length; i++) if (host.files.kind(path + ENDINGS[i]) === FILE) return path + ENDINGS[i];
  const other = TYPESCRIPT[extension(path)];
  if (other !== undefined) {
    const typed = path.slice(0, -extension(path).length) + other;
    if (host.files.kind(typed) === FILE) return typed;
  }
  return undefined;
}

/** The path without `.`, `..` and empty parts. */
function normal(path) {
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function packageOf(name) {
  return name.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1');
}

function notFound(name, base) {
  const error = new Error(`Cannot find module '${name}'${base === '' ? '' : `\nRequire stack:\n- ${base}`}`);
  error.code = 'MODULE_NOT_FOUND';
  return error;
}
