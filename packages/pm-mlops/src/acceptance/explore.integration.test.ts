import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../interop/browser.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { SMALL_TABLE, writeSmallTable } from './testing/small-table.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

/** Pictures for people to look at; each run of the tests overwrites them. */
const PICTURES = join(tmpdir(), 'pm-exploration');
const FLEET = ['--config', 'config/fleet.yaml'];
const SITES = ['--config', 'config/sites.yaml'];
const chromium = findChromium();

/** Text as a reader sees it, spaces that do not break being spaces. */
const textOf = (html: string): string =>
  html.replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, ' ').replaceAll(/[\s\u00a0\u202f]+/g, ' ');

let place: Workplace;
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  place = createWorkplace({ fleet: smallWorkflow({ trees: 5, maxDepth: 8 }), sites: SMALL_TABLE });
  writeSmallTable(place.path('rows'));
  await place.json('ingest', ...FLEET);
  await place.json('train', ...FLEET);
  await place.json('promote', ...FLEET);
  await place.json('score', ...FLEET);
  await place.json('ingest', '--source', 'rows', ...SITES);
  await place.json('train', ...SITES);
  await place.json('promote', ...SITES);
  await place.json('score', '--source', 'rows/south.csv', ...SITES);
  await place.json('report', 'explore', '--output', 'fleet.html', ...FLEET);
  await place.json('report', 'explore', '--output', 'sites.html', ...SITES);
}, 60_000);
afterAll(() => place.remove());

const page = (name: string): string => readFileSync(place.path(`${name}.html`), 'utf8');

describe('pm report explore', () => {
  it('shows raw rows, features, the model and predictions of a fleet, with the numbers of the lake', async () => {
    const text = textOf(page('fleet'));
    const { rowCount } = JSON.parse(place.manifest()!).tables.telemetry;
    expect(text).toContain(`Readings ${rowCount.toLocaleString('en-US')} 0 % of the hours have none`);
    expect(text).toContain('Machines 20 2015-01-01 to 2015-03-25');
    expect(text).toMatch(/Machine \d+: comp\d failed on 2015-/);
    expect(text).toMatch(/Each has 2,000\./);
    expect(text).toMatch(/38 features each/);
    expect(text).toContain('Distance from healthy rows');
    expect(text).toMatch(/Version 1, Production\. Which component fails in the next 168 h/);
    expect(text).toContain('test_macro_f1');
    expect(text).toMatch(/Rows 3,3\d\d 2015-01-01 to 2015-03-25 Machines 20/);
    expect(text).toMatch(/The machines most at risk/);
  });

  it('shows the target, boxes by class, the model and predictions of plain tables', () => {
    const text = textOf(page('sites'));
    expect(text).toMatch(/In class 1 \d\d % wear < 2|In class 1 \d\d % wear &lt; 2/);
    expect(text).toContain('Histogram of wear');
    expect(text).toMatch(/flow_l_min Median [\d.]+ in class 0, Median [\d.]+ in class 1/);
    expect(text).toContain('ROC AUC by version');
    expect(text).toMatch(/rows\/south\.csv 132 /);
  });

  it.each(['fleet', 'sites'])(
    'fits %s in little HTML without network, script or anything undefined',
    (name) => {
      expect(statSync(place.path(`${name}.html`)).size).toBeLessThan(500_000);
      expect(page(name)).not.toMatch(/<script|(?:src|href)="(?!data:)/);
      expect(textOf(page(name))).not.toMatch(/undefined|NaN|\[object|Infinity/);
      for (const figure of page(name).split('<figure>').slice(1)) {
        expect(figure).toMatch(/<svg[^>]* class="plot"[\s\S]*<details>[\s\S]*<t[dh]/);
      }
    },
  );

  it('shows one stage where one is asked for, and refuses one that the workflow lacks', async () => {
    const found = await place.json<{ stages: string[] }>(
      'report',
      'explore',
      '--stage',
      'predictions',
      ...FLEET,
    );
    expect(found.stages).toEqual(['predictions']);
    expect(textOf(page('exploration'))).not.toContain('What the sensors say');
    const { code, err } = await place.pm('report', 'explore', '--stage', 'samples', ...FLEET);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('Next: Name one of its stages: telemetry, features'),
    ]);
  });

  it('shows what there is, and says what is not there yet', async () => {
    const empty = ['--lake', 'empty', ...FLEET];
    const { code, out, err } = await place.pm('report', 'explore', '--output', 'empty.html', ...empty);
    expect([code, out]).toEqual([0, expect.stringContaining('fleet: model, in')]);
    expect(err).toMatch(
      /Without telemetry: The lake has no machines, .* table yet\.[\s\S]*Without predictions: /,
    );
    const refused = await place.pm('report', 'explore', '--stage', 'predictions', ...empty);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Next: pm score')]);
  });
});

describe.skipIf(chromium === undefined)('the exploration in a browser (skipped without Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(chromium!);
  });
  afterAll(() => browser?.close());

  it.each(
    ['fleet', 'sites'].flatMap((name) =>
      [1200, 390].flatMap((width) =>
        (['light', 'dark'] as const).map((scheme) => [name, width, scheme] as const),
      ),
    ),
  )(
    'shows %s at %i px in %s without a fault, a request or a scroll to the side',
    async (name, width, scheme) => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
      const tab = await context.newPage();
      const [requests, faults]: [string[], string[]] = [[], []];
      tab.on('request', (request) => requests.push(request.url()));
      tab.on('console', (message) => faults.push(message.text()));
      tab.on('pageerror', (error) => faults.push(error.message));
      const address = pathToFileURL(place.path(`${name}.html`)).href;
      await tab.goto(address);
      const pageWidth = () => tab.evaluate('document.documentElement.scrollWidth');
      expect(await tab.locator('h1').textContent()).toBe(name);
      expect(await pageWidth()).toBe(width);
      const { outside, smallest } = (await tab.evaluate(TEXT_PLACES)) as {
        outside: string[];
        smallest: number;
      };
      expect(outside).toEqual([]);
      expect(smallest).toBeGreaterThan(9);
      await tab.screenshot({ path: join(PICTURES, `${name}-${width}-${scheme}.png`), fullPage: true });
      for (const summary of await tab.locator('summary').all()) await summary.click();
      expect(await pageWidth()).toBe(width);
      expect([requests, faults]).toEqual([[address], []]);
      await context.close();
    },
  );
});

/** Texts that leave the card of their chart, and the height of the smallest letters, px. */
const TEXT_PLACES = `(() => {
  const texts = [...document.querySelectorAll('svg.plot text')];
  const outside = texts.filter((text) => {
    const [own, card] = [text, text.closest('figure')].map((one) => one.getBoundingClientRect());
    return own.left < card.left || own.right > card.right || own.top < card.top || own.bottom > card.bottom;
  });
  const sizes = texts.map((text) => text.getScreenCTM().a * parseFloat(getComputedStyle(text).fontSize));
  return { outside: outside.map((text) => text.textContent), smallest: Math.min(...sizes) };
})()`;
