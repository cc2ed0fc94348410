import type { Random } from '../random.ts';

/** A point: a place in [0, 1] for each parameter. */
export type Point = readonly number[];

/** A density over points. */
export interface Density {
  draw(random: Random): number[];
  logDensity(point: Point): number;
}

/** Narrowest kernel, as a share of a parameter's range. */
const LEAST_WIDTH = 0.02;

/**
 * Parzen's window estimate of where points lie: the mean of a product kernel around each of them and of the uniform density, which
 * keeps every place possible. A number's kernel is a normal one that the borders reflect, its width by Scott's rule (Scott,
 * Multivariate Density Estimation, 1992); an option's leaves a share to the other options.
 * @param optionCounts of each parameter; undefined for a number.
 */
export function parzenDensity(
  points: readonly Point[],
  optionCounts: readonly (number | undefined)[],
): Density {
  const count = points.length;
  const numbers = optionCounts.filter((options) => options === undefined).length;
  const shrinkage = count ** (-1 / (numbers + 4));
  const kernels = optionCounts.map((options, i) =>
    options === undefined
      ? reflectedNormal(Math.max(LEAST_WIDTH, spread(points.map((point) => point[i]!)) * shrinkage))
      : smoothedOption(options, count),
  );
  return {
    draw(random) {
      const centre = points[Math.floor(random() * (count + 1))];
      return kernels.map((kernel, i) => (centre === undefined ? random() : kernel.draw(centre[i]!, random)));
    },
    logDensity(point) {
      let sum = 1;
      for (const centre of points) {
        let product = 1;
        for (let i = 0; i < kernels.length; i++) product *= kernels[i]!.density(point[i]!, centre[i]!);
        sum += product;
      }
      return Math.log(sum / (count + 1));
    },
  };
}

/** Standard deviation of places, the uniform one counted as one of them. */
function spread(places: readonly number[]): number {
  const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
  const squares = places.reduce((sum, place) => sum + (place - mean) ** 2, 1 / 12);
  return Math.sqrt(squares / (places.length + 1));
}

/** The density of one parameter around a centre, relative to the uniform one. */
interface Kernel {
  draw(centre: number, random: Random): number;
  density(place: number, centre: number): number;
}

function reflectedNormal(width: number): Kernel {
  const bell = (distance: number) =>
    Math.exp(-0.5 * (distance / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
  return {
    draw(centre, random) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const folded = Math.abs(centre + width * normal) % 2;
      return Math.min(folded > 1 ? 2 - folded : folded, 1 - Number.EPSILON);
    },
    density: (place, centre) => bell(place - centre) + bell(place + centre) + bell(2 - place - centre),
  };
}

/** The centre's option has the weight of 1 + one of `options` shares of 1 / count, each other one such a share. */
function smoothedOption(options: number, count: number): Kernel {
  const share = 1 / Math.max(count, 1);
  const total = 1 + share;
  const own = (1 + share / options) / total;
  return {
    draw(centre, random) {
      const keeps = random() < 1 / total;
      return keeps ? centre : random();
    },
    density(place, centre) {
      const isOwn = Math.floor(place * options) === Math.floor(centre * options);
      return options * (isOwn ? own : share / options / total);
    },
  };
}
