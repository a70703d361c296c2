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
    writeFileSync(path, renderHtml({ run: syntheticRun(), results, records: syntheticRecords(400) }));
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

  test('headline figures equal the results document', async () => {
    const { page } = await open(1200, 'light');
    const shown = (await page.evaluate(
      'Array.from(document.querySelectorAll("[data-metric]"), (e) => ({ ...e.dataset, text: e.textContent }))',
    )) as { metric: string; statistic: string; from: string; value: string; text: string }[];
    expect(shown.length).toBeGreaterThan(0);
    for (const { metric, statistic, from, value, text } of shown) {
      const figure = results.metrics.find(
        (m) => m.id === metric && m.statistic === statistic && (m.from ?? '') === (from ?? ''),
      );
      expect(figure).toMatchObject({ state: 'measured', value: Number(value) });
      const scale = figure?.unit === 'ratio' ? 100 : 1;
      expect(Number.parseFloat(text.replace(/(\d)\s(?=\d{3})/g, '$1'))).toBeCloseTo(Number(value) * scale, 1);
    }
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
