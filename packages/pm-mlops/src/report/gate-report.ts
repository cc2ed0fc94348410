import type { ChangeCounts, EpisodeChange } from 'pm-core/alerts';
import type { GateCheck } from 'pm-core/gate';
import { dataTable } from './data-table.ts';
import { count, figure, instant, percent } from './figures.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';

/** What a judgement of the gate tells. */
export interface GateContent {
  readonly modelName: string;
  readonly version: string;
  readonly stage: string;
  readonly championVersion: string | undefined;
  readonly promote: boolean;
  readonly forced: boolean;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly note: string | undefined;
  readonly checks: readonly GateCheck[];
  readonly replay?:
    | {
        readonly weeks: number;
        readonly rows: number;
        readonly changedShare: number | null;
        readonly byComponent: Readonly<Record<string, ChangeCounts>>;
        readonly episodes: readonly EpisodeChange[];
      }
    | undefined;
}

/** A judgement of the gate as one HTML page, in the manner of the evaluation report. The same content gives the same bytes. */
export function gateReport(content: GateContent): string {
  const { modelName, version } = content;
  return page(
    `${modelName}, version ${version}: gate`,
    html`${header(content)}${checksSection(content)}${replaySection(content)}`,
  );
}

function header(content: GateContent): Html {
  const { modelName, version, stage, championVersion, at, by, note } = content;
  const against = championVersion === undefined ? 'nobody' : `version ${championVersion}`;
  return html`<header>
<p class="kicker">Gate</p>
<h1>${modelName} <span>version ${version} to ${stage}</span></h1>
<p class="verdict">${outcome(content)}.</p>
<p class="note">Held against ${against}, asked by ${by}, ${instant(at)} UTC.${note === undefined ? '' : ` They said: ${note}`}</p>
</header>
`;
}

/** The reason of what was forced says so itself. */
const outcome = ({ promote, forced, reason }: GateContent): string =>
  forced ? reason.charAt(0).toUpperCase() + reason.slice(1) : `${promote ? 'Passed' : 'Refused'}: ${reason}`;

function checksSection({ checks }: GateContent): Html | undefined {
  if (checks.length === 0) return undefined;
  return html`<section>
<h2>What was checked</h2>
<div class="parts">${checks.map(
    ({ name, verdict, sentence, limit, figures }) => html`<div>
<h3>${name}: ${verdict}</h3>
<p>${sentence}.</p>
<details><summary>figures</summary>${dataTable({
      heading: ['figure', 'value'],
      rows: [
        ...Object.entries(figures).map(([key, value]) => [key, cell(value)]),
        ['limit', limit === null ? 'off' : String(limit)],
      ],
    })}</details>
</div>
`,
  )}</div>
</section>
`;
}

const cell = (value: number | string | null): string =>
  typeof value !== 'number' ? (value ?? '–') : Number.isInteger(value) ? count(value) : figure(value, 4);

function replaySection({ replay }: GateContent): Html | undefined {
  if (replay === undefined) return undefined;
  const { weeks, rows, changedShare, byComponent, episodes } = replay;
  const changed = episodes.filter(({ change }) => change !== 'kept');
  return html`<section>
<h2>What planners would have seen</h2>
<p>The last ${weeks} weeks (${count(rows)} rows) with both versions: of ${count(episodes.length)} alert episodes ${percent(changedShare)} change.</p>
${dataTable({
  heading: ['component', 'kept', 'moved', 'added', 'dropped'],
  rows: Object.entries(byComponent).map(([name, { kept, moved, added, dropped }]) =>
    [name, kept, moved, added, dropped].map(String),
  ),
})}
${dataTable({ heading: ['machine', 'component', 'change', 'champion sees it', 'candidate sees it'], rows: changed.map(episodeRow) })}
</section>
`;
}

function episodeRow({ machineId, component, change, champion, candidate }: EpisodeChange): string[] {
  const seen = (ms: number | undefined) => (ms === undefined ? '–' : instant(new Date(ms).toISOString()));
  return [machineId, component, change, seen(champion?.firstSeenMs), seen(candidate?.firstSeenMs)];
}
