// Binds a function a million times, then calls it.
// expect: anything
let call = () => 1;
for (let depth = 0; depth < 1000000; depth++) call = call.bind(null);
try {
  call();
} catch (error) {
  console.log(error.name);
}
