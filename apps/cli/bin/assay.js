#!/usr/bin/env node
// A committed stub, so that `npx assay` exists before the first build and an old Node gets a sentence instead of a stack.
const NEEDED = [22, 19];

const installed = process.versions.node;
const [major = 0, minor = 0] = installed.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `error NODE_TOO_OLD: Node ${installed} is installed, assay needs ${NEEDED.join('.')} or newer (hint: install a newer Node, or run it with npx in the repository, which brings its own)\n`,
  );
  process.exitCode = 2;
} else {
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
