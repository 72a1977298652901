import stream from 'readable-stream';
import promises from 'readable-stream/lib/stream/promises.js';

const { Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished } = stream;

export { Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished, promises };
export default stream;
