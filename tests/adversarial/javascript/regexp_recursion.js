// A regular expression that is nested as deep as its text is long.
// expect: anything
const expression = '('.repeat(30000) + 'a' + ')'.repeat(30000);
try {
  new RegExp(expression).test('a');
} catch (error) {
  console.log(error.name);
}
