import { Command, CommanderError } from 'commander';
import { CliError, describeFailure } from './cli-error.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addJobCommand } from './commands/job.ts';
import { addPolicyCommand } from './commands/policy.ts';
import { addReportCommand } from './commands/report.ts';
import { addRunCommand } from './commands/run.ts';
import { addShardCommand } from './commands/shard.ts';
import { addSimCommand } from './commands/sim.ts';
import { EXIT, EXIT_CODE_TEXTS, type ExitCode } from './exit-codes.ts';
import { asksForJsonLog, messageLine } from './render/message-line.ts';
import { guardStreams } from './run/secrets.ts';
import type { Streams } from './streams.ts';
import { VERSION } from './version.ts';

const INTRODUCTION = 'Assay measures LLM inference services and says how far each figure can be trusted.';

const EXAMPLES = `
Examples:
  assay run profiles/standard.yaml --simulate
      measure the embedded service: no GPU, no server needed
  assay run --target http://127.0.0.1:8000 --model llama-3 --requests 500 --rate 50
      500 requests at 50 per second, whether or not the answers keep up
  assay run --target http://127.0.0.1:8000 --duration 60s --concurrency 32 --slo 'ttft_ms.p99<500'
      32 requests at once for a minute; exit code 4 when the objective is missed
  assay doctor --target http://127.0.0.1:8000
      is this machine and that server ready?
`;

const exitCodeHelp = (): string =>
  `\nExit codes:\n${EXIT_CODE_TEXTS.map(([code, text]) => `  ${code}  ${text}`).join('\n')}\n`;

/** What a command reports: the exit code of the program. */
export type Finish = (exitCode: ExitCode) => void;

/** The command tree, without side effects. */
function createProgram(streams: Streams, finish: Finish): Command {
  const program = new Command('assay')
    .description(INTRODUCTION)
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: () => undefined,
    })
    .addHelpText('after', EXAMPLES + exitCodeHelp());
  addRunCommand(program, streams, finish);
  addSimCommand(program, streams);
  addReportCommand(program, streams);
  addDiffCommand(program, streams, finish);
  addExportCommand(program, streams);
  addImportCommand(program, streams);
  addDoctorCommand(program, streams, finish);
  addPolicyCommand(program, streams, finish);
  addShardCommand(program, streams, finish);
  addJobCommand(program, streams);
  addCompletionCommand(program, streams);
  for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
    command.copyInheritedSettings(program).addHelpText('after', exitCodeHelp());
  }
  return program;
}

/** Parses and runs one command line; every failure ends as coded lines on stderr and an exit code. */
export async function runProgram(args: readonly string[], unguarded: Omit<Streams, 'secrets'>): Promise<ExitCode> {
  const streams = guardStreams(unguarded);
  let exitCode: ExitCode = EXIT.ok;
  const program = createProgram(streams, (code) => {
    exitCode = code;
  });
  try {
    if (args.length === 0) {
      program.outputHelp();
      return EXIT.usage;
    }
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error: unknown) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const failure = describeFailure(error instanceof CommanderError ? fromCommander(error) : error);
    const isJson = asksForJsonLog(args);
    for (const message of failure.messages) streams.stderr.write(`${messageLine(message, isJson)}\n`);
    return failure.exitCode;
  }
}

function fromCommander(error: CommanderError): CliError {
  const [message = '', suggestion] = error.message
    .replace(/^error: /, '')
    .split('\n')
    .map((line) => line.trim());
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1').replace('Did you mean', 'did you mean') ?? 'see assay --help';
  switch (error.code) {
    case 'commander.unknownOption':
      return new CliError('USAGE_UNKNOWN_FLAG', message, { hint, cause: error });
    case 'commander.unknownCommand':
      return new CliError('USAGE_UNKNOWN_COMMAND', message, { hint, cause: error });
    case 'commander.help':
      return new CliError('USAGE_INVALID', 'a command is missing', { hint: 'see assay --help', cause: error });
    default:
      return new CliError('USAGE_INVALID', message, { hint, cause: error });
  }
}
