import { canonicalJson, type RunDifference, type RunDocument } from '@assay/contracts';

/** Settings that make another experiment of a run; the target and its backend may differ, they are what is compared. */
const LOAD_FIELDS = [
  'load',
  'dataset',
  'model',
  'api',
  'stream',
  'requests',
  'durationMs',
  'warmupMs',
  'warmupRequests',
  'maxInFlight',
  'sessions',
] as const;

type Config = RunDocument['config'];

/** What keeps two runs from being compared: other load, other prompts, other connections, another model, or a run that did not finish. */
export function differencesOf(first: RunDocument, second: RunDocument): RunDifference[] {
  const valuesOf = ({ config }: RunDocument): readonly (readonly [string, unknown])[] => [
    ...LOAD_FIELDS.map((field) => [field, config[field] ?? null] as const),
    ['connections', connectionsOf(config)],
  ];
  const others = new Map(valuesOf(second));
  const differences: RunDifference[] = valuesOf(first).flatMap(([field, value]) => {
    const [a, b] = [canonicalJson(value), canonicalJson(others.get(field))];
    return a === b ? [] : [{ field, first: a, second: b }];
  });
  if (first.status !== 'finished' || second.status !== 'finished') {
    differences.push({ field: 'status', first: first.status, second: second.status });
  }
  return differences;
}

/** How connections were opened and used. Which addresses were at either end may differ, how many may not. */
function connectionsOf({ connections, targets }: Config): unknown {
  const { localAddresses = [], ...policy } = connections ?? { mode: 'keep-alive' };
  return { ...policy, targets: targets?.length ?? 1, localAddresses: localAddresses.length };
}
