// A proxy that lists more keys than there is memory for.
// expect: out_of_fuel
const keys = new Proxy({}, {
  ownKeys() {
    const all = [];
    for (let index = 0; ; index++) all.push('key' + index);
  },
});
Object.keys(keys);
