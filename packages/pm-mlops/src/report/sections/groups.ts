import type { AlarmLead, TimedRows } from 'pm-core/metrics';
import { type Chart, type DrawChart, type Plot, SHARE_AXIS } from '../chart.ts';
import type { EvaluationContent, Timing } from '../evaluation-content.ts';
import { count, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { groupsByAge, groupsByModel, type RowGroup } from '../row-groups.ts';
import { leadOf, timedRows } from '../verdict.ts';

/** What the model is worth for one kind of machine. */
interface GroupFigures {
  readonly name: string;
  readonly rowCount: number;
  readonly early: AlarmLead;
  readonly alarmPrecision: number | null;
}

/** One above the other, so that equal ones are both seen. */
const KEY = [
  {
    label: 'failures announced',
    color: 'var(--series1)',
    shape: 'circle',
    dy: -6,
    shareOf: ({ early }: GroupFigures) => early.announcedShare,
  },
  {
    label: 'alarms that were right',
    color: 'var(--series3)',
    shape: 'square',
    dy: 6,
    shareOf: ({ alarmPrecision }: GroupFigures) => alarmPrecision,
  },
] as const;

/** The two figures of the verdict for each machine model and age. */
export function groupsSection(content: EvaluationContent, Plot: Plot, draw: DrawChart): Html | undefined {
  const timed = timedRows(content);
  const parts = [
    { title: 'By machine model', groups: groupsByModel(content.matrix) },
    { title: 'By age of the machine', groups: groupsByAge(content.matrix) },
  ].filter(({ groups }) => groups.length > 0);
  if (timed === undefined || parts.length === 0) return undefined;
  return html`<section>
<h2>Whether it holds for every kind of machine</h2>
<div class="charts two">${parts.map(({ title, groups }) =>
    draw(
      chart(
        title,
        groups.map((group) => figuresOf(group, timed)),
        { ...content, ...timed },
        Plot,
      ),
    ),
  )}</div>
</section>
`;
}

function figuresOf({ name, rows }: RowGroup, timed: TimedRows & Timing): GroupFigures {
  const { stepHours, predictionWindowHours } = timed;
  const own = {
    labels: Int32Array.from(rows, (row) => timed.labels[row]!),
    predicted: Int32Array.from(rows, (row) => timed.predicted[row]!),
    machineIds: Array.from(rows, (row) => timed.machineIds[row]!),
    windowEnd: Float64Array.from(rows, (row) => timed.windowEnd[row]!),
    hoursToFailure: Float64Array.from(rows, (row) => timed.hoursToFailure[row]!),
  };
  const { alarmPrecision } = leadOf(own, predictionWindowHours);
  return { name, rowCount: rows.length, early: leadOf(own, stepHours), alarmPrecision };
}

function chart(
  title: string,
  groups: readonly GroupFigures[],
  { stepHours, minFailuresForVerdict }: Pick<EvaluationContent, 'minFailuresForVerdict'> & Timing,
  Plot: Plot,
): Chart {
  const isSolid = ({ early }: GroupFigures) => early.observedFailures >= minFailuresForVerdict;
  return {
    title,
    note: `Failures announced at least ${stepHours} hours ahead, and alarms that came true. Hollow: fewer than ${minFailuresForVerdict} failures, too few to tell.`,
    key: KEY,
    plot: {
      height: 32 + 42 * groups.length,
      marginTop: 4,
      marginBottom: 28,
      marginLeft: 90,
      x: { ...SHARE_AXIS, label: null, grid: true },
      y: { label: null, domain: groups.map(({ name }) => name), tickSize: 0 },
      marks: [true, false].flatMap((solid) =>
        KEY.map(({ color, shape, shareOf, dy }) =>
          Plot.dot(
            groups.filter((group) => isSolid(group) === solid && shareOf(group) !== null),
            {
              x: shareOf,
              y: 'name',
              symbol: shape,
              dy,
              r: 5.5,
              strokeWidth: 2,
              stroke: color,
              fill: solid ? color : 'none',
            },
          ),
        ),
      ),
    },
    table: {
      heading: ['group', 'rows', 'failures', 'announced', 'alarms right'],
      rows: groups.map(({ name, rowCount, early, alarmPrecision }) => [
        name,
        count(rowCount),
        count(early.observedFailures),
        percent(early.announcedShare),
        percent(alarmPrecision),
      ]),
    },
  };
}
