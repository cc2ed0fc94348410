export { type Access, accessFrom, schemesOf } from './access.ts';
export { createEmbeddedFetch, type EmbeddedFetch } from './embedded-fetch.ts';
export type { EmbeddedStoreOptions } from './open-store.ts';
export { serveTracking, type TrackingServer, type TrackingServerOptions } from './serve-tracking.ts';
