import type { PlantedService } from './virtual-probe.ts';

const slots = (
  name: string,
  count: number,
  ttftMs: number,
  itlMs: number,
  outputTokens: number,
  limitMs: number,
): PlantedService => ({
  name,
  simulator: { slots: count, ttftMs, itlMs },
  arrivals: 'constant',
  promptTokens: 32,
  outputTokens,
  objectives: [`ttft_ms.p99<${limitMs}`],
  // Each slot serves one request after another; below this rate nothing ever waits.
  capacityPerSecond: (1000 * count) / (ttftMs + itlMs * (outputTokens - 1)),
});

const batching = (
  name: string,
  slotCount: number,
  outputTokens: number,
  arrivals: PlantedService['arrivals'],
  objectives: readonly string[],
  batch: Readonly<Record<string, number>> = {},
): PlantedService => ({
  name,
  simulator: { engine: 'batching', slots: slotCount, batching: { ...batch, kvBlocks: 65_536, hasPrefixCache: false } },
  arrivals,
  promptTokens: 128,
  outputTokens,
  objectives,
});

const SERVICES: readonly PlantedService[] = [
  slots('slots 8, 50 + 31 x 10 ms', 8, 50, 10, 32, 500),
  slots('slots 32, 100 + 63 x 20 ms', 32, 100, 20, 64, 1000),
  slots('slots 2, 40 + 7 x 5 ms', 2, 40, 5, 8, 300),
  // Rare waits of random arrivals come in clusters: a p99 takes longer probes than the default.
  { ...slots('slots 16, Poisson, p99, 15 min', 16, 60, 10, 24, 400), arrivals: 'poisson', longestMs: 900_000 },
  { ...slots('slots 64, Poisson, p95', 64, 80, 15, 48, 0), arrivals: 'poisson', objectives: ['ttft_ms.p95<400'] },
  {
    ...slots('slots 8, Poisson, end to end', 8, 50, 10, 16, 0),
    arrivals: 'poisson',
    objectives: ['e2e_latency_ms.p95<600'],
  },
  batching('batching 64, ITL limit', 64, 64, 'poisson', ['ttft_ms.p99<500', 'itl_ms.p99<8']),
  batching('batching 256, TTFT limit', 256, 128, 'poisson', ['ttft_ms.p99<500', 'itl_ms.p99<50']),
  batching('batching 32, slots limit', 32, 96, 'poisson', ['ttft_ms.p95<800', 'itl_ms.p99<50']),
  batching('batching 128, slow steps', 128, 32, 'constant', ['ttft_ms.p99<600', 'itl_ms.p99<30'], {
    stepMs: 10,
    decodeMsPerSequence: 0.2,
  }),
];

/** Ten services whose capacity is known: three in closed form, seven by very long runs in virtual time. */
export const PLANTED: readonly PlantedService[] = SERVICES.map(({ capacityPerSecond, ...service }: PlantedService) =>
  service.arrivals === 'constant' && capacityPerSecond !== undefined ? { ...service, capacityPerSecond } : service,
);
