// Throws an error whose every property runs for ever.
// expect: anything
const error = new Error('x');
for (const name of ['name', 'message', 'stack', 'code', 'cause', 'constructor']) {
  Object.defineProperty(error, name, { get() { for (;;); } });
}
throw error;
