import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, systemChromium } from '../test/browser.ts';
import { syntheticResults } from '../test/synthetic-results.ts';
import { syntheticRecords, syntheticRun } from '../test/synthetic-run.ts';
import { renderHtml } from './render-html.ts';

const chromium = systemChromium();
const results = syntheticResults();

describe.skipIf(chromium === undefined)('the page in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let directory: string;
  let url: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'assay-report-'));
    const path = join(directory, 'report.html');
    const records = syntheticRecords(400);
    writeFileSync(path, await renderHtml({ run: syntheticRun(), results }, () => records));
    url = pathToFileURL(path).href;
    browser = await puppeteer.launch({
      executablePath: chromium ?? '',
      headless: true,
      args: [...CHROMIUM_FLAGS],
      userDataDir: join(directory, 'profile'),
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(width: number, scheme: 'light' | 'dark'): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => problems.push(`error: ${String(error)}`));
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) problems.push(`request: ${request.url()}`);
    });
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(url);
    return { page, problems };
  }

  test.each([
    [1200, 'light'],
    [1200, 'dark'],
    [400, 'light'],
  ] as const)(
    '%i px, %s: no error, no request, no overflow, charts drawn',
    async (width, scheme) => {
      const { page, problems } = await open(width, scheme);
      const seen = (await page.evaluate(
        '[document.documentElement.scrollWidth, innerWidth, document.querySelectorAll("canvas").length]',
      )) as [number, number, number];
      expect(problems).toEqual([]);
      expect(seen[0]).toBeLessThanOrEqual(seen[1]);
      expect(seen[2]).toBe(3);
      await page.close();
    },
    60_000,
  );

  test('every figure of the page equals the results document, and every figure of it is on the page', async () => {
    const { page } = await open(1200, 'light');
    const shown = (await page.evaluate(
      'Array.from(document.querySelectorAll("[data-metric]"), (e) => [[e.dataset.metric, e.dataset.statistic, e.dataset.from].join(), Number(e.dataset.value), e.firstChild.textContent])',
    )) as [string, number, string][];
    const measured = results.metrics.filter((metric) => metric.state === 'measured');
    const byKey = new Map(measured.map((metric) => [`${metric.id},${metric.statistic},${metric.from ?? ''}`, metric]));
    expect(new Set(shown.map(([key]) => key))).toEqual(new Set(byKey.keys()));
    for (const [key, value, text] of shown) {
      const metric = byKey.get(key)!;
      expect(value).toBe(metric.value);
      const read = Number.parseFloat(text.replaceAll(/\s/g, '')) / (metric.unit === 'ratio' ? 100 : 1);
      expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 0.01);
    }
    await page.close();
  }, 60_000);

  test('outcomes equal the results document', async () => {
    const { page } = await open(1200, 'light');
    const shown = Object.fromEntries(
      (await page.evaluate(
        'Array.from(document.querySelectorAll("[data-outcome]"), (e) => [e.dataset.outcome, Number(e.textContent)])',
      )) as [string, number][],
    );
    const kinds = Object.entries(results.outcomes).filter(([kind, count]) => count > 0 || kind === 'ok');
    expect(shown).toEqual({ ...Object.fromEntries(kinds), ...results.outcomeCodes });
    await page.close();
  }, 60_000);

  test('a definition shows on keyboard focus', async () => {
    const { page } = await open(1200, 'light');
    await page.focus('.term');
    const tip = await page.evaluate(
      '[document.querySelector(".tip").hidden, document.querySelector(".tip").textContent]',
    );
    expect(tip).toEqual([false, expect.stringContaining('first event with generated content')]);
    await page.close();
  }, 60_000);
});
