import { describe, expect, test } from 'vitest';
import type { MlflowClient } from '../client.ts';
import { previousProduction, readLedger, stagesByLedger } from '../ledger.ts';
import { LEDGER_TAG_PREFIX } from '../ledger-entry.ts';
import { MODEL_STAGES, type ModelStage } from '../model-version.ts';
import { modelVersions, setModelVersionTag, transitionStage } from '../model-versions.ts';
import { repairStages } from '../repair-stages.ts';
import { moveToStage, type StageMove } from '../stages.ts';
import { modelWith } from './client-registry.ts';

type Own = StageMove['action'];

/** Declares the tests of the ledger over a backend. */
export function describeClientLedger(open: () => MlflowClient): void {
  const entriesOf = async (name: string) => readLedger(await modelVersions(open(), name));
  const told = async (name: string) =>
    (await entriesOf(name)).map(({ seq, version, action, from, to }) => [seq, version, action, from, to]);
  /** The ledger must tell what the registry shows. */
  const expectTrue = async (name: string) => {
    const versions = await modelVersions(open(), name);
    const known = stagesByLedger(readLedger(versions));
    expect(versions.map(({ version }) => [version, known.get(version) ?? 'None'])).toEqual(
      versions.map(({ version, stage }) => [version, stage]),
    );
  };
  const move = (name: string, version: string, to: ModelStage, action: Own = 'promote', day = 1) =>
    moveToStage(open(), name, version, to, {
      action,
      by: 'ada',
      at: new Date(Date.UTC(2026, 2, day)),
      why: `day ${day}`,
    });

  describe('the ledger', () => {
    test('tells who moved a version, when, why and on which evidence, and whom that archived', async () => {
      const name = await modelWith(open(), 2);
      await move(name, '1', 'Production', 'force', 1);
      await moveToStage(open(), name, '2', 'Production', {
        action: 'promote',
        by: 'grace',
        at: new Date(Date.UTC(2026, 2, 2)),
        why: 'it is better',
        evidence: 'runs:/abc/gate/now',
        digest: 'd1',
      });
      const [, promoted, archived, ...more] = await entriesOf(name);
      expect(more).toEqual([]);
      expect(promoted).toMatchObject({
        seq: 2,
        version: '2',
        at: '2026-03-02T00:00:00.000Z',
        by: 'grace',
        action: 'promote',
        from: 'None',
        to: 'Production',
        why: 'it is better',
        evidence: 'runs:/abc/gate/now',
        digest: 'd1',
      });
      expect(archived).toMatchObject({
        version: '1',
        at: '2026-03-02T00:00:00.000Z',
        by: 'grace',
        action: 'archive',
        from: 'Production',
        to: 'Archived',
        why: 'version 2 came to Production',
      });
    });

    test('has no entry for a move to where a version stands, and cuts a reason that no tag holds', async () => {
      const name = await modelWith(open(), 1);
      const long = '"'.repeat(9000);
      for (let n = 0; n < 2; n++) {
        const at = new Date();
        await moveToStage(open(), name, '1', 'Staging', { action: 'train', by: 'ada', at, why: long });
      }
      const [only, ...more] = await entriesOf(name);
      expect(more).toEqual([]);
      expect(only!.why).toMatch(/^"{1000,}…$/);
      const [version] = await modelVersions(open(), name);
      expect(version!.tags[only!.key]!.length).toBeLessThanOrEqual(5000);
    });

    test('notices what another tool moved, at or before the time that MLflow has of it', async () => {
      const name = await modelWith(open(), 2);
      await move(name, '1', 'Production');
      await transitionStage(open(), name, '2', 'Production');
      const { repairs } = await repairStages(open(), name);
      expect(repairs.join()).toMatch(
        /version 2 went from None to Production without an entry, at or before 2/,
      );
      expect(await told(name)).toEqual([
        [1, '1', 'promote', 'None', 'Production'],
        [2, '2', 'outside', 'None', 'Production'],
        [3, '1', 'outside', 'Production', 'Archived'],
      ]);
      expect((await repairStages(open(), name)).repairs).toEqual([]);
    });

    test('passes over tags that hold no entry', async () => {
      const name = await modelWith(open(), 1);
      for (const [key, value] of Object.entries({ a: 'no json', b: '{}', c: '' })) {
        await setModelVersionTag(open(), name, '1', { key: `${LEDGER_TAG_PREFIX}00000${key}`, value });
      }
      expect(await entriesOf(name)).toEqual([]);
      await move(name, '1', 'Staging');
      await expectTrue(name);
    });

    test('knows the way back: what was in Production before, a step further each time', async () => {
      const name = await modelWith(open(), 4);
      const previous = async () => previousProduction(await modelVersions(open(), name));
      expect(await previous()).toBeUndefined();
      await move(name, '1', 'Production');
      expect(await previous()).toBeUndefined();
      await move(name, '2', 'Production');
      // Archived later, and by its number the highest: but not from Production.
      await move(name, '4', 'Staging', 'train');
      await move(name, '3', 'Staging', 'train');
      expect(await previous()).toBe('1');
      await move(name, '3', 'Production');
      expect(await previous()).toBe('2');
      await move(name, '2', 'Production', 'rollback');
      expect(await previous()).toBe('1');
      await move(name, '1', 'Production', 'rollback');
      expect(await previous()).toBeUndefined();
      await move(name, '3', 'Production');
      await move(name, '3', 'Archived', 'move');
      expect(await previous()).toBe('3');
    });

    test('replays to what the registry shows after any moves, by us and by other tools', async () => {
      for (const seed of [1, 2]) {
        const name = await modelWith(open(), 3);
        for (const [kind, version, stage] of moves(seed, 12)) {
          if (kind === 0) await transitionStage(open(), name, version, stage);
          else await move(name, version, stage);
          if (kind !== 1) await repairStages(open(), name);
          if (kind !== 1) await expectTrue(name);
        }
        await repairStages(open(), name);
        await expectTrue(name);
        const actions = (await entriesOf(name)).map(({ action }) => action);
        expect(actions).toEqual(expect.arrayContaining(['promote', 'outside']));
      }
    });
  });
}

/** Random moves from a seed: 0 without us, 1 by us, 2 by us and looked at. */
function* moves(seed: number, count: number): Generator<[kind: number, version: string, stage: ModelStage]> {
  let state = seed;
  const draw = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647; // the minimal standard generator of Park and Miller
    return state % limit;
  };
  for (let n = 0; n < count; n++) yield [draw(3), `${1 + draw(3)}`, MODEL_STAGES[draw(4)]!];
}
