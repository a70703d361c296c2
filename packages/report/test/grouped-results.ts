import type { Metric, ResultsDocument } from '@assay/contracts';
import { syntheticResults } from './synthetic-results.ts';

const measured = (id: string, statistic: Metric['statistic'], value: number, unit = 'ms'): Metric => ({
  id,
  statistic,
  unit,
  state: 'measured',
  value,
  samples: 700,
  interval: { low: value * 0.9, high: value * 1.1, level: 0.95, method: 'order-statistic' },
  source: 'client',
});

/** Figures of a group, all of them `scale` times as large as those of the first. */
function figures(scale: number): Metric[] {
  return [
    measured('ttft_ms', 'p50', 81.25 * scale),
    measured('ttft_ms', 'p99', 190.5 * scale),
    measured('itl_ms', 'p50', 10.75 * scale),
    { id: 'itl_ms', statistic: 'p99', unit: 'ms', state: 'unavailable', reason: 'TOO_FEW_SAMPLES', samples: 9 },
    measured('e2e_latency_ms', 'p50', 1234.5 * scale),
    measured('e2e_latency_ms', 'p99', 2345.5 * scale),
    measured('requests_per_second', 'rate', 12.5 * scale, '1/s'),
    measured('output_tokens_per_second', 'rate', 1600 * scale, 'tokens/s'),
    measured('goodput_requests_per_second', 'rate', 11.5 * scale, '1/s'),
    measured('error_ratio', 'ratio', 0.01 * scale, 'ratio'),
  ];
}

/** Results of a run with two tenants, one of them with a name that wants to be more than a name, and with conversations of three turns. */
export function groupedResults(): ResultsDocument {
  return {
    ...syntheticResults(),
    tenants: [
      {
        tenant: 'acme <b>&</b> a-very-long-name.of-a-tenant.example.com',
        outcomes: { offered: 1200, ok: 1188 },
        metrics: figures(1),
      },
      { tenant: null, outcomes: { offered: 30, ok: 30 }, metrics: figures(2) },
    ],
    sessions: {
      sessions: 410,
      complete: 398,
      metrics: [
        measured('session_duration_ms', 'mean', 5234.5),
        measured('session_duration_ms', 'p50', 5100.5),
        measured('session_waiting_ms', 'mean', 3200.5),
        measured('session_turns', 'mean', 3.25, 'requests'),
      ],
      turns: [0, 1, 2].map((turn) => ({
        turn,
        outcomes: { offered: 410 - turn, ok: 410 - 2 * turn },
        metrics: figures(1 + turn / 4),
      })),
    },
  };
}
