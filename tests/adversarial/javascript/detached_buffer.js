// Gives a buffer away while it is filled from.
// expect: anything
const buffer = new ArrayBuffer(1 << 16);
const view = new Uint8Array(buffer);
view.set({ length: 100, get 0() { structuredClone(buffer, { transfer: [buffer] }); return 1; }, 50: 2 });
view.fill({ valueOf() { try { buffer.transfer(); } catch {} return 7; } });
console.log(view.length);
