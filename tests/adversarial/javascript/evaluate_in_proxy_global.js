// Puts a proxy behind the global object.
// expect: completed 0
Object.setPrototypeOf(Object.prototype, null);
try { Object.setPrototypeOf(globalThis, new Proxy({}, { has() { return true; }, get() { return () => {}; } })); } catch {}
console.log(String(globalThis.anything));
