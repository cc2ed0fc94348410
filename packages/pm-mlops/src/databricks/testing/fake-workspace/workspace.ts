import { dirname } from 'node:path/posix';
import { refuse } from './refuse.ts';
import type { FakeState, Routes, TreeNode } from './state.ts';
import { type Fields, textOf } from './wire.ts';

const importLimitBytes = 10_485_760;
const notebookHeader = '# Databricks notebook source';

/** Workspace 2.0. Paths answer without `/Workspace`, as the service's own often do. */
export const workspaceRoutes: Routes = (app, state) => {
  const { tree } = state;
  app.post('/api/2.0/workspace/mkdirs', async (request) => {
    const path = pathIn(request.body as Fields);
    const missing: string[] = [];
    for (let at = path; !tree.has(at); at = dirname(at)) missing.push(at);
    for (const at of [path, ...ancestors(path)]) {
      if ((tree.get(at)?.kind ?? 'DIRECTORY') !== 'DIRECTORY')
        refuse(400, 'RESOURCE_ALREADY_EXISTS', `${at} is not a folder.`);
    }
    for (const at of missing.reverse()) put(state, at, { kind: 'DIRECTORY', content: Buffer.alloc(0) });
    return '';
  });
  app.post('/api/2.0/workspace/import', async (request) => {
    importObject(state, request.body as Fields);
    return '';
  });
  app.post('/api/2.0/workspace-files/import-file/*', async (request) => {
    const { '*': rest } = request.params as { '*': string };
    const path = canonical(`/${rest}`);
    needFolder(state, path);
    if (tree.has(path) && (request.query as Fields).overwrite !== 'true')
      refuse(409, 'RESOURCE_ALREADY_EXISTS', `${path} already exists.`);
    put(state, path, { kind: 'FILE', content: request.body as Buffer });
    return '';
  });
  app.get('/api/2.0/workspace/get-status', async (request) => {
    const path = pathIn(request.query as Fields);
    return describe(path, nodeAt(state, path));
  });
  app.get('/api/2.0/workspace/export', async (request, reply) => {
    const path = pathIn(request.query as Fields);
    if (state.options.exportsBytes) return reply.type('text/plain').send(tree.get(path)?.content ?? '');
    const node = nodeAt(state, path);
    return { content: node.content.toString('base64'), file_type: 'py' };
  });
  app.get('/api/2.0/workspace/list', async (request) => {
    const path = pathIn(request.query as Fields);
    if (nodeAt(state, path).kind !== 'DIRECTORY') return { objects: [describe(path, nodeAt(state, path))] };
    const inside = [...tree].filter(([other]) => other !== '/' && dirname(other) === path);
    // An empty folder is an empty object.
    return inside.length === 0 ? {} : { objects: inside.map(([other, node]) => describe(other, node)) };
  });
  app.post('/api/2.0/workspace/delete', async (request) => {
    const path = pathIn(request.body as Fields);
    nodeAt(state, path);
    const below = [...tree.keys()].filter((other) => other.startsWith(`${path}/`));
    if (below.length > 0 && (request.body as Fields).recursive !== true)
      refuse(400, 'DIRECTORY_NOT_EMPTY', `${path} is not empty.`);
    for (const gone of [path, ...below]) tree.delete(gone);
    return {};
  });
};

function importObject(state: FakeState, body: Fields): void {
  const { format, language, overwrite } = body;
  let path = pathIn(body);
  const content = Buffer.from(`${body.content ?? ''}`, 'base64');
  if (content.length > importLimitBytes)
    refuse(400, 'MAX_NOTEBOOK_SIZE_EXCEEDED', `Notebook size exceeds ${importLimitBytes} bytes.`);
  const isNotebook = format === 'SOURCE' || content.toString('utf8', 0, 100).startsWith(notebookHeader);
  if (format === 'SOURCE' && language === undefined)
    refuse(400, 'INVALID_PARAMETER_VALUE', 'language is missing.');
  if (format === 'AUTO' && isNotebook) path = path.replace(/\.py$/, '');
  needFolder(state, path);
  if (state.tree.has(path) && overwrite !== true) refuse(409, undefined, `${path} already exists.`);
  put(state, path, {
    kind: isNotebook ? 'NOTEBOOK' : 'FILE',
    content,
    ...(isNotebook && { language: `${language ?? 'PYTHON'}` }),
  });
}

function put(state: FakeState, path: string, node: Omit<TreeNode, 'objectId'>): void {
  const objectId = state.tree.get(path)?.objectId ?? state.nextId();
  state.tree.set(path, { ...node, objectId });
}

function needFolder(state: FakeState, path: string): void {
  if (state.tree.get(dirname(path))?.kind === 'DIRECTORY') return;
  refuse(404, 'RESOURCE_DOES_NOT_EXIST', `The parent folder (${dirname(path)}) does not exist.`);
}

function nodeAt(state: FakeState, path: string): TreeNode {
  return state.tree.get(path) ?? refuse(404, 'RESOURCE_DOES_NOT_EXIST', `Path (${path}) doesn't exist.`);
}

const describe = (path: string, { kind, objectId, language, content }: TreeNode) => ({
  path,
  object_type: kind,
  object_id: objectId,
  ...(language !== undefined && { language }),
  ...(kind === 'FILE' && { size: content.length }),
});

const pathIn = (fields: Fields): string => canonical(textOf(fields, 'path'));

/** `/Workspace/Users/x` and `/Users/x` are one place. */
export const canonical = (path: string): string =>
  path.replace(/^\/Workspace(?=\/|$)/, '').replace(/(.)\/+$/, '$1') || '/';

function ancestors(path: string): string[] {
  return path === '/' ? [] : [dirname(path), ...ancestors(dirname(path))];
}
