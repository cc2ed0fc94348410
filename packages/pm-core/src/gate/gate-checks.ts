import type { GateConfig } from '../config.ts';
import { comparisonCheck } from './comparison-check.ts';
import { costCheck } from './cost-check.ts';
import type { GateCheck } from './gate-check.ts';
import type { CandidateFigures, GateEvidence } from './gate-evidence.ts';

/** The limits of a workflow file, and how many failures a class needs to be judged. */
export interface GateLimits extends GateConfig {
  readonly minFailuresForVerdict: number;
}

/** Every check of the gate in the order in which people read them; the candidate may go ahead if none `stops`. */
export function gateChecks(evidence: GateEvidence, limits: GateLimits): GateCheck[] {
  const { candidate, drift, replay } = evidence;
  return [
    signatureCheck(evidence),
    comparisonCheck(evidence.comparison, limits.maxLoss),
    costCheck(evidence.cost, limits.maxCostIncrease),
    ...recallChecks(candidate, limits),
    atMost(
      'calibration error',
      candidate?.calibrationError,
      limits.maxCalibrationError,
      'the calibration error',
    ),
    atMost('drift', drift?.shift, limits.maxDrift, driftText(drift), {
      rows: drift?.rows ?? 0,
      feature: drift?.feature ?? null,
    }),
    atMost('latency', candidate?.latencyMsPerRow, limits.maxLatencyMsPerRow, 'the time to score a row in ms'),
    atMost('replay', replay?.changedShare, limits.maxChangedAlerts, 'the share of changed alert episodes', {
      weeks: replay?.weeks ?? null,
      episodes: replay?.episodes ?? null,
    }),
  ];
}

const driftText = (drift: GateEvidence['drift']): string =>
  drift?.feature === undefined
    ? 'the greatest shift of a feature since training'
    : `the greatest shift of a feature since training, that of ${drift.feature} in 5–95 % spans,`;

function signatureCheck({ signature: { missingInputs, otherAnswers } }: GateEvidence): GateCheck {
  const fault =
    missingInputs.length > 0 ? `the rows to score have no ${missingInputs.join(', ')}` : otherAnswers;
  return {
    name: 'signature',
    verdict: fault === undefined ? 'passed' : 'failed',
    stops: fault !== undefined,
    figures: { missing_inputs: missingInputs.length },
    limit: 0,
    sentence: fault ?? 'it takes the columns that there are and answers in the classes of the workflow',
  };
}

function recallChecks(candidate: CandidateFigures | undefined, limits: GateLimits): GateCheck[] {
  return Object.entries(limits.minRecall).map(([name, limit]): GateCheck => {
    const recall = candidate?.recall[name] ?? null;
    const failures = candidate?.failures[name] ?? 0;
    const check = { name: `recall of ${name}`, figures: { recall, failures }, limit };
    if (recall === null || failures < limits.minFailuresForVerdict) {
      const sentence = `${name} has ${failures} test failures, ${limits.minFailuresForVerdict} are needed for a verdict`;
      return { ...check, verdict: 'not enough evidence', stops: false, sentence };
    }
    const isEnough = recall >= limit;
    const sentence = `the recall of ${name} is ${recall.toFixed(4)}, at least ${limit} is asked for`;
    return { ...check, verdict: isEnough ? 'passed' : 'failed', stops: !isEnough, sentence };
  });
}

function atMost(
  name: string,
  value: number | null | undefined,
  limit: number | 'off',
  what: string,
  more: GateCheck['figures'] = {},
): GateCheck {
  const figures = { value: value ?? null, ...more };
  const measured = value == null ? `${what} was not measured` : `${what} is ${value.toFixed(4)}`;
  if (limit === 'off') {
    return { name, verdict: 'not asked', stops: false, figures, limit: null, sentence: measured };
  }
  const verdict = value == null ? 'not enough evidence' : value <= limit ? 'passed' : 'failed';
  const sentence = `${measured}, at most ${limit} is asked for`;
  return { name, verdict, stops: verdict === 'failed', figures, limit, sentence };
}
