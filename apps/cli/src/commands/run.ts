import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { configure } from '../config/configure.ts';
import { addSettingOptions } from '../config/flags.ts';
import { printConfig } from '../config/print-config.ts';
import { findUnknownVariables } from '../config/unknown-variables.ts';
import type { ExitCode } from '../exit-codes.ts';
import { checkMachines } from '../machines/check-machines.ts';
import { printShardJob } from '../machines/print-shard-job.ts';
import type { Finish } from '../program.ts';
import { messageLine } from '../render/message-line.ts';
import type { ExecuteOptions } from '../run/execute.ts';
import type { Streams } from '../streams.ts';
import {
  addExperimentOptions,
  defaultsOf,
  type Experiment,
  type ExperimentFlags,
  readExperiment,
} from './experiment-flags.ts';
import { addMachineOptions, type MachineFlags, readMachines } from './machine-flags.ts';

interface RunFlags extends ExperimentFlags, MachineFlags {
  readonly out?: string;
  readonly json?: boolean;
  readonly log?: string;
  readonly strict?: boolean;
  readonly printConfig?: boolean;
}

const EXAMPLES = `
Settings also stand in a profile (same names in camelCase) or in ASSAY_… variables (ASSAY_RATE=50);
a flag wins over a variable, a variable over a profile.

Examples:
  assay run profiles/standard.yaml --simulate
  assay run --target http://127.0.0.1:8000 --model llama-3 --requests 500 --rate 50
  assay run --target http://127.0.0.1:8000 --duration 60s --arrival gamma:0.5 --rate 20 --input-tokens lognormal:512,0.6
  assay run --target http://127.0.0.1:8000 --trace azure.csv --time-scale 2 --requests 1000
  assay run --target http://127.0.0.1:8000 --dataset chats.jsonl --rate 2 --arrival poisson --duration 120s --tenants acme:3,other:1
  assay run profiles/burst.yaml --target https://llm.example.com --api-key-env LLM_KEY --slo 'ttft_ms.p99<500' --json
  assay run --target http://127.0.0.1:8000 --find-capacity --slo 'ttft_ms.p99<500,itl_ms.p99<50'
  assay run profiles/standard.yaml --target http://127.0.0.1:8000 --repeats 5
  assay run --target http://llm.serving:8000 --rate 2000 --duration 60s --pods 4 --namespace load --image example.com/assay:1.0
`;

export function addRunCommand(program: Command, streams: Streams, finish: Finish): void {
  const command = program
    .command('run')
    .description('Measure a service: preflight, warm-up, load, drain, analysis, report')
    .argument('[profile]', 'profile file (YAML) with any of the settings below');
  addSettingOptions(command);
  addExperimentOptions(command);
  addMachineOptions(command);
  command
    .optionsGroup('Result:')
    .option('--out <dir>', 'directory of this run (default: runs/<utc-time>-<name>)')
    .option('--json', 'print the results document instead of the summary')
    .option('--log <format>', 'progress on stderr: text or json')
    .option(
      '--strict',
      'exit code 7 when the result is not trustworthy, or the client may be off by more than an interval',
    )
    .option('--print-config', 'print the resolved configuration with the origin of each value, and stop')
    .addHelpText('after', EXAMPLES)
    .action(async (profile: string | undefined, flags: RunFlags) => {
      if (flags.log !== undefined && flags.log !== 'text' && flags.log !== 'json') {
        throw new CliError('FLAG_INVALID', `--log: expected text or json, got "${flags.log}"`, {
          hint: 'text adapts to the terminal, json writes one event per line',
        });
      }
      const experiment = readExperiment(flags);
      const machines = readMachines(flags);
      const resolved = configure(command, profile, streams.environment, defaultsOf(experiment));
      for (const message of findUnknownVariables(streams.environment, resolved.config)) {
        streams.stderr.write(`${messageLine(message, flags.log === 'json')}\n`);
      }
      if (flags.printConfig === true) {
        streams.stdout.write(flags.json === true ? `${JSON.stringify(resolved, null, 2)}\n` : printConfig(resolved));
        return;
      }
      if (machines !== undefined) checkMachines(machines, resolved.config);
      if (flags.printManifest === true && machines?.pods !== undefined) {
        await printShardJob({ ...machines, pods: machines.pods }, resolved.config, streams);
        return;
      }
      const options = {
        ...resolved,
        machines,
        out: flags.out,
        isJson: flags.json === true,
        isLogJson: flags.log === 'json',
        isStrict: flags.strict === true,
        streams,
      };
      finish(await execute(options, experiment));
    });
}

/** Loaded late, so that help and completion answer at once. */
async function execute(options: ExecuteOptions, experiment: Experiment | undefined): Promise<ExitCode> {
  if (experiment?.kind === 'capacity') {
    const { executeCapacity } = await import('../experiment/capacity.ts');
    const isLengthGiven = options.origins['durationMs'] !== 'default';
    const longestMs = isLengthGiven ? (options.config.durationMs ?? undefined) : undefined;
    return await executeCapacity({ ...options, ...experiment, longestMs });
  }
  if (experiment?.kind === 'repeats') {
    const { executeRepeats } = await import('../experiment/repeats.ts');
    return await executeRepeats({ ...options, ...experiment });
  }
  const { executeRun } = await import('../run/execute.ts');
  return await executeRun(options);
}
