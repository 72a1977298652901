// Throws a proxy that throws whatever is asked of it.
// expect: exception
throw new Proxy(new Error('real'), {
  get() { throw new Error('of the trap'); },
  getPrototypeOf() { throw new Error('of the trap'); },
  has() { throw new Error('of the trap'); },
});
