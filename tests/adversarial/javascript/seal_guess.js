// Sends reports through whatever looks like a door.
// expect: completed 0
for (const name of ['__host', 'host', 'door', '_host', '__assay']) {
  if (globalThis[name]) process.exitCode = 1;
  try { process.binding(name); process.exitCode = 2; } catch {}
}
