import type { FleetConfig } from 'pm-core';
import {
  type IngestMode,
  type IngestOptions,
  type IngestProgress,
  type IngestReport,
  ingest,
  sourceOrigin,
} from 'pm-core/ingest';
import { describeOrigin, type Manifest, type Origin, sameOrigin } from 'pm-core/lake';
import { type SimulationParameters, simulateFleet, writeParquetFiles } from 'pm-core/simulate';
import type { PipelineContext } from './base/context.ts';
import type { IngestRequest } from './base/ingest-request.ts';
import { inTemporaryFolder } from './base/temporary-folder.ts';
import { readingLake, type Workbench } from './base/workbench.ts';
import { sourceOpener } from './sources/object-source.ts';
import { resolveSource } from './sources/resolve-source.ts';
import { ingestTable } from './tabular/ingest-table.ts';

/** `unchanged`: the lake already holds all that a simulator of these arguments gives. */
export type IngestOutcome = IngestReport | { readonly unchanged: Origin };

/**
 * Brings what is new from an origin into the lake: the five files of a folder or URL, or a simulated fleet.
 * @throws UserError what {@link ingest} throws.
 */
export async function ingestInto(context: PipelineContext, request: IngestRequest): Promise<IngestOutcome> {
  const { config } = context;
  return config.kind === 'tabular'
    ? ingestTable({ ...context, config }, request)
    : ingestFleet({ ...context, config }, request);
}

async function ingestFleet(
  context: PipelineContext<FleetConfig>,
  request: IngestRequest,
): Promise<IngestOutcome> {
  return readingLake(context, async (bench) => {
    const { manifest } = bench.lake;
    const input = chooseInput(manifest, request, context);
    const { origin } = input;
    const mode = ingestMode(manifest, origin, request.onOtherOrigin);
    if (mode === 'replace' && manifest.origin !== null) {
      context.log(`Replacing all tables of ${describeOrigin(manifest.origin)} by ${describeOrigin(origin)}.`);
    }
    const options = { origin, mode, ...(request.tables === undefined ? {} : { tables: request.tables }) };
    if (input.kind === 'files') return readFiles(bench, context, { ...options, source: input.source });
    const isFull = manifest.origin !== null && sameOrigin(manifest.origin, origin);
    return isFull ? { unchanged: origin } : simulateInto(bench, context, input.parameters, options);
  });
}

/** What is read: files, or a fleet to be simulated. */
type Input =
  | { readonly kind: 'files'; readonly source: string; readonly origin: Origin }
  | { readonly kind: 'fleet'; readonly parameters: SimulationParameters; readonly origin: Origin };

function chooseInput(
  manifest: Manifest,
  { source, machines }: IngestRequest,
  { config, cwd }: PipelineContext<FleetConfig>,
): Input {
  if (source !== undefined) {
    const place = resolveSource(source, cwd);
    return { kind: 'files', source: place, origin: sourceOrigin(place) };
  }
  if (machines === undefined && manifest.origin?.kind === 'source') {
    return { kind: 'files', source: manifest.origin.location, origin: manifest.origin };
  }
  const known =
    machines === undefined && manifest.origin?.kind === 'simulator' ? manifest.origin.arguments : {};
  const parameters = { ...config.simulate, ...known, ...(machines === undefined ? {} : { machines }) };
  return { kind: 'fleet', parameters, origin: { kind: 'simulator', arguments: { ...parameters } } };
}

function ingestMode(manifest: Manifest, origin: Origin, onOther: IngestRequest['onOtherOrigin']): IngestMode {
  const known = [manifest.origin, ...manifest.appended].some(
    (one) => one !== null && sameOrigin(one, origin),
  );
  return known || manifest.origin === null || onOther === 'refuse' ? 'new' : onOther;
}

async function simulateInto(
  bench: Workbench,
  context: PipelineContext,
  parameters: SimulationParameters,
  options: Pick<IngestOptions, 'origin' | 'mode' | 'tables'>,
): Promise<IngestReport> {
  return inTemporaryFolder(async (folder) => {
    const { signal } = context;
    const label = `simulate ${parameters.machines} machines × ${parameters.hours} h`;
    await context.step(label, (onProgress) =>
      writeParquetFiles(simulateFleet(parameters), folder, { onProgress, signal }),
    );
    return readFiles(bench, context, { ...options, source: folder });
  });
}

function readFiles(
  { lake, engine }: Workbench,
  context: PipelineContext,
  options: Pick<IngestOptions, 'source' | 'origin' | 'mode' | 'tables'>,
): Promise<IngestReport> {
  const { config, fetch, signal } = context;
  const openSource = sourceOpener(context);
  return context.step('ingest', (report) => {
    const onProgress = ({ step: what, done, total }: IngestProgress) => report(done / total, what);
    return ingest({ ...options, lake, engine, config, fetch, openSource, signal, onProgress });
  });
}
