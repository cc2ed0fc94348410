import { CLASSES, type FleetConfig } from 'pm-core';
import { evaluationMetrics } from 'pm-core/metrics';
import type { PipelineContext } from '../base/context.ts';
import type { Workbench } from '../base/workbench.ts';
import { evaluateOnUnseenMachines } from '../training/training-steps.ts';
import type { LoadedVersion, RowsToJudge, RowsToJudgeRequest, Workflow } from '../training/workflow.ts';
import { costByMachine } from './cost-by-machine.ts';
import { ensureLabels } from './feature-tables.ts';
import { readFleetData, readLabeledRows } from './fleet-data.ts';
import { fleetOf } from './fleet-of.ts';
import { probeForLeaks } from './probe-for-leaks.ts';
import { onOwnFeatures, recentFeatureRows } from './recent-rows.ts';
import { otherWindow, testStart } from './test-start.ts';
import { weighCosts } from './weigh-costs.ts';

/** Machines over time: labels look ahead, the split is by date, and rows of one machine hang together. */
export function fleetWorkflow(context: PipelineContext<FleetConfig>): Workflow {
  const { config, step } = context;
  return {
    classes: CLASSES,
    labelRows: async (bench, table) => void (await ensureLabels(bench, config, table)),
    readTrainingData: (bench, table) => readFleetData(bench, config, table),
    async probeForLeaks(bench) {
      const { checkedRows, leakedRows } = await step('probe for leaks', () => probeForLeaks(bench, context));
      return { leak_probe_rows: checkedRows, leak_probe_leaked_rows: leakedRows };
    },
    async evaluateStrictly({ test }, outOfFold) {
      const unseen = await step('evaluate on unseen machines', async () =>
        evaluateOnUnseenMachines(test, outOfFold),
      );
      return unseen === undefined ? {} : evaluationMetrics(unseen, 'test_unseen_machines_');
    },
    weighCosts: (bench, data, scores) =>
      step('weigh the costs', () => weighCosts(bench, config, data, scores)),
    labelMismatch: (version) => otherWindow(version, config),
    rowsToJudge: (bench, versions, request) => rowsToJudge(bench, config, versions, request),
    costByGroup: (bench, rows, scores) => costByMachine(bench, config, rows, scores),
    recentRows: (bench, weeks) => recentFeatureRows(bench, config, weeks),
    onOwnColumns: onOwnFeatures,
  };
}

async function rowsToJudge(
  bench: Workbench,
  config: FleetConfig,
  versions: readonly LoadedVersion[],
  { table, from: wanted, to }: RowsToJudgeRequest,
): Promise<RowsToJudge> {
  await ensureLabels(bench, config, table);
  const start = testStart(versions, fleetOf(bench.lake.manifest));
  const first = 'from' in start ? start.from : undefined;
  const from = wanted ?? first;
  const doubt =
    'unknown' in start
      ? start.unknown
      : first !== undefined && (from ?? '') < first
        ? `rows before ${first} were trained on`
        : undefined;
  return { rows: await readLabeledRows(bench, config, { from, to }), from, doubt };
}
