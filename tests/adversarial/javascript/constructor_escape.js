// Reaches for functions of another realm through constructors.
// expect: completed 0
const reach = (value) => value.constructor.constructor('return globalThis')();
for (const value of [console.log, process, setTimeout, require, Promise.resolve(), new Error('x')]) {
  if (reach(value) !== globalThis) process.exitCode = 1;
}
