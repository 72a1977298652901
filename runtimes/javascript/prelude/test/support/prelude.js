// The bundle, in a realm that has nothing but the language, as the engine has.
import { mkdtempSync, readFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import util from 'node:util';
import { bundle } from '../../build.js';

const folder = mkdtempSync(join(tmpdir(), 'prelude-test-'));
const outfile = join(folder, 'prelude.js');
await bundle('test/support/entry.js', outfile);
export const source = readFileSync(outfile, 'utf8');
const script = new vm.Script(source, { filename: 'prelude.js' });

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY } = fs.constants;
const typeOf = (stats) => (stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'symlink' : 'character');
const statsOf = (stats) => ({ dev: stats.dev, ino: stats.ino, type: typeOf(stats), nlink: stats.nlink, size: stats.size, atimeMs: stats.atimeMs, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs });

/** A host whose files are this machine's, as the sandbox's C side gives them. */
export function fakeHost({ stdin = '' } = {}) {
  let seed = 1;
  let now = 1.7e12;
  let input = Buffer.from(stdin);
  const written = { 1: '', 2: '' };
  const files = {
    O: { RDONLY: O_RDONLY, WRONLY: O_WRONLY, RDWR: O_RDWR, CREAT: O_CREAT, EXCL: O_EXCL, TRUNC: O_TRUNC, APPEND: O_APPEND, DIRECTORY: O_DIRECTORY },
    open: (path, flags, mode) => fs.openSync(path, flags, mode),
    close: (fd) => fs.closeSync(fd),
    read(fd, bytes, offset, length, position) {
      if (fd !== 0) return fs.readSync(fd, bytes, offset, length, position < 0 ? null : position);
      const part = input.subarray(0, length);
      bytes.set(part, offset);
      input = input.subarray(part.length);
      return part.length;
    },
    write: (fd, bytes, offset, length, position) => fs.writeSync(fd, bytes, offset, length, position < 0 ? null : position),
    stat: (path, follow) => statsOf(follow ? fs.statSync(path) : fs.lstatSync(path)),
    fstat: (fd) => statsOf(fs.fstatSync(fd)),
    readdir: (path) => fs.readdirSync(path, { withFileTypes: true }).map((entry) => [entry.name, typeOf(entry)]).reverse(),
    mkdir: (path) => fs.mkdirSync(path),
    rmdir: (path) => fs.rmdirSync(path),
    unlink: (path) => fs.unlinkSync(path),
    rename: (from, to) => fs.renameSync(from, to),
    link: (from, to) => fs.linkSync(from, to),
    symlink: (target, path) => fs.symlinkSync(target, path),
    readlink: (path) => fs.readlinkSync(path),
    truncate: (fd, size) => fs.ftruncateSync(fd, size),
    utimes: (path, accessed, modified) => fs.utimesSync(path, accessed / 1000, modified / 1000),
    cwd: () => process.cwd(),
  };
  return {
    written, files,
    write: (fd, text) => { written[fd] += typeof text === 'string' ? text : Buffer.from(text).toString(); },
    now: () => now,
    sleep: (ms) => { now += ms; },
    entropy: () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0),
    promiseState: (value) => (util.types.isPromise(value) ? [0] : undefined),
    proxyParts: (value) => (util.types.isProxy(value) ? [] : undefined),
  };
}

/** A fresh realm with the prelude: `evaluate(source)`, `require(name)` and what `makeTesting` gave. */
export function makeRealm({ stdin, clock = { setTimeout, clearTimeout } } = {}) {
  const context = vm.createContext({});
  const global = vm.runInContext('globalThis', context);
  const define = (name, value) => Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false });
  for (const name of ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'queueMicrotask']) define(name, globalThis[name]);
  define('process', { cwd: () => process.cwd(), nextTick: process.nextTick, env: {}, argv: [] });
  script.runInContext(context);
  const { prelude } = global;
  delete global.prelude;
  const host = fakeHost({ stdin });
  const unsupported = (what) => { throw Object.assign(new Error(`unsupported: ${what}`), { unsupported: what }); };
  const node = prelude.makeNodeModules(host, { unsupported, origin: () => 1.7e12 });
  node.define();
  const testing = prelude.makeTesting({ clock, assert: node.assert, unsupported });
  const require = (name) => {
    const short = name.replace(/^node:/, '');
    const found = node.modules[short] ?? testing.modules[name];
    if (found === undefined) throw new Error(`no module ${name}`);
    return found;
  };
  const installTests = () => { for (const name of Object.keys(testing.globals)) define(name, testing.globals[name]); };
  define('require', require);
  return { global, host, node, testing, require, installTests, prelude, evaluate: (text) => vm.runInContext(text, context) };
}
