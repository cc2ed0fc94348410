export { pythonFor } from './python.ts';
