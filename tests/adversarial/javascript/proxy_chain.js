// Reads a property through a hundred thousand proxies.
// expect: anything
let value = { deep: 1 };
for (let depth = 0; depth < 100000; depth++) value = new Proxy(value, {});
try {
  value.deep;
} catch (error) {
  console.log(error.name);
}
