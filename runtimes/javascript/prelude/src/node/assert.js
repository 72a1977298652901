import assert from 'assert';
import { surelySame } from '../testing/same.js';

// The package is node's assert of before `strict` itself had `strict`; the rest is the same.
assert.strict.strict = assert.strict;

const { apply } = Reflect;
const { defineProperty } = Object;

for (const exports of [assert, assert.strict]) {
  for (const name of ['deepEqual', 'deepStrictEqual']) {
    const full = exports[name];
    exports[name] = defineProperty(function (actual, expected, message) {
      if (arguments.length < 2 || !surelySame(actual, expected)) apply(full, this, arguments);
    }, 'name', { value: full.name, configurable: true });
  }
}

export default assert;
