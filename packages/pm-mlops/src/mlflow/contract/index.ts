export { describeMlflowClient } from './client.ts';
export { describeMlflowContract } from './contract.ts';
export { BACKENDS, type BackendId } from './differences.ts';
export type { Backend } from './wire.ts';
