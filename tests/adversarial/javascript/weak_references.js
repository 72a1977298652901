// Keeps weak references to what is let go of.
// expect: out_of_fuel
const kept = [];
for (let index = 0; ; index++) {
  kept[index % 100000] = new WeakRef({ index });
  if (index % 1000 === 0) kept.forEach((reference) => reference.deref());
}
