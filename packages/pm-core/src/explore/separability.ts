import type { ColumnMeans } from './column-summary.ts';

export interface Separability {
  readonly name: string;
  /** Cohen's d by group: how far its mean lies from that of the reference group, in pooled standard deviations; null where unknown. */
  readonly distance: Readonly<Record<string, number | null>>;
  /** The greatest of them without sign. */
  readonly greatest: number;
}

/**
 * How well each column alone tells the groups of rows from the reference group, the greatest distance first. Source of d:
 * J. Cohen, Statistical Power Analysis for the Behavioral Sciences, chapter 2.
 */
export function separabilityOf(summaries: readonly ColumnMeans[], reference: string): Separability[] {
  const names = [...new Set(summaries.map(({ name }) => name))];
  return names
    .map((name) => {
      const own = summaries.filter((one) => one.name === name);
      const base = own.find(({ group }) => group === reference);
      const others = own.filter(({ group }) => group !== reference);
      const distance = Object.fromEntries(others.map((one) => [one.group, base ? cohensD(base, one) : null]));
      const greatest = Math.max(0, ...Object.values(distance).map((d) => Math.abs(d ?? 0)));
      return { name, distance, greatest };
    })
    .sort((a, b) => b.greatest - a.greatest);
}

function cohensD(base: ColumnMeans, other: ColumnMeans): number | null {
  const [n, m] = [base.rows - base.nulls, other.rows - other.nulls];
  if (base.mean === null || other.mean === null || base.std === null || other.std === null) return null;
  const pooled = Math.sqrt(((n - 1) * base.std ** 2 + (m - 1) * other.std ** 2) / (n + m - 2));
  return pooled === 0 ? null : (other.mean - base.mean) / pooled;
}
