// jest-each formats titles with node's util.format.
export { format } from 'node-inspect-extracted';
