import assert from 'assert';

// The package is node's assert of before `strict` itself had `strict`; the rest is the same.
assert.strict.strict = assert.strict;

export default assert;
