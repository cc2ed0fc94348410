import { createHash } from 'node:crypto';
import { isComparisonCheck } from 'pm-core/gate';
import { openArtifacts } from '../../mlflow/artifacts.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import type { ModelStage, ModelVersion } from '../../mlflow/model-version.ts';
import { describeModelVersion, setModelVersionTag } from '../../mlflow/model-versions.ts';
import { getRun } from '../../mlflow/runs.ts';
import { gateReport } from '../../report/index.ts';
import type { PipelineContext } from '../base/context.ts';
import type { PromotionDecision } from './decide-promotion.ts';
import type { Weighing } from './weigh-versions.ts';

/** A judgement of the gate with all that it rests on: who asked, when, why, and on which evidence. */
export interface PromotionRecord extends PromotionDecision, Omit<Weighing, 'checks'> {
  readonly modelName: string;
  readonly version: string;
  readonly stage: ModelStage;
  /** The version that held the stage before; undefined if none. */
  readonly championVersion: string | undefined;
  /** User name, as MLflow has it. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What the person who asked said of it. */
  readonly note: string | undefined;
}

/** Begins the part of a version's description that the gate writes. */
const HEADING = '**Gate**';

/** A judgement as it was kept. */
export interface Verdict {
  /** `runs:/…`, the folder of its files; undefined for a version whose run is gone or elsewhere. */
  readonly evidence: string | undefined;
  /** SHA-256 of verdict.json. */
  readonly digest: string;
}

/**
 * Leaves a judgement where people and programs look for it: as JSON and a page among the files of the candidate's run, and as
 * tags and in the description of the version. The files of earlier judgements stay, tags and description tell the latest.
 */
export async function recordPromotion(
  client: MlflowClient,
  context: PipelineContext,
  candidate: ModelVersion,
  record: PromotionRecord,
): Promise<Verdict> {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  const evidence = await logRecord(client, context, candidate, { record, text });
  const { modelName, version } = candidate;
  for (const [key, value] of Object.entries(tagsOf(record, evidence)))
    await setModelVersionTag(client, modelName, version, { key, value });
  await describeModelVersion(client, modelName, version, description(candidate.description, record));
  return { evidence, digest: createHash('sha256').update(text).digest('hex') };
}

/** Returns the `evidence` of {@link Verdict}. */
async function logRecord(
  client: MlflowClient,
  { log }: PipelineContext,
  { runId }: ModelVersion,
  { record, text }: { record: PromotionRecord; text: string },
): Promise<string | undefined> {
  if (runId === undefined) return undefined;
  const place = `gate/${record.at.replaceAll(/[:.]/g, '-')}`;
  try {
    const run = await getRun(client, runId);
    const folder = openArtifacts(client, run.artifactUri);
    for (const [name, content] of Object.entries({ 'verdict.json': text, 'report.html': gateReport(record) }))
      await folder.retrying(() => folder.write(`${place}/${name}`, new Blob([content])));
    return `runs:/${runId}/${place}`;
  } catch (error) {
    log(`The verdict is not among the files of run ${runId}: ${(error as Error).message}`);
    return undefined;
  }
}

const outcomeOf = ({ promote, forced }: PromotionRecord) => (forced ? 'forced' : promote ? 'passed' : 'kept');

function tagsOf(record: PromotionRecord, evidence: string | undefined): Record<string, string> {
  const { reason, byComponent, checks, by, at, note, stage, championVersion } = record;
  const compared = checks.find(isComparisonCheck);
  const figure = (name: string) => {
    const value = compared?.figures[name];
    return typeof value === 'number' ? value.toFixed(4) : undefined;
  };
  // `macro_f1`, or `roc_auc` where there are two classes.
  const key = `pm.gate_${(compared?.name ?? 'macro F1').toLowerCase().replace(' ', '_')}`;
  const tags = {
    'pm.gate': outcomeOf(record),
    'pm.gate_reason': reason,
    'pm.gate_by_component': JSON.stringify(byComponent),
    'pm.gate_checks': JSON.stringify(Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]))),
    'pm.gate_stage': stage,
    'pm.gate_champion': championVersion,
    [key]: figure('candidate'),
    [`${key}_champion`]: figure('champion'),
    [`${key}_low`]: figure('low'),
    [`${key}_high`]: figure('high'),
    'pm.gate_by': by,
    'pm.gate_at': at,
    // Empty where there is none: a tag of an earlier judgement must not be taken for this one's.
    'pm.gate_note': note ?? '',
    'pm.gate_evidence': evidence ?? '',
  };
  return Object.fromEntries(
    Object.entries(tags).filter((tag): tag is [string, string] => tag[1] !== undefined),
  );
}

/** What stood there, and the latest judgement in the place of an earlier one. */
function description(before: string, record: PromotionRecord): string {
  const own = before.split(HEADING)[0]!.trimEnd();
  const asked = record.checks.filter(({ verdict }) => verdict !== 'not asked');
  const lines = [
    `${HEADING} for ${record.stage}, ${record.at} by ${record.by}: ${record.forced ? '' : `${outcomeOf(record)}. `}${record.reason}.`,
    ...asked.map(({ name, verdict, sentence }) => `- ${name}: ${verdict}; ${sentence}`),
  ];
  return [own, lines.join('\n')].filter((part) => part !== '').join('\n\n');
}
