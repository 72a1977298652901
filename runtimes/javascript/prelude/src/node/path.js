import path from 'path-browserify';

path.posix = path;
path.toNamespacedPath = (name) => name;

export default path;
