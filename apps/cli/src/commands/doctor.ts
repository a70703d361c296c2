import type { Command } from 'commander';
import { addSettingOptions, readEnvironment, readFlags } from '../config/flags.ts';
import { CONNECTION_NAMES } from '../config/settings.ts';
import { EXIT } from '../exit-codes.ts';
import type { Finish } from '../program.ts';
import type { Check } from '../run/machine-checks.ts';
import type { Streams } from '../streams.ts';

const EXAMPLES = `
The flags are those of run, and so are the ASSAY_… variables. Without --backend the runtime is found by its answers.

Examples:
  assay doctor
  assay doctor --target http://127.0.0.1:8000
  assay doctor --target https://llm.example.com --api-key-env LLM_KEY --ca-file company.pem
`;

const line = ({ state, what, detail }: Check): string => `${state.padEnd(8)}${what.padEnd(12)}${detail}\n`;

export function addDoctorCommand(program: Command, streams: Streams, finish: Finish): void {
  const command = program
    .command('doctor')
    .description('Say whether this machine and a server are ready for a measurement');
  addSettingOptions(command, CONNECTION_NAMES);
  command.option('--json', 'print the checks as JSON');
  command.addHelpText('after', EXAMPLES).action(async ({ json }: { readonly json?: boolean }) => {
    const flags = readFlags(command, CONNECTION_NAMES);
    const environment = readEnvironment(streams.environment, CONNECTION_NAMES);
    const target = flags.target ?? environment.target;
    const checks: Check[] = [];
    const tell = (check: Check): unknown => {
      checks.push(check);
      return json === true ? undefined : streams.stdout.write(line(check));
    };
    // Loaded late, so that help is quick.
    const { checkMachine } = await import('../run/machine-checks.ts');
    (await checkMachine(streams.environment)).forEach(tell);
    for (const each of target ?? []) {
      const { checkServer } = await import('../run/server-checks.ts');
      (await checkServer({ flags, environment }, each, streams)).forEach(tell);
    }
    if (json === true) streams.stdout.write(`${JSON.stringify({ checks }, null, 2)}\n`);
    finish(EXIT.ok);
  });
}
