import lodash from 'lodash';
import md5 from 'md5';
import { md5 as jsMd5 } from 'js-md5';
import punycode from 'punycode/punycode.js';
import { parseArgs } from '@pkgjs/parseargs';
import string_decoder from 'string_decoder';
import { defineGlobal } from '../web/install.js';
import { URL, URLSearchParams } from '../web/url.js';
import assert from './assert.js';
import buffer from './buffer.js';
import { makeCrypto } from './crypto.js';
import EventEmitter from './events.js';
import { makeFs } from './fs.js';
import { makeOs } from './os.js';
import path from './path.js';
import { makePerfHooks } from './perf_hooks.js';
import querystring from './querystring.js';
import readline from './readline.js';
import { makeOutput, makeStdin } from './standard_streams.js';
import stream, { promises as streamPromises } from './stream.js';
import url from './url.js';
import { makeUtil } from './util.js';

// A bundler gives a class another name where two files have one of the same.
function restoreNames(exports) {
  for (const name of Object.keys(exports)) {
    const value = exports[name];
    if (typeof value === 'function' && value.name.startsWith(name) && /^\d+$/.test(value.name.slice(name.length))) {
      Object.defineProperty(value, 'name', { value: name, configurable: true });
    }
  }
}

/**
 * Node's modules by their names without `node:`, the packages that are built in, the globals that come with them, and
 * what `process` needs. `unsupported(what)` must throw; `origin()` is the clock's value when the program began.
 */
export function makeNodeModules(host, { unsupported, origin }) {
  const util = makeUtil(host, { parseArgs });
  const fs = makeFs(host);
  const crypto = makeCrypto(host, { unsupported });
  const perfHooks = makePerfHooks(host, { origin });
  const modules = {
    __proto__: null,
    assert, 'assert/strict': assert.strict, buffer, crypto, events: EventEmitter, fs, 'fs/promises': fs.promises, os: makeOs(),
    path, 'path/posix': path, perf_hooks: perfHooks, punycode, querystring, readline, 'readline/promises': readline.promises,
    stream, 'stream/promises': streamPromises, string_decoder, url, util, 'util/types': util.types,
    lodash, md5, 'js-md5': Object.assign(jsMd5, { md5: jsMd5 }),
  };
  for (const name of Object.keys(lodash)) {
    if (typeof lodash[name] === 'function') modules[`lodash/${name}`] = modules[`lodash.${name.toLowerCase()}`] = lodash[name];
  }
  const globals = { Buffer: buffer.Buffer, Blob: buffer.Blob, URL, URLSearchParams, crypto: crypto.webcrypto, performance: perfHooks.performance, fetch: () => unsupported('fetch') };
  for (const exports of [globals, ...Object.values(modules)]) restoreNames(exports);
  return {
    modules, globals,
    EventEmitter, assert,
    streams: { stdin: () => makeStdin(host), stdout: () => makeOutput(host, 1), stderr: () => makeOutput(host, 2) },
    define() {
      for (const name of Object.keys(this.globals)) defineGlobal(name, this.globals[name]);
    },
  };
}
