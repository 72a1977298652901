// Parses JSON that is nested a million deep.
// expect: anything
try {
  JSON.parse('['.repeat(1000000) + ']'.repeat(1000000));
} catch (error) {
  console.log(error.name);
}
