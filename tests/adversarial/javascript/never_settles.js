// Waits for a promise that nobody settles.
// expect: exception UnsettledPromise
await new Promise(() => {});
