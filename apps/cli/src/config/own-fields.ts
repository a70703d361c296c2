import type { RunConfig } from '@assay/contracts';
import { CliError } from '../cli-error.ts';

type OwnFields = Pick<RunConfig, 'tokensPerEvent' | 'cacheSalt' | 'priority'>;
type Backend = RunConfig['backend'];

/** The runtimes that know a parameter; the others would read over it, and the run would not be what was asked for. */
const RUNNING_TOTALS: readonly Backend[] = ['vllm', 'sglang', 'llama-cpp'];
const VLLM: readonly Backend[] = ['vllm'];

/**
 * Refuses parameters that the runtime does not know. `isDetected`: the server itself decided on the runtime, or gave no sign of one.
 *
 * @throws CliError CONFIG_CONFLICT
 */
export function refuseUnknownFields(
  { tokensPerEvent, cacheSalt, priority, backend }: OwnFields & Pick<RunConfig, 'backend'>,
  isDetected: boolean,
): void {
  const given: readonly (readonly [flag: string, knownTo: readonly Backend[]])[] = [
    ...(tokensPerEvent === undefined
      ? []
      : [
          [
            `--tokens-per-event ${tokensPerEvent}`,
            tokensPerEvent === 'continuous-usage' ? RUNNING_TOTALS : VLLM,
          ] as const,
        ]),
    ...(cacheSalt === undefined ? [] : [['--cache-salt', VLLM] as const]),
    ...(priority === undefined ? [] : [['--priority', VLLM] as const]),
  ];
  const refused = given.find(([, knownTo]) => !knownTo.includes(backend));
  if (refused === undefined) return;
  const [flag, knownTo] = refused;
  const measured = isDetected ? `the server is measured as ${backend}` : `--backend is ${backend}`;
  const names = knownTo.length === 1 ? knownTo.join() : `${knownTo.slice(0, -1).join(', ')} and ${knownTo.at(-1)}`;
  throw new CliError('CONFIG_CONFLICT', `${flag} is known to ${names} only, and ${measured}`, {
    hint: `leave it out, or name the runtime where it is ${knownTo.length === 1 ? 'that one' : 'one of those'}: --backend ${knownTo.join('|')}`,
  });
}
