import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

// tsc leaves the output of deleted sources behind, so a build starts from nothing.
rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['--build', 'tsconfig.lib.json'], { stdio: 'inherit' });
