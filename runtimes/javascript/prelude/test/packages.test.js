import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import test from 'node:test';
import { packages, table, written } from '../licences.js';
import { isKnown } from '../src/known_packages.js';
import { makeRealm } from './support/prelude.js';

const LICENCES = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '(MIT OR Apache-2.0)'];
const listed = await packages(['test/support/entry.js', 'src/intl.js']);

test('every package has a licence that lets us bring it', () => {
  for (const { name, licence } of listed) assert.ok(LICENCES.includes(licence), `${name}: ${licence}`);
});

test('the README lists what is in the bundles', () => assert.equal(written(), table(listed)));

test('the lock pins every package by its digest and names no host', () => {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '') continue;
    assert.ok(entry.integrity?.startsWith('sha512-'), path);
    assert.equal(entry.resolved, undefined, path);
  }
});

test('every module of node is there or known to lack', () => {
  const { modules } = makeRealm().node;
  const elsewhere = ['child_process', 'worker_threads', 'console', 'process', 'timers', 'timers/promises', 'module', 'test'];
  const neither = builtinModules.filter((name) => !name.startsWith('_') && !(name in modules) && !isKnown(name) && !elsewhere.includes(name));
  assert.deepEqual(neither, []);
});

test('real packages are known, made up ones are not, and no package is both there and known to lack', () => {
  const { modules } = makeRealm().node;
  for (const name of ['express', 'react', 'react-dom/client', '@nestjs/common', 'http', 'node:http', 'cluster', 'node:vm']) assert.equal(isKnown(name), true, name);
  for (const name of ['some-js-parsing-library', './local', 'my-helper', 'node:nonsense', '@me/thing', 'toString', '__proto__', 'constructor']) assert.equal(isKnown(name), false, name);
  for (const name of Object.keys(modules)) assert.equal(isKnown(name), false, name);
});

test('functions and classes have the names that node gives them', () => {
  const { modules, globals } = makeRealm().node;
  for (const [where, exports] of [['globals', globals], ...Object.entries(modules)]) {
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value === 'function' && !value.name.startsWith('lodash') && /\d$/.test(value.name)) assert.match(name, /\d$/, `${where}.${name} is called ${value.name}`);
    }
  }
});
