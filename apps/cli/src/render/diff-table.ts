import type { DiffDocument, DiffSide } from '@assay/contracts';

const percent = (value: number | null): string =>
  value === null ? 'n/a' : `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)} %`;

function figure(value: number | null): string {
  if (value === null) return 'n/a';
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

/** A comparison as a person reads it in a terminal. */
export function renderDiff({ first, second, from, margin, differences, changes }: DiffDocument): string {
  const rows = changes.map((change) => {
    const { id, statistic, verdict, low, high, reason } = change;
    const interval = low === null ? (reason ?? '') : `${percent(low)} … ${percent(high)}`;
    return [
      `${id} ${statistic}`.padEnd(32),
      figure(change.first).padStart(10),
      figure(change.second).padStart(10),
      percent(change.change).padStart(10),
      `  ${verdict.padEnd(11)}`,
      interval,
    ].join('');
  });
  return [
    `A ${sideText(first)}`,
    `B ${sideText(second)}`,
    ...differences.map((each) => `not the same: ${each.field} is ${each.first} and ${each.second}`),
    '',
    `${''.padEnd(32)}${'A'.padStart(10)}${'B'.padStart(10)}${'change'.padStart(10)}  ${'verdict'.padEnd(11)}95 % interval`,
    ...rows,
    '',
    ...goodputText(first, second),
    ...(from === 'sent' ? ['latencies start at the send: an imported result knows no schedule'] : []),
    `equivalent means within ±${(100 * margin).toFixed(1)} %; errors of 5 % over all rows (Holm)`,
    '',
  ].join('\n');
}

function sideText({ directory, runs, startedAt, importedFrom }: DiffSide): string {
  const what = importedFrom === null ? (runs === 1 ? 'one run' : `${runs} runs`) : `imported from ${importedFrom}`;
  return `${directory} (${[what, startedAt ?? 'start unknown'].join(', ')})`;
}

/** What goodput was counted by, where both sides say the same. */
function goodputText(first: DiffSide, second: DiffSide): readonly string[] {
  const [a, b] = [first, second].map(({ objectives }) => objectives.join(', '));
  return a === undefined || a === '' || a !== b ? [] : [`goodput is counted by ${a}`];
}
