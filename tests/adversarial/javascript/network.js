// Asks the network.
// expect: unsupported
require('http').get('http://127.0.0.1');
