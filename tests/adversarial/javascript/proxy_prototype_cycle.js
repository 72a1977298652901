// Looks a property up in a prototype chain that a proxy makes endless.
// expect: anything
const target = {};
const proxy = new Proxy(target, { getPrototypeOf: () => proxy });
Object.setPrototypeOf(target, Object.create(proxy));
try {
  target.anything;
} catch (error) {
  console.log(error.name);
}
