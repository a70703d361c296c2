import type { RunConfig } from '@assay/contracts';
import { CliError } from '../cli-error.ts';
import type { LayeredSettings } from './layers.ts';
import { flagNameOf, type SettingName, type Settings } from './settings.ts';

type Load = RunConfig['load'];

/** Arrivals that say their rates themselves. */
const OWN_RATES = ['ramp', 'mmpp', 'diurnal'] as const;

const LOAD_NAMES: readonly SettingName[] = ['rate', 'arrival', 'concurrency', 'trace'];

/**
 * Decides the shape of the load. The strongest layer that says anything about it wins as a whole, so `--concurrency 8` on top of
 * a profile with a rate is a closed loop; two shapes in one layer are a conflict.
 *
 * @throws CliError CONFIG_CONFLICT
 */
export function resolveLoad(layered: LayeredSettings): Load {
  const settings = layered.strongestWith(LOAD_NAMES)?.settings;
  if (settings === undefined) return { kind: 'concurrency', concurrency: 1 };
  refuseTwoShapes(settings);
  if (settings.trace !== undefined) {
    return { kind: 'trace', file: settings.trace, timeScale: layered.get('timeScale') ?? 1 };
  }
  if (settings.concurrency !== undefined) return { kind: 'concurrency', concurrency: settings.concurrency };
  const own = OWN_RATES.find((kind) => kind === layered.get('arrival')?.kind);
  if (settings.rate !== undefined && own !== undefined) {
    throw new CliError('CONFIG_CONFLICT', `--rate and --arrival ${own} exclude each other`, {
      hint: `${own} has its own rates; add --arrival constant for an even one`,
    });
  }
  return resolveOpenLoop(layered);
}

function refuseTwoShapes(settings: Settings): void {
  const open = settings.rate !== undefined ? 'rate' : settings.arrival !== undefined ? 'arrival' : undefined;
  const given = [open, settings.concurrency && 'concurrency', settings.trace && 'trace'].filter(
    (name): name is SettingName => typeof name === 'string' && name !== '',
  );
  if (given.length < 2) return;
  throw new CliError('CONFIG_CONFLICT', `${given.map(flagNameOf).join(' and ')} exclude each other`, {
    hint: '--rate is an open loop, --concurrency a closed one, --trace brings its own times',
  });
}

function resolveOpenLoop(layered: LayeredSettings): Load {
  const ratePerSecond = layered.get('rate');
  const arrival = layered.get('arrival') ?? { kind: 'constant' };
  switch (arrival.kind) {
    case 'constant':
    case 'poisson':
      return { kind: arrival.kind, ratePerSecond: required(ratePerSecond, arrival.kind) };
    case 'gamma':
      return { kind: 'gamma', ratePerSecond: required(ratePerSecond, arrival.kind), shape: arrival.shape };
    case 'ramp': {
      const rampMs = arrival.rampMs ?? layered.get('duration');
      if (rampMs === undefined) {
        throw new CliError('CONFIG_CONFLICT', 'a ramp needs the time it takes', {
          hint: 'add --duration 60s, or write --arrival ramp:10-100/60s',
        });
      }
      return { kind: 'ramp', fromRatePerSecond: arrival.from, toRatePerSecond: arrival.to, rampMs };
    }
    case 'burst':
      return {
        kind: 'burst',
        baseRatePerSecond: ratePerSecond ?? 0,
        burstRatePerSecond: arrival.burstRate,
        burstMs: arrival.burstMs,
        periodMs: arrival.periodMs,
      };
    case 'mmpp':
    case 'diurnal':
      return arrival;
  }
}

function required(ratePerSecond: number | undefined, kind: string): number {
  if (ratePerSecond !== undefined) return ratePerSecond;
  throw new CliError('CONFIG_CONFLICT', `--arrival ${kind} needs a rate`, {
    hint: 'add --rate 10 (requests per second)',
  });
}
