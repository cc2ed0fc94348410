import { basename, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { countText, UserError } from 'pm-core';
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { openTarget } from '../open-target.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { formatTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';

const target = { type: 'string', default: 'dev', describe: 'target of databricks.yml' } as const;

export const auth = defineCommand({
  name: 'auth',
  describe: 'which Databricks workspace the environment or a profile leads to, and as whom; shows no secret',
  examples: [
    [
      'auth',
      'make databricks-authenticate; DATABRICKS_HOST and DATABRICKS_TOKEN, or ~/.databrickscfg, decide',
    ],
  ],
  options: {},
  async run(_args, context) {
    const { openWorkspace } = await import('../../pipelines/databricks/open-workspace.ts');
    const { client, signIn, identity } = await openWorkspace(context);
    const { userName, displayName } = identity;
    const document = { host: client.host, userName, displayName, signIn };
    return { json: document, text: `${client.host} as ${userName} (${signIn})` };
  },
});

export const init = defineCommand({
  name: 'init',
  describe: 'find or create what a deploy needs: folders, experiment, secret scope, volume, cluster',
  examples: [['init --target dev', 'make databricks-init TARGET=dev; a second time it changes nothing']],
  options: { target },
  async run(args, context) {
    const { initWorkspace } = await import('../../pipelines/databricks/init-workspace.ts');
    const { client, settings } = await openTarget(args.target, PACKAGE_ROOT, context);
    const provisions = await initWorkspace(client, settings, context.step);
    const table = formatTable(provisions, [
      { heading: 'what', cell: (one) => one.what },
      { heading: 'name', cell: (one) => one.name },
      { heading: '', cell: (one) => one.state },
      { heading: 'detail', cell: (one) => one.detail },
    ]);
    const created = provisions.filter(({ state }) => state === 'created').length;
    const text = `${table}\n\n${created} created in ${client.host} for target ${args.target}.`;
    return { json: { host: client.host, target: args.target, provisions }, text };
  },
});

export const secretsPut = defineCommand({
  name: 'secrets put',
  describe:
    'store a secret in the scope of a target, from stdin or the environment, never from the command line',
  examples: [
    ['secrets put storage-key < key.txt', 'the text that is piped in, without the end of its last line'],
    ['secrets put storage-key --env STORAGE_KEY', 'the value of an environment variable'],
  ],
  options: {
    key: { type: 'string', positional: 'required', describe: 'name of the secret' },
    value: {
      type: 'string',
      positional: 'optional',
      repeatable: true,
      describe: 'refused: others see a command line',
    },
    env: { type: 'string', describe: 'environment variable that has the value' },
    scope: { type: 'string', describe: "instead of the target's variable secret_scope" },
    target,
  },
  async run(args, context) {
    if (args.value.length > 0 || !/^[\w.-]{1,128}$/.test(args.key)) {
      throw new UsageError(
        'A secret is a name of letters, digits, - _ and . alone: its value comes from stdin or --env, where nobody sees it.',
      );
    }
    const value = args.env === undefined ? await piped(context) : fromEnvironment(args.env, context);
    const { ensureScope, putSecret } = await import('../../databricks/index.ts');
    const { client, settings } = await openTarget(args.target, PACKAGE_ROOT, context);
    const scope = args.scope ?? settings.secretScope;
    await ensureScope(client, scope);
    await putSecret(client, { scope, key: args.key, value });
    const document = { host: client.host, scope, key: args.key };
    return { json: document, text: `Stored ${args.key} in scope ${scope} of ${client.host}.` };
  },
});

export const upload = defineCommand({
  name: 'upload',
  describe: 'a file or folder into a Unity Catalog volume; each stored size is checked',
  examples: [
    ['upload ./data', "into data/ of the target's volume"],
    ['upload lake.tar /Volumes/main/pm/files', 'into a directory that you name'],
  ],
  options: {
    source: { type: 'string', positional: 'required', describe: 'file or folder' },
    destination: {
      type: 'string',
      positional: 'optional',
      describe: "directory /Volumes/…; if not given, in the target's volume",
    },
    target,
  },
  async run(args, context) {
    const { uploadData } = await import('../../pipelines/databricks/upload-data.ts');
    const source = resolve(context.cwd, args.source);
    const { client, settings } = await openTarget(args.target, PACKAGE_ROOT, context);
    const destination = args.destination ?? `${settings.volumePath}/${basename(source)}`;
    const files = await uploadData(client, { source, destination }, context.step);
    const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const text = `${files.length} files, ${countText(bytes)} bytes, in ${destination}.`;
    return { json: { host: client.host, destination, files }, text };
  },
});

async function piped({ stdin }: CommandContext): Promise<string> {
  if (stdin.isTTY) throw noValue('stdin is a terminal, which would show the value');
  const value = (await textOf(stdin)).replace(/\r?\n$/, '');
  if (value === '') throw noValue('nothing was piped in');
  return value;
}

function fromEnvironment(variable: string, { environment }: CommandContext): string {
  return environment[variable] || fail(noValue('that environment variable is not set'));
}

const noValue = (why: string): UserError =>
  new UserError('no-secret-value', `There is no value to store: ${why}.`, {
    next: 'Pipe it in (pm secrets put KEY < file), or name a variable that has it with --env.',
  });

function fail(error: Error): never {
  throw error;
}
