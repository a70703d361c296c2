import { errorPerProbe, fewestArrivals, findCapacity, longestProbeMs, toCapacityObjective } from '@assay/loadgen';
import { PLANTED } from './capacity/planted-services.ts';
import { type PlantedService, probeVirtually, type VirtualProbe, virtualRecords } from './capacity/virtual-probe.ts';

/**
 * The capacity search against services whose capacity is known, in virtual time: error, probes and time of load, over several seeds.
 * `--runs 20` sets the number of searches of each service.
 */
const ERROR = 0.05;
const TOLERANCE = 0.05;
const MOST_PROBES = 10;
const START_PER_SECOND = 8;
const TRUTH_MS = 3_000_000;

/** Whether the objectives hold in a very long run, its first tenth left out. */
function holds(service: PlantedService, ratePerSecond: number): boolean {
  const records = virtualRecords(service, ratePerSecond, TRUTH_MS, 999).filter(
    ({ scheduledMs }) => scheduledMs > TRUTH_MS / 10,
  );
  return service.objectives.map(toCapacityObjective).every((objective) => {
    let amount = 0;
    let weight = 0;
    for (const record of records) {
      const share = objective.shareOf(record);
      amount += share?.amount ?? 0;
      weight += share?.weight ?? 0;
    }
    return amount / weight <= objective.bound;
  });
}

/** The highest rate that holds, by bisection to half a percent. */
function trueCapacity(service: PlantedService): number {
  if (service.capacityPerSecond !== undefined) return service.capacityPerSecond;
  let low = 1;
  let high = 2;
  while (holds(service, high)) {
    low = high;
    high *= 2;
  }
  while (high / low > 1.005) {
    const middle = Math.sqrt(low * high);
    if (holds(service, middle)) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

const flag = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};

const runs = flag('runs', 5);
const only = flag('only', -1);
const isVerbose = process.argv.includes('--verbose');
console.log('| service | capacity /s | found /s | error, worst of runs | probes, most | load, s | ends |');
console.log('|---|--:|--:|--:|--:|--:|---|');
let worst = 0;
let mostProbes = 0;
for (const [number, service] of PLANTED.entries()) {
  if (only >= 0 && number !== only) continue;
  const truth = trueCapacity(service);
  const leastRequests = service.arrivals === 'poisson' ? fewestArrivals(TOLERANCE) : 0;
  const alpha = errorPerProbe(ERROR, MOST_PROBES);
  const errors: number[] = [];
  const counts: number[] = [];
  const seconds: number[] = [];
  const ends = new Map<string, number>();
  let shown = 0;
  for (let run = 0; run < runs; run++) {
    const { estimate, probes } = await findCapacity<VirtualProbe>(
      { startPerSecond: START_PER_SECOND, tolerance: TOLERANCE, mostProbes: MOST_PROBES },
      async (plan) => {
        const length = { ...service, ...plan, tolerance: TOLERANCE, isRandom: service.arrivals === 'poisson' };
        const longestMs = service.longestMs ?? longestProbeMs(length);
        return probeVirtually(service, plan, { tolerance: TOLERANCE, alpha, longestMs, leastRequests }, 1000 * run);
      },
    );
    const found = estimate.ratePerSecond ?? estimate.low ?? 0;
    shown ||= found;
    errors.push(found / truth - 1);
    counts.push(probes.length);
    seconds.push(probes.reduce((sum, { durationMs }) => sum + durationMs / 1000, 0));
    ends.set(estimate.end, (ends.get(estimate.end) ?? 0) + 1);
    if (isVerbose) {
      for (const p of probes) {
        console.error(
          `  ${(p.ratePerSecond / truth).toFixed(3)} ${p.verdict} ${p.leansTo} ${p.stop} ${(p.durationMs / 1000).toFixed(1)} s n=${p.requests} out ${(p.throughputPerSecond ?? 0) / truth}`,
        );
      }
      console.error(`  = ${estimate.end} ${(found / truth).toFixed(3)}`);
    }
  }
  const error = Math.max(...errors.map(Math.abs));
  worst = Math.max(worst, error);
  mostProbes = Math.max(mostProbes, ...counts);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const endText = [...ends].map(([end, count]) => `${end} ${count}`).join(', ');
  console.log(
    `| ${service.name} | ${truth.toFixed(2)} | ${shown.toFixed(2)} | ${(100 * error).toFixed(1)} % | ${mean(counts).toFixed(1)}, ${Math.max(...counts)} | ${mean(seconds).toFixed(0)} | ${endText} |`,
  );
}
console.log(`\n${runs} searches of each: worst error ${(100 * worst).toFixed(1)} %, at most ${mostProbes} probes.`);
process.exitCode = worst <= TOLERANCE && mostProbes <= MOST_PROBES ? 0 : 1;
