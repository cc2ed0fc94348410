import { type FleetConfig, formatTimestamp, parseTimestamp, timestampMs } from 'pm-core';
import type { LoadedVersion } from '../training/workflow.ts';
import { FLEET_TAG } from './fleet-of.ts';

/** Tags that a version from elsewhere needs before it can be held against another. */
const WINDOW_TAG = 'pm.prediction_window_hours';
const TEST_FROM_TAG = 'pm.test_from';

/**
 * The first cutoff that none of these versions was trained on (undefined where all rows are new to them), or a sentence on the
 * version of which nothing says that. A version of another fleet has seen no row; one that names no fleet may have.
 */
export function testStart(
  versions: readonly LoadedVersion[],
  fleet: string,
): { readonly from: string | undefined } | { readonly unknown: string } {
  const starts: string[] = [];
  for (const loaded of versions) {
    const { tags, version } = loaded.version;
    if ((tags[FLEET_TAG] ?? fleet) !== fleet) continue;
    const start = ownTestStart(loaded);
    if (start === undefined) {
      const tag = `its tag ${TEST_FROM_TAG} (2015-09-08T06:00:00) would`;
      return { unknown: `nothing says which rows version ${version} was trained on; ${tag}` };
    }
    starts.push(start);
  }
  return { from: starts.toSorted().at(-1) };
}

/** As its tag says; or one prediction window after its last training row. */
function ownTestStart({ version, model }: LoadedVersion): string | undefined {
  const tagged = version.tags[TEST_FROM_TAG];
  if (tagged !== undefined) return parseTimestamp(tagged);
  const { trainingInterval, predictionWindowHours } = model.facts ?? {};
  if (!trainingInterval || predictionWindowHours == null) return undefined;
  return formatTimestamp(timestampMs(trainingInterval.to) + predictionWindowHours * 3_600_000);
}

/** Why a version's labels are not those of the workflow; its tag tells of a model from elsewhere. */
export function otherWindow({ version, model }: LoadedVersion, config: FleetConfig): string | undefined {
  const { predictionWindowHours: wanted } = config;
  const own = model.facts?.predictionWindowHours ?? version.tags[WINDOW_TAG];
  const about = `the prediction window of version ${version.version}`;
  if (own === undefined) return `nothing says ${about}; its tag ${WINDOW_TAG} (${wanted}) would`;
  return Number(own) === wanted ? undefined : `${about} is ${own} h, not ${wanted} h`;
}
