// Makes a file larger and larger.
// expect: file_limit
const fs = require('fs');
for (;;) fs.appendFileSync('file', 'x'.repeat(1 << 16));
