import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MlflowClient } from '../client.ts';
import { readLedger, stagesByLedger } from '../ledger.ts';
import { resolveModelUri } from '../model-uri.ts';
import type { ModelVersion } from '../model-version.ts';
import { modelVersions } from '../model-versions.ts';
import { findRegisteredModel } from '../registered-models.ts';
import { openTracking, type Tracking } from '../tracking.ts';
import { modelWith } from './client-registry.ts';

export interface TwoPromotersOptions {
  readonly rounds: number;
  /** Whether a reader sees exactly one version in Production at any time; elsewhere it sees one that it can score with. */
  readonly isTransactional: boolean;
}

/**
 * Declares what two processes that promote at the same moment leave, round after round, on the tracking that `open` gives: one
 * version in Production with its alias, a loser who was told, and a ledger that tells the same.
 */
export function describeTwoPromoters(
  backend: string,
  open: () => Promise<{ trackingUri: string; close: () => Promise<void> }>,
  { rounds, isTransactional }: TwoPromotersOptions,
): void {
  describe(`two promoters at once, on ${backend}`, () => {
    let place: Awaited<ReturnType<typeof open>>;
    let tracking: Tracking;
    beforeAll(async () => {
      place = await open();
      const environment = { MLFLOW_TRACKING_URI: place.trackingUri };
      tracking = await openTracking({ environment, cwd: '/' });
    });
    afterAll(async () => {
      await tracking?.close();
      await place?.close();
    });

    test(`leave one version in Production, ${rounds} rounds long, and readers always find one`, async () => {
      const { client } = tracking;
      const model = await modelWith(client, 3);
      const promoters = ['ada', 'grace'].map((by) => startPromoter(place.trackingUri, model, by));
      await promoters[0]!.move('3');
      const reader = startReader(client, model);
      try {
        for (let round = 0; round < rounds; round++) {
          const outcomes = await Promise.all([promoters[0]!.move('1'), promoters[1]!.move('2')]);
          expect(new Set(outcomes).isSubsetOf(new Set(['moved', 'stage-taken']))).toBe(true);
          expect(outcomes).toContain('moved');
          await expectSettled(client, model, outcomes);
        }
      } finally {
        await reader.stop();
      }
      const { counts } = reader;
      expect(counts.reads).toBeGreaterThan(0);
      if (isTransactional) expect(counts.held).toEqual(new Set([1]));
      await Promise.all(promoters.map(({ end }) => end()));
    });
  });
}

async function expectSettled(client: MlflowClient, model: string, outcomes: readonly string[]) {
  const versions = await modelVersions(client, model);
  const held = holders(versions);
  expect(held).toHaveLength(1);
  expect((await findRegisteredModel(client, model))!.aliases).toEqual({ champion: held[0]!.version });
  // Versions 1 and 2 in this order: who holds the stage was not told otherwise.
  expect(outcomes[Number(held[0]!.version) - 1]).toBe('moved');
  const ledger = readLedger(versions);
  expect(stagesByLedger(ledger)).toEqual(new Map(versions.map(({ version, stage }) => [version, stage])));
  expect(ledger.filter(({ action }) => action === 'outside')).toEqual([]);
}

const holders = (versions: readonly ModelVersion[]) => versions.filter(({ stage }) => stage === 'Production');

/** Asks again and again how many versions are in Production, and for the model that scoring would load. */
function startReader(client: MlflowClient, model: string) {
  const counts = { reads: 0, held: new Set<number>() };
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      counts.held.add(holders(await modelVersions(client, model)).length);
      if (!counts.held.has(0)) await resolveModelUri(client, `models:/${model}/Production`);
      counts.reads++;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  return {
    counts,
    async stop() {
      isOver = true;
      await reading;
    },
  };
}

function startPromoter(trackingUri: string, model: string, by: string) {
  const script = join(import.meta.dirname, 'promoter.ts');
  const child: ChildProcess = spawn(process.execPath, [script, trackingUri, model, by], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async move(version: string): Promise<string> {
      child.stdin!.write(`${version}\n`);
      const { value, done } = await lines.next();
      return done ? 'ended' : value;
    },
    async end() {
      child.stdin!.end();
      await once(child, 'close');
    },
  };
}
