import { dirname } from 'node:path/posix';
import type { FastifyRequest } from 'fastify';
import { refuse } from './refuse.ts';
import type { FakeState, Routes } from './state.ts';
import { type Fields, pageOf } from './wire.ts';

/** Files API 2.0: files and directories of Unity Catalog volumes, and of model versions. */
export const fileRoutes: Routes = (app, state) => {
  const { files } = state;
  app.put('/api/2.0/fs/files/*', async (request, reply) => {
    const path = pathOf(request, state);
    if (!isDirectory(state, dirname(path)))
      refuse(404, 'NOT_FOUND', `The directory ${dirname(path)} does not exist.`);
    if (files.has(path) && (request.query as Fields).overwrite !== 'true')
      refuse(409, 'ALREADY_EXISTS', `The file ${path} already exists.`);
    files.set(path, (request.body as Buffer | undefined) ?? Buffer.alloc(0));
    return reply.code(204).send();
  });
  app.get('/api/2.0/fs/files/*', async (request, reply) =>
    reply.type('application/octet-stream').send(fileAt(state, pathOf(request, state))),
  );
  app.head('/api/2.0/fs/files/*', async (request, reply) => {
    const { length } = fileAt(state, pathOf(request, state));
    return reply.header('content-length', state.options.headsTellNothing ? 0 : length).send();
  });
  app.delete('/api/2.0/fs/files/*', async (request, reply) => {
    const path = pathOf(request, state);
    fileAt(state, path);
    files.delete(path);
    return reply.code(204).send();
  });
  app.put('/api/2.0/fs/directories/*', async (request, reply) => {
    for (let at = pathOf(request, state); !isVolume(state, at); at = dirname(at)) {
      if (files.has(at) && files.get(at) !== 'directory') refuse(400, 'BAD_REQUEST', `${at} is a file.`);
      files.set(at, 'directory');
    }
    return reply.code(204).send();
  });
  app.head('/api/2.0/fs/directories/*', async (request, reply) => {
    needDirectory(state, pathOf(request, state));
    return reply.send();
  });
  app.get('/api/2.0/fs/directories/*', async (request) => {
    const path = pathOf(request, state);
    needDirectory(state, path);
    const inside = isOfModel(path)
      ? childrenOf(state, path)
      : [...files].filter(([other]) => dirname(other) === path);
    const { items, next } = pageOf(inside, request.query as Fields, state.options.pageSize);
    return { ...(items.length > 0 && { contents: items.map(entryOf) }), ...next };
  });
  app.delete('/api/2.0/fs/directories/*', async (request, reply) => {
    const path = pathOf(request, state);
    needDirectory(state, path);
    if ([...files.keys()].some((other) => dirname(other) === path))
      refuse(400, 'DIRECTORY_NOT_EMPTY', `${path} is not empty.`);
    files.delete(path);
    return reply.code(204).send();
  });
};

/** Absolute and inside a volume that there is. */
function pathOf(request: FastifyRequest, state: FakeState): string {
  const path = `/${(request.params as { '*': string })['*']}`.replace(/\/+$/, '');
  const [, root, catalog, schema, volume] = path.split('/');
  if (root === 'Models' && state.securables.has(`models/${catalog}.${schema}.${volume}`)) return path;
  if (root === 'Volumes' && state.securables.has(`volumes/${catalog}.${schema}.${volume}`)) return path;
  return refuse(404, 'NOT_FOUND', `Volume '${catalog}.${schema}.${volume}' does not exist.`);
}

const isVolume = ({ securables }: FakeState, path: string): boolean => {
  const [, , ...names] = path.split('/');
  return names.length === 3 && securables.has(`volumes/${names.join('.')}`);
};

const isDirectory = (state: FakeState, path: string): boolean =>
  isVolume(state, path) || isOfModel(path) || state.files.get(path) === 'directory';

/** Below a model version no directory needs to be made. */
const isOfModel = (path: string): boolean => /^\/Models(\/[^/]+){4}/.test(path);

/** Directories that files of a model version make. */
function childrenOf({ files }: FakeState, path: string): [string, Buffer | 'directory'][] {
  const below = [...files].filter(([other]) => other.startsWith(`${path}/`));
  const children = below.map(([other, content]): [string, Buffer | 'directory'] => {
    const [name, ...rest] = other.slice(path.length + 1).split('/');
    return [`${path}/${name}`, rest.length > 0 ? 'directory' : content];
  });
  return [...new Map(children)];
}

function needDirectory(state: FakeState, path: string): void {
  if (!isDirectory(state, path)) refuse(404, 'NOT_FOUND', `The directory ${path} does not exist.`);
}

function fileAt({ files }: FakeState, path: string): Buffer {
  const found = files.get(path);
  return found === undefined || found === 'directory'
    ? refuse(404, 'NOT_FOUND', `The file ${path} does not exist.`)
    : found;
}

const entryOf = ([path, content]: [string, Buffer | 'directory']) => ({
  path,
  name: path.slice(path.lastIndexOf('/') + 1),
  is_directory: content === 'directory',
  ...(content !== 'directory' && { file_size: content.length, last_modified: 1_760_000_000_000 }),
});
