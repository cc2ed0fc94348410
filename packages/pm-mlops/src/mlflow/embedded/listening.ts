import type { Server } from 'node:http';
import { UserError } from 'pm-core';

/** How long requests may go on once the server was told to stop. */
const graceMs = 10_000;

/** Whether an address to listen on is for this machine only. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);

/** @throws UserError `cannot-listen` */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new UserError('cannot-listen', `Cannot listen on ${host}:${port}: ${cause.message}.`, {
          next: 'Name another port with --port, or stop the program that has this one.',
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** The address of a server that listens: its own port where 0 was asked for. */
export function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Takes no more requests and waits for those under way, up to the grace; what is left then is cut. */
export function closeServer(server: Server): Promise<void> {
  // A kept-alive connection would otherwise be waited for although nothing more is answered on it.
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const grace = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(grace);
      resolve();
    });
  });
}
