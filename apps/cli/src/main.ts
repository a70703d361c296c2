import { describeFailure } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { runProgram } from './program.ts';
import { messageLine } from './render/message-line.ts';

// A reader that went away (`assay … 2>&1 | head`) is no error: what is measured is in the files.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  const exitCode = await runProgram(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  });
  // Who stops the program does not wait for questions that are still open.
  if (exitCode === EXIT.aborted) process.exit(exitCode);
  process.exitCode = exitCode;
} catch (error: unknown) {
  const { messages, exitCode } = describeFailure(error);
  for (const message of messages) process.stderr.write(`${messageLine(message, false)}\n`);
  process.exitCode = exitCode;
}
