import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, systemChromium } from '../test/browser.ts';
import { groupedResults } from '../test/grouped-results.ts';
import { syntheticResults } from '../test/synthetic-results.ts';
import { syntheticRecords, syntheticRun } from '../test/synthetic-run.ts';
import { renderHtml } from './render-html.ts';

const chromium = systemChromium();
const results = syntheticResults();
const grouped = groupedResults();

describe.skipIf(chromium === undefined)('the page in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let directory: string;
  let url: string;
  let groupedUrl: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'assay-report-'));
    const path = join(directory, 'report.html');
    const records = syntheticRecords(400);
    writeFileSync(path, await renderHtml({ run: syntheticRun(), results }, () => records));
    url = pathToFileURL(path).href;
    const groupedPath = join(directory, 'grouped.html');
    writeFileSync(groupedPath, await renderHtml({ run: syntheticRun(), results: grouped }, () => records));
    groupedUrl = pathToFileURL(groupedPath).href;
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

  async function open(
    width: number,
    scheme: 'light' | 'dark',
    address: string = url,
  ): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => problems.push(`error: ${String(error)}`));
    page.on('request', (request) => {
      if (request.url() !== address && !request.url().startsWith('data:')) problems.push(`request: ${request.url()}`);
    });
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(address);
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

  test.each([1200, 400])(
    'tables of tenants and turns at %i px: every figure of the results, none beside them, and rows that keep their names while they scroll',
    async (width) => {
      const { page, problems } = await open(width, 'light', groupedUrl);
      const shown = (await page.evaluate(
        'Array.from(document.querySelectorAll("[data-figure]"), (e) => [e.dataset.group, e.dataset.figure, Number(e.dataset.value)].join())',
      )) as string[];
      const { tenants = [], sessions } = grouped;
      const groups = [
        ...tenants.map(({ tenant, metrics }) => ({ name: tenant ?? 'all others', metrics })),
        { name: 'sessions', metrics: sessions?.metrics ?? [] },
        ...(sessions?.turns ?? []).map(({ turn, metrics }) => ({ name: `turn ${turn + 1}`, metrics })),
      ];
      const wanted = groups.flatMap(({ name, metrics }) =>
        metrics.flatMap((m) => (m.state === 'measured' ? [`${name},${m.id}.${m.statistic},${m.value}`] : [])),
      );
      expect(shown.toSorted()).toEqual(wanted.toSorted());
      const [pageWidth, nameLeft, isFocusable] = (await page.evaluate(`(() => {
        const box = document.querySelector('[aria-label="turns of sessions"]');
        box.scrollLeft = 200;
        const name = box.querySelector('tbody th');
        return [document.documentElement.scrollWidth, name.getBoundingClientRect().left - box.getBoundingClientRect().left, box.tabIndex === 0];
      })()`)) as [number, number, boolean];
      expect(pageWidth).toBeLessThanOrEqual(width);
      expect(Math.abs(nameLeft)).toBeLessThan(1);
      expect(isFocusable).toBe(true);
      expect(problems).toEqual([]);
      await page.close();
    },
    60_000,
  );
});
