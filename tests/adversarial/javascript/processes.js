// Starts another program than node.
// expect: unsupported child_process
require('child_process').execSync('cat /etc/passwd');
