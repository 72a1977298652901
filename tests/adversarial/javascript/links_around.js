// Links that lead to one another.
// expect: completed 0
const fs = require('fs');
fs.symlinkSync('b', 'a');
fs.symlinkSync('a', 'b');
try {
  fs.readFileSync('a');
  process.exitCode = 1;
} catch (error) {
  if (error.code !== 'ELOOP') process.exitCode = 2;
}
