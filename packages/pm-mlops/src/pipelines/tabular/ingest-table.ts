import { type TabularConfig, UserError } from 'pm-core';
import { type IngestReport, sourceOrigin } from 'pm-core/ingest';
import { describeOrigin, sameOrigin } from 'pm-core/lake';
import { ingestSamples, sampleFiles } from 'pm-core/tabular';
import type { PipelineContext } from '../base/context.ts';
import type { IngestRequest } from '../base/ingest-request.ts';
import { writingLake } from '../base/workbench.ts';
import { sourceOpener } from '../sources/object-source.ts';
import { resolveSource } from '../sources/resolve-source.ts';

/**
 * Brings the files of a source into the table `samples`.
 * @throws UserError `no-source` where none is named anywhere, `no-append`, `not-a-fleet`, and what reading the files throws.
 */
export async function ingestTable(
  context: PipelineContext<TabularConfig>,
  request: IngestRequest,
): Promise<IngestReport> {
  const { config, fetch, signal } = context;
  refuseFleetRequests(config, request);
  return writingLake(context, 'pm ingest', async ({ lake, engine }) => {
    const known = lake.manifest.origin;
    const source = chooseSource(
      context,
      request.source,
      known?.kind === 'source' ? known.location : undefined,
    );
    const origin = sourceOrigin(source);
    const isOther = known !== null && !sameOrigin(known, origin);
    const mode = isOther && request.onOtherOrigin === 'replace' ? 'replace' : 'new';
    if (mode === 'replace')
      context.log(`Replacing all tables of ${describeOrigin(known!)} by ${describeOrigin(origin)}.`);
    return context.step('ingest', async () => {
      const openSource = sourceOpener(context);
      const files = await sampleFiles(config, { source, scratch: lake.scratch(), fetch, signal, openSource });
      return ingestSamples({ lake, engine, config, origin, mode, files, signal });
    });
  });
}

function refuseFleetRequests(
  { name }: TabularConfig,
  { machines, tables, onOtherOrigin }: IngestRequest,
): void {
  if (machines !== undefined || tables !== undefined) {
    const what = machines !== undefined ? 'simulate machines' : 'choose among tables';
    throw new UserError(
      'not-a-fleet',
      `${name} is a workflow of plain tables: there is nothing to ${what}.`,
      {
        next: 'Name its files with --source (SOURCE=… with make).',
      },
    );
  }
  if (onOtherOrigin !== 'append') return;
  throw new UserError('no-append', `${name} has no key by which rows of two sources could be merged.`, {
    next: 'Put all files into one folder and name that with --source --replace.',
  });
}

function chooseSource(
  { config, cwd }: PipelineContext<TabularConfig>,
  wanted: string | undefined,
  known: string | undefined,
): string {
  const source = wanted ?? known ?? config.source;
  if (source !== undefined) return resolveSource(source, cwd);
  throw new UserError(
    'no-source',
    `Neither the command nor the workflow ${config.name} names a source of its rows.`,
    {
      next: 'pm ingest --source DIRECTORY (SOURCE=… with make), or `source:` in the workflow file.',
    },
  );
}
