// What the language gives programs that would let them reach into the prelude, and what they must not change.

// Frames of a stack have methods for their functions and objects. As for strict code in node, these give nothing: the
// prelude's frames are among them.
const { prepareStackTrace } = Error;
Error.prepareStackTrace = (_, sites) => sites;
const frame = Object.getPrototypeOf(new Error().stack[0]);
Error.prepareStackTrace = prepareStackTrace;
for (const name of ['getFunction', 'getThis']) {
  Object.defineProperty(frame, name, { value: { [name]() {} }[name], writable: true, enumerable: false, configurable: true });
}

// What `await` looks up in a promise. With another one, it would call `then`, which programs may replace, on the promises
// of the prelude's own functions.
Object.defineProperty(Promise.prototype, 'constructor', { writable: false, configurable: false });
