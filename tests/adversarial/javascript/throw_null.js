// Throws null, which is how the engine says that memory ran out.
// expect: exception
throw null;
