import { z } from 'zod';
import { type Route, reads } from './context.ts';
import { invalid } from './fault.ts';

/** Answers as MLflow's server does for artifacts that it holds itself: clients then send them through it. */
function refuse(): never {
  throw invalid('Presigned URLs are not supported for proxied artifact storage.');
}

export const presignedUrlRoutes: readonly Route[] = [
  reads('POST', 'artifacts/presigned-upload-url', z.object({}), refuse),
  reads('POST', 'artifacts/presigned-download-url', z.object({}), refuse),
];
