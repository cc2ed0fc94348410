import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { pythonFor } from '../testing/python.ts';
import { joinEqualPlaces, poolAdjacentViolators } from './pool-adjacent-violators.ts';

const python = pythonFor();

const SCRIPT = `
import json, sys
from sklearn.isotonic import IsotonicRegression
data = json.load(sys.stdin)
fitted = IsotonicRegression().fit(data["places"], data["values"])
print(json.dumps(fitted.predict(data["places"]).tolist()))
`;

describe.skipIf(python === undefined)('beside scikit-learn (skipped without Python ≥ 3.11)', () => {
  it('isotonic values are those of IsotonicRegression, ties in place included', () => {
    const random = seededRandom(8);
    const places = Float64Array.from({ length: 2000 }, () => Math.round(random() * 300) / 300);
    const values = Array.from(places, (place) => (random() < place ** 2 ? 1 : 0));
    const input = JSON.stringify({ places: [...places], values });
    const theirs: number[] = JSON.parse(execFileSync(python as string, ['-c', SCRIPT], { input }).toString());
    const points = joinEqualPlaces(places, values);
    const byPlace = new Map<number, number>();
    let [block, seen] = [0, 0];
    const blocks = poolAdjacentViolators(points);
    for (const { from: place, weight } of points) {
      if (seen >= blocks[block].weight) [block, seen] = [block + 1, 0];
      byPlace.set(place, blocks[block].value);
      seen += weight;
    }
    places.forEach((place, row) => {
      expect(byPlace.get(place)).toBeCloseTo(theirs[row], 10);
    });
  });
});
