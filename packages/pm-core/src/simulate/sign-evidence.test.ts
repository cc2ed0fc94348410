import { expect, it } from 'vitest';
import { FAILURE_LAW } from './failure-law.ts';
import { randomStream } from './random-draws.ts';
import { signEvidence } from './sign-evidence.ts';
import type { MachineHistory } from './simulate-machine.ts';
import { HOUR_MS } from './simulate-visits.ts';
import { signRatioTwin } from './testing/planted-twin.ts';

const law = { ...FAILURE_LAW, signHours: 4, passingShiftProbabilityPerHour: 0.1 };

const historyOf = (volt: Float64Array): MachineHistory => ({
  model: 'model1',
  ageYears: 1,
  startMs: 0,
  telemetry: { volt, rotate: volt, pressure: volt, vibration: volt },
  errors: [],
  maintenance: [],
  failures: [],
});

it('equals the sum over every possible set of passing shifts', () => {
  const random = randomStream(5);
  for (let repeat = 0; repeat < 20; repeat++) {
    const volt = Float64Array.from({ length: 14 }, () => 150 + 60 * random());
    const visitHour = 12;
    const evidence = signEvidence(law, historyOf(volt), [visitHour * HOUR_MS]);
    for (let cutoff = 0; cutoff < 14; cutoff++) {
      const seen = volt.subarray(0, Math.min(cutoff, visitHour) + 1);
      const expected = Math.log(signRatioTwin(law, seen, visitHour - law.signHours + 1));
      expect(evidence(visitHour * HOUR_MS, 0, cutoff * HOUR_MS)).toBeCloseTo(expected, 9);
    }
  }
});

it('takes nothing from a null reading', () => {
  const volt = new Float64Array(14).fill(Number.NaN);
  const evidence = signEvidence(law, historyOf(volt), [12 * HOUR_MS]);
  expect(evidence(12 * HOUR_MS, 0, 12 * HOUR_MS)).toBeCloseTo(0, 12);
});
