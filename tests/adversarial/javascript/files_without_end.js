// Makes files until there can be no more.
// expect: file_limit
const fs = require('fs');
for (let index = 0; ; index++) fs.writeFileSync(`file${index}`, 'x');
