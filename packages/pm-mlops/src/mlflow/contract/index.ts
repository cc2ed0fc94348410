export { describeMlflowClient } from './client.ts';
export { describeMlflowContract } from './contract.ts';
export type { Backend } from './wire.ts';
