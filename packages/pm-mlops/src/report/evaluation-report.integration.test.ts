import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../interop/browser.ts';
import { evaluationReport } from './evaluation-report.ts';
import { plantedContent } from './testing/planted-content.ts';

/** Pictures for people to look at; each run of the tests overwrites them. */
const PICTURES = join(tmpdir(), 'pm-evaluation-report');
const chromium = findChromium();

describe.skipIf(chromium === undefined)(
  'the evaluation report in a browser (skipped without Chromium)',
  () => {
    let folder: string;
    let address: string;
    let browser: Browser;

    beforeAll(async () => {
      mkdirSync(PICTURES, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'pm-report-'));
      const file = join(folder, 'report.html');
      writeFileSync(file, await evaluationReport(plantedContent()));
      address = pathToFileURL(file).href;
      browser = await launchChromium(chromium!);
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([
      [1200, 'light', 'rgb(244, 245, 247)'],
      [1200, 'dark', 'rgb(18, 22, 28)'],
      [390, 'light', 'rgb(244, 245, 247)'],
      [390, 'dark', 'rgb(18, 22, 28)'],
    ] as const)(
      'fits %i px in %s without a fault, a request or a scroll to the side',
      async (width, scheme, background) => {
        const { page, requests, faults } = await openPage(width, scheme);
        const pageWidth = () => page.evaluate('document.documentElement.scrollWidth');
        expect(await pageWidth()).toBe(width);
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
        expect(await page.locator('figure svg.plot').count()).toBe(11);
        expect(await page.locator('h1').textContent()).toContain('predictive-maintenance version 7');
        expect(await page.locator('.verdict').textContent()).toContain('announced 22');
        await page.screenshot({ path: join(PICTURES, `${width}-${scheme}.png`), fullPage: true });

        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await page.locator('details table').first().isVisible()).toBe(true);
        expect(await pageWidth()).toBe(width);
        expect([requests, faults]).toEqual([[address], []]);
        await page.context().close();
      },
    );

    it('draws all text inside its chart, large enough to be read on a phone, and the whole confusion matrix', async () => {
      const { page } = await openPage(390, 'light');
      const { outside, smallest } = (await page.evaluate(TEXT_PLACES)) as {
        outside: string[];
        smallest: number;
      };
      expect(outside).toEqual([]);
      expect(smallest).toBeGreaterThan(9);
      const hidden =
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.confusion').parentElement)";
      expect(await page.evaluate(hidden)).toBe(0);
      await page.context().close();
    });

    it.each(['light', 'dark'] as const)('keeps the contrast of text and lines in %s', async (scheme) => {
      const { page } = await openPage(1200, scheme);
      const contrasts = (await page.evaluate(CONTRASTS)) as Record<string, number>;
      for (const [name, contrast] of Object.entries(contrasts)) {
        expect([name, contrast]).toEqual([name, expect.any(Number)]);
        expect(contrast, name).toBeGreaterThanOrEqual(/text|muted/.test(name) ? 4.5 : 3);
      }
      await page.context().close();
    });

    async function openPage(width: number, colorScheme: 'light' | 'dark') {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page: Page = await context.newPage();
      const [requests, faults]: [string[], string[]] = [[], []];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => faults.push(message.text()));
      page.on('pageerror', (error) => faults.push(error.message));
      await page.goto(address);
      return { page, requests, faults };
    }
  },
);

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

/** Contrast (WCAG 2) of the page's colours to its cards, by their names. */
const CONTRASTS = `(() => {
  const probe = document.body.appendChild(document.createElement('i'));
  const luminance = (name) => {
    probe.style.color = 'var(--' + name + ')';
    const [red, green, blue] = getComputedStyle(probe).color.match(/\\d+/g).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const names = ['text', 'muted', 'good', 'bad', 'series1', 'series2', 'series3', 'series4', 'series5', 'series6'];
  const card = luminance('card');
  return Object.fromEntries(names.map((name) => {
    const own = luminance(name);
    return [name, (Math.max(own, card) + 0.05) / (Math.min(own, card) + 0.05)];
  }));
})()`;
