import type { Transport } from '../mlflow/transport.ts';
import { hasNoEndpoint } from './databricks-error.ts';

const [current, former] = ['/api/2.2/jobs/', '/api/2.1/jobs/'];

/**
 * Speaks Jobs 2.1 to a workspace that has no 2.2, once it has said so. To what we ask the two answer alike, except that 2.1
 * has no pages of the tasks of one job: it tells the first hundred.
 */
export function withFormerJobs(send: Transport): Transport {
  let isFormer = false;
  return async (request) => {
    if (!new URL(request.url).pathname.startsWith(current)) return send(request);
    const body = request.body === null ? null : await request.text();
    const { method, headers, signal } = request;
    const sendTo = (url: string) => send(new Request(url, { method, headers, signal, body }));
    const formerUrl = request.url.replace(current, former);
    if (isFormer) return sendTo(formerUrl);
    try {
      return await sendTo(request.url);
    } catch (error) {
      if (!hasNoEndpoint(error)) throw error;
      const response = await sendTo(formerUrl);
      isFormer = true;
      return response;
    }
  };
}
