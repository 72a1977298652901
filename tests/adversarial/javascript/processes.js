// Starts a process.
// expect: unsupported child_process
require('child_process').execSync('id');
