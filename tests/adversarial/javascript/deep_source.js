// Has the engine parse a source that is nested a hundred thousand deep.
// expect: anything
try {
  eval('('.repeat(100000) + '1' + ')'.repeat(100000));
} catch (error) {
  console.log(error.name);
}
