interface Asked {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly allowedHosts: readonly string[];
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)$/;
const privateNetwork = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?f[cd])/;
const localOrigin = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
const probes = new Set(['/health', '/version']);

/**
 * Why a request is refused before it is looked at, in the words of MLflow's server; undefined if it is not. A page that a
 * browser loaded from elsewhere must neither reach this server by a name of its own (DNS rebinding) nor write to it.
 */
export function refusalOf({ method, path, host, origin, allowedHosts }: Asked): string | undefined {
  if (!probes.has(path) && !isAllowedHost(host ?? '', allowedHosts)) {
    return 'Invalid Host header - possible DNS rebinding attack detected';
  }
  const writes = method !== 'GET' && method !== 'OPTIONS';
  return writes && origin !== undefined && !localOrigin.test(origin)
    ? 'Cross-origin request blocked'
    : undefined;
}

function isAllowedHost(host: string, allowedHosts: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return (
    loopback.test(name) ||
    privateNetwork.test(name) ||
    allowedHosts.some((allowed) => allowed === '*' || [name, host].includes(allowed.toLowerCase()))
  );
}
