// What packages in the prelude expect to be there when they are loaded. Imported before them.

// The engine has no shared memory, and so nothing to wait on.
if (!('Atomics' in globalThis)) {
  const Atomics = Object.defineProperty({}, Symbol.toStringTag, { value: 'Atomics', configurable: true });
  Object.defineProperty(globalThis, 'Atomics', { value: Atomics, writable: true, enumerable: false, configurable: true });
}
