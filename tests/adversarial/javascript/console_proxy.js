// Prints proxies of proxies.
// expect: completed
let value = {};
for (let depth = 0; depth < 1000; depth++) value = new Proxy(value, { get() { throw new Error('looked at'); } });
console.log(value);
