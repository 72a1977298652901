// Grows a buffer under a view that is being sorted.
// expect: anything
const buffer = new ArrayBuffer(64, { maxByteLength: 1 << 20 });
const view = new Float64Array(buffer);
view.sort(() => {
  buffer.resize(buffer.byteLength === 8 ? 1 << 20 : 8);
  return 0.5;
});
