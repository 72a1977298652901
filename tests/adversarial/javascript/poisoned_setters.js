// Sets properties on Object.prototype that objects of the harness lack.
// expect: exception Error
for (const name of ['code', 'end', 'type', 'message', 'file', 'line', 'passed', 'skipped', 'exception', 'name']) {
  Object.defineProperty(Object.prototype, name, { get: () => 0, set() {}, configurable: true });
}
throw new Error('a failure');
