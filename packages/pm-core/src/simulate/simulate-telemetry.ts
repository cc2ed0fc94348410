import type { Random } from '../random.ts';
import { SENSORS } from '../tables.ts';
import type { FailureLaw, Sensor } from './failure-law.ts';
import { drawNormalPair } from './random-draws.ts';

/** Hourly readings of a machine, one array a sensor, each of `hours`; six decimals. */
export type Telemetry = Readonly<Record<Sensor, Float64Array>>;

/** Readings `fromHour` to `toHour` (both included, counted from the first reading, may lie outside it) are shifted as a sign is. */
export interface SensorShift {
  readonly sensor: Sensor;
  readonly fromHour: number;
  readonly toHour: number;
}

/** Draws the readings; shifts that overlap add up. The first hours do not depend on how many follow. */
export function simulateTelemetry(
  law: FailureLaw,
  random: Random,
  hours: number,
  shifts: readonly SensorShift[],
): Telemetry {
  const noise = standardNormals(random, hours);
  const readings = SENSORS.map((sensor, s) => {
    const { mean, standardDeviation, signShift } = law.sensors[sensor];
    const values = new Float64Array(hours).fill(mean);
    for (const shift of shifts) {
      if (shift.sensor !== sensor) continue;
      const end = Math.min(hours - 1, shift.toHour);
      for (let hour = Math.max(0, shift.fromHour); hour <= end; hour++) values[hour]! += signShift;
    }
    for (let hour = 0; hour < hours; hour++) {
      values[hour] = Math.round((values[hour]! + standardDeviation * noise[s]![hour]!) * 1e6) / 1e6;
    }
    return [sensor, values] as const;
  });
  return Object.fromEntries(readings) as Telemetry;
}

function standardNormals(random: Random, hours: number): Float64Array[] {
  const noise = SENSORS.map(() => new Float64Array(hours));
  const pair = new Float64Array(2);
  for (let hour = 0; hour < hours; hour++) {
    for (let s = 0; s < noise.length; s += 2) {
      drawNormalPair(random, pair);
      noise[s]![hour] = pair[0]!;
      noise[s + 1]![hour] = pair[1]!;
    }
  }
  return noise;
}
