import { expect, test } from 'vitest';
import { groupedResults } from '../test/grouped-results.ts';
import { syntheticResults } from '../test/synthetic-results.ts';
import { groupSections } from './group-sections.ts';

const results = groupedResults();
const html = groupSections(results);

test('runs without tenants and conversations have no such sections', () => {
  expect(groupSections(syntheticResults())).toBe('');
});

test('a row for each tenant and each turn: counts, failures, figures with their intervals', () => {
  const rowOf = (name: string): string => html.split('<tr>').find((row) => row.includes(`>${name}<`)) ?? '';
  expect(rowOf('all others')).toContain('<td>30</td><td>0</td>');
  expect(rowOf('turn 2')).toContain('<td>409</td><td class="fail">1</td>');
  expect(rowOf('turn 1')).toMatch(
    /data-figure="ttft_ms.p50" data-value="81.25"[^>]*>81.25<small>73.13 – 89.38<\/small>/,
  );
  expect(html).toContain('410 sessions, 398 complete');
  expect(html.match(/<th scope="row">turn /g)).toHaveLength(3);
});

test('names from outside stay text', () => {
  expect(html).not.toContain('<b>');
  expect(html).toContain('acme &lt;b&gt;&amp;&lt;/b&gt;');
});

test('a missing figure is a dash with its reason, for those who listen too', () => {
  expect(html).toContain(
    'title="too few samples"><span aria-hidden="true">–</span><span class="unseen">too few samples</span>',
  );
  expect(html).not.toContain('undefined');
});

test('heads name what stands below them, as wide as their columns', () => {
  const [first = ''] = html.split('</thead>');
  const heads = [...first.matchAll(/<th scope="(col|colgroup)"(?: (?:rowspan|colspan)="2")?>/g)].map(
    ([, scope]) => scope,
  );
  expect(heads.filter((scope) => scope === 'colgroup')).toHaveLength(3);
  expect(heads.filter((scope) => scope === 'col')).toHaveLength(3 + 4 + 6);
  expect(first).toContain('aria-describedby="def-ttft_ms"');
});

test('goodput has a column where there is an objective, and older results keep their rows', () => {
  expect(html).toContain('goodput');
  const older = {
    ...results,
    tenants: [],
    sessions: {
      sessions: 1,
      complete: null,
      metrics: [],
      turns: [{ turn: 0, metrics: (results.tenants?.[0]?.metrics ?? []).slice(0, 2) }],
    },
  };
  const page = groupSections(older);
  expect(page).toContain('1 session');
  expect(page).not.toMatch(/goodput|end to end/);
  expect(page).toContain('not in these results');
});
