// Writes as JSON what is nested a million deep.
// expect: anything
let value = [];
for (let depth = 0; depth < 1000000; depth++) value = [value];
try {
  JSON.stringify(value);
} catch (error) {
  console.log(error.name);
}
