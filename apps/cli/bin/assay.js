#!/usr/bin/env node
// A committed stub, so that `npx assay` exists before the first build and an old Node gets a sentence instead of a stack.
const NEEDED = [22, 19];
/**
 * On a machine of one core the compiler's threads take it from the load and are waited for at every collection: a third of the CPU time, pauses of 10 ms
 * and 40 MiB. Without them the load stands still while code is compiled, which an open loop would see in its times of sending: a closed one has none.
 * The smaller space for young objects keeps memory flat.
 */
const ONE_CORE_FLAGS = ['--no-concurrent-recompilation', '--no-concurrent-sparkplug', '--max-semi-space-size=8'];
const CLOSED_LOOP = /^--concurrency(?:=|$)/;

const installed = process.versions.node;
const [major = 0, minor = 0] = installed.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `error NODE_TOO_OLD: Node ${installed} is installed, assay needs ${NEEDED.join('.')} or newer (hint: install a newer Node, or run it with npx in the repository, which brings its own)\n`,
  );
  process.exitCode = 2;
} else {
  takeOneCore();
  process.getBuiltinModule('node:module').enableCompileCache();
  import('../dist/assay.js').catch((error) => {
    const isMissing = error?.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('assay.js');
    process.stderr.write(
      isMissing
        ? 'error NOT_BUILT: apps/cli/dist/assay.js is missing (hint: npm run build)\n'
        : `error INTERNAL: ${error?.stack ?? error}\n`,
    );
    process.exitCode = 1;
  });
}

/** Starts the process anew in its place with the flags for one core: V8 reads them once, at its start. */
function takeOneCore() {
  const { execve, execArgv, execPath, argv, env } = process;
  if (execve === undefined || execArgv.length > 0 || !argv.some((word) => CLOSED_LOOP.test(word))) return;
  if (process.getBuiltinModule('node:os').availableParallelism() > 1) return;
  try {
    execve.call(process, execPath, [execPath, ...ONE_CORE_FLAGS, ...argv.slice(1)], env);
  } catch {
    // A system that forbids it: the load is made all the same.
  }
}
