// Replaces what the harness might use after it.
// expect: completed 3
const { defineProperty, getOwnPropertyNames } = Object;
const constructors = [Array, Object, String, Map, Set, Promise, RegExp, Function, Error, Number, Symbol];
for (let i = 0; i < constructors.length; i++) {
  const { prototype } = constructors[i];
  const names = getOwnPropertyNames(prototype);
  for (let j = 0; j < names.length; j++) {
    try {
      defineProperty(prototype, names[j], { __proto__: null, get() { throw new Error('poisoned'); }, set() {} });
    } catch {}
  }
}
process.exitCode = 3;
