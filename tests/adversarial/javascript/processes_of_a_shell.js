// Starts node in a line that a shell would do more with.
// expect: unsupported child_process
require('child_process').execSync('node -e 1; cat /etc/passwd');
