import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EngineAbsentError, type EngineContext } from './engine.ts';
import { lastLines } from './server-process.ts';

export const SETUP_FOLDER = join(import.meta.dirname, 'setup');

/**
 * Runs one script of the set-up folder to its end.
 *
 * @throws EngineAbsentError with the last line it printed
 */
export async function runSetup(script: string, args: readonly string[], { note }: EngineContext): Promise<void> {
  note(`set-up: ${script}`);
  const child = spawn('bash', [join(SETUP_FOLDER, script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status === 0) return;
  note(lastLines(output));
  throw new EngineAbsentError(`${script} ended with ${status}: ${lastLines(output, 1)}`);
}
