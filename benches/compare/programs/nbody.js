// Five bodies that attract one another: arithmetic on numbers with fractions, and properties of objects.
const bodies = [];
for (let i = 0; i < 5; i++) {
  bodies.push({ x: i * 4.84, y: i * -1.16, z: i * 0.1, vx: 0.6 - i * 0.1, vy: 0.2 + i * 0.3, vz: -0.02 * i, mass: 39.47 / (i + 1) });
}

function advance(step) {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz + 0.01;
      const scale = step / (square * Math.sqrt(square));
      a.vx -= dx * b.mass * scale;
      a.vy -= dy * b.mass * scale;
      a.vz -= dz * b.mass * scale;
      b.vx += dx * a.mass * scale;
      b.vy += dy * a.mass * scale;
      b.vz += dz * a.mass * scale;
    }
  }
  for (const body of bodies) {
    body.x += step * body.vx;
    body.y += step * body.vy;
    body.z += step * body.vz;
  }
}

for (let i = 0; i < 150000; i++) advance(0.001);
console.log(bodies[0].x.toFixed(9));
