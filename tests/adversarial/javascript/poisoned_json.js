// Replaces JSON and Reflect, so that the report would lie.
// expect: completed 4
JSON.stringify = () => '{"end":"exit","code":0}';
JSON.parse = () => ({});
Reflect.apply = () => undefined;
process.exitCode = 4;
