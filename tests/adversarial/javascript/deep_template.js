// Evaluates templates within templates.
// expect: anything
try {
  eval('`${'.repeat(50000) + '1' + '}`'.repeat(50000));
} catch (error) {
  console.log(error.name);
}
