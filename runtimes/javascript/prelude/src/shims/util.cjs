// What the packages assert, readable-stream and string_decoder want of node's util: its inspect is node's own code.
const { format, inspect } = require('node-inspect-extracted');

module.exports = { ...require('../../node_modules/util/util.js'), inspect, format };
