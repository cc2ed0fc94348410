import { dirname, join, resolve } from 'node:path';
import { defineCommand } from '../command.ts';

export const trackingServe = defineCommand({
  name: 'tracking serve',
  describe:
    'an MLflow-compatible tracking server and model registry on one file, without Python, until Ctrl-C',
  examples: [
    ['tracking serve', 'http://127.0.0.1:5000 for this machine, on ./mlflow.db and ./mlartifacts'],
    [
      'tracking serve --host 0.0.0.0 --allowed-hosts mlflow.example',
      'for others, who log in with what PM_TRACKING_USERNAME and PM_TRACKING_PASSWORD say',
    ],
    ['tracking serve --port 0 --json', 'on a free port; prints {"url": …} as soon as it listens'],
  ],
  options: {
    host: { type: 'string', default: '127.0.0.1', describe: 'address to listen on' },
    port: { type: 'integer', most: 65_535, default: 5000, describe: '0 takes a free one' },
    database: {
      type: 'string',
      default: 'mlflow.db',
      describe: 'SQLite file; artifacts are in mlartifacts beside it',
    },
    allowedHosts: {
      type: 'string',
      repeatable: true,
      describe: 'names, by comma, that clients call this server by, besides private addresses',
    },
    allowAnonymous: {
      type: 'boolean',
      describe:
        'let other machines in without PM_TRACKING_USERNAME and PM_TRACKING_PASSWORD or PM_TRACKING_TOKEN in the environment',
    },
  },
  async run({ host, port, database, allowedHosts, allowAnonymous = false }, context) {
    const { accessFrom, schemesOf, serveTracking } = await import('../../mlflow/embedded/index.ts');
    const databaseFile = resolve(context.cwd, database);
    const artifactDirectory = join(dirname(databaseFile), 'mlartifacts');
    const access = accessFrom(context.environment);
    const server = await serveTracking({
      host,
      port,
      databaseFile,
      artifactDirectory,
      access,
      allowAnonymous,
      allowedHosts: allowedHosts.flatMap((names) => names.split(',').map((name) => name.trim())),
    });
    const { url } = server;
    const authentication = schemesOf(access);
    const document = { url, databaseFile, artifactDirectory, authentication };
    const line = `MLflow tracking at ${url} (${authentication.join(' or ') || 'no'} authentication), in ${databaseFile}. Ctrl-C stops it.`;
    context.stdout.write(`${context.wantsJson ? JSON.stringify(document, null, 2) : line}\n`);
    await aborted(context.signal);
    await server.close();
    return { json: undefined, text: '' }; // said when it began to listen: nobody can use it at the end
  },
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
