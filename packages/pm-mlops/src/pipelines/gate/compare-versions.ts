import { UserError } from 'pm-core';
import type { CandidateFigures, ComparedFigure, Comparison, PairedDifference } from 'pm-core/gate';
import type { Evaluation } from 'pm-core/metrics';
import type { Predictions } from 'pm-core/score';
import type { PipelineContext } from '../base/context.ts';
import type { Workbench } from '../base/workbench.ts';
import { comparedFigure, FIGURE_TAGS, pairedFigure } from '../training/compared-figure.ts';
import { evaluateRows } from '../training/evaluate-rows.ts';
import type { LabeledRows } from '../training/training-data.ts';
import type { LoadedVersion } from '../training/workflow.ts';
import { scoreStored } from '../versions/score-version.ts';
import { workflowOf } from '../workflow-of.ts';
import { costDifference } from './cost-difference.ts';
import type { ComponentVerdict } from './decide-promotion.ts';

/** What two versions did on the labelled rows that neither was trained on. */
export interface Contest {
  readonly comparison: Comparison;
  /** Absent where the candidate could not be measured. */
  readonly candidate?: CandidateFigures | undefined;
  readonly cost?: PairedDifference | undefined;
  readonly byComponent: Readonly<Record<string, ComponentVerdict>>;
}

/** Scores two versions on the labelled rows of the lake that neither was trained on. */
export async function compareVersions(
  bench: Workbench,
  context: PipelineContext,
  { candidate, champion }: { candidate: LoadedVersion; champion: LoadedVersion },
): Promise<Contest> {
  const workflow = workflowOf(context);
  const versions = [candidate, champion];
  const figure = comparedFigure(workflow.classes);
  const incomparable = (why: string) => incomparableWith(champion.version.version, { figure, why });
  const mismatch = versions.map(workflow.labelMismatch).find((why) => why !== undefined);
  if (mismatch !== undefined) return incomparable(mismatch);
  const { rows, doubt } = await workflow.rowsToJudge(bench, versions, { table: 'features' });
  if (doubt !== undefined) return incomparable(doubt);
  if (rows.matrix.rowCount === 0) return incomparable('there is no test row that neither was trained on');
  const mine = await measure(candidate, rows, context).catch(unscorable);
  if (mine instanceof UserError) return incomparable(mine.message);
  const own = await workflow.onOwnColumns(bench, champion, rows);
  const theirs = await measure(champion, own, context).catch(unscorable);
  const figures = candidateFigures(mine, rows);
  if (theirs instanceof UserError) {
    return {
      ...byLoggedMetrics(candidate, champion, { figure, reason: theirs.message }),
      candidate: figures,
    };
  }
  return {
    comparison: {
      kind: 'paired',
      rows: rows.matrix.rowCount,
      figure,
      difference: pairedFigure(rows, { candidate: mine.predictions, champion: theirs.predictions }, context),
    },
    cost: await costDifference(bench, context, rows, [
      { loaded: candidate, predictions: mine.predictions },
      { loaded: champion, predictions: theirs.predictions },
    ]),
    candidate: figures,
    byComponent: componentVerdicts(figures, mine.evaluation, theirs.evaluation, context),
  };
}

/** A champion that cannot be put to the rows of the candidate: what both logged of their own test rows, for `reason`. */
export function byLoggedMetrics(
  candidate: Pick<LoadedVersion, 'version'>,
  champion: Pick<LoadedVersion, 'version'>,
  { figure, reason }: { readonly figure: ComparedFigure; readonly reason: string },
): Contest {
  const [mine, theirs] = [candidate, champion].map(({ version }) =>
    Number(version.tags[FIGURE_TAGS[figure].tag] ?? Number.NaN),
  );
  if (Number.isNaN(mine) || Number.isNaN(theirs))
    return incomparableWith(champion.version.version, { figure, why: reason });
  return {
    comparison: { kind: 'logged', figure, reason, candidate: mine!, champion: theirs! },
    byComponent: {},
  };
}

const incomparableWith = (
  version: string,
  { figure, why }: { figure: ComparedFigure; why: string },
): Contest => ({
  comparison: {
    kind: 'none',
    figure,
    reason: `it cannot be compared with version ${version}: ${why.replace(/\.$/, '')}`,
  },
  byComponent: {},
});

function unscorable(error: unknown): UserError {
  if (error instanceof UserError && ['missing-columns', 'unsupported-model'].includes(error.code))
    return error;
  throw error;
}

interface Measured {
  readonly predictions: Predictions;
  readonly evaluation: Evaluation;
  readonly latencyMsPerRow: number;
}

async function measure(
  loaded: LoadedVersion,
  rows: LabeledRows,
  { now }: PipelineContext,
): Promise<Measured> {
  const start = now().getTime();
  const predictions = await scoreStored(loaded, rows);
  const latencyMsPerRow = (now().getTime() - start) / rows.matrix.rowCount;
  return { predictions, evaluation: evaluateRows(rows, predictions), latencyMsPerRow };
}

function candidateFigures(
  { evaluation: { byClass, calibrationError }, latencyMsPerRow }: Measured,
  { failuresByComponent }: LabeledRows,
): CandidateFigures {
  const positive = byClass.slice(1);
  return {
    recall: Object.fromEntries(positive.map(({ name, recall }) => [name, recall])),
    failures: Object.fromEntries(
      positive.map(({ name, rowCount }) => [name, failuresByComponent[name] ?? rowCount]),
    ),
    calibrationError,
    latencyMsPerRow,
  };
}

/** Which of the two finds a class better; one with too few failures gets no verdict. Empty where there is only one to find. */
function componentVerdicts(
  { failures }: CandidateFigures,
  mine: Evaluation,
  theirs: Evaluation,
  { config }: PipelineContext,
): Record<string, ComponentVerdict> {
  const classes = Object.entries(failures);
  if (classes.length < 2) return {};
  const entries = classes.map(([name, count], i): [string, ComponentVerdict] => {
    if (count < config.evaluate.minFailuresForVerdict) return [name, 'not enough evidence'];
    const difference = (mine.byClass[i + 1]!.f1 ?? 0) - (theirs.byClass[i + 1]!.f1 ?? 0);
    return [name, difference > 0 ? 'better' : difference < 0 ? 'worse' : 'equal'];
  });
  return Object.fromEntries(entries);
}
