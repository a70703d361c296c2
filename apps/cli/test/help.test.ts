import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assay, assayIn, ROOT, temporaryFolder } from './assay.ts';

describe('help', () => {
  test('names commands, examples and exit codes', async () => {
    const { stdout, code } = await assay('--help');
    expect(code).toBe(0);
    for (const word of [
      'run [options] [profile]',
      'sim',
      'report',
      'doctor',
      'completion',
      'Examples:',
      'Exit codes:',
    ]) {
      expect(stdout).toContain(word);
    }
  });

  test('of run is grouped', async () => {
    const { stdout } = await assay('run', '--help');
    for (const group of ['Target:', 'Load:', 'Prompts:', 'Limits:', 'Result:', 'Examples:', 'Exit codes:']) {
      expect(stdout).toContain(`\n${group}`);
    }
  });

  test('of sim says the default of every setting', async () => {
    const { stdout } = await assay('sim', '--help');
    const options = stdout.slice(stdout.indexOf('Options:'), stdout.indexOf('Exit codes:')).split(/\n(?= {2}-)/);
    const settings = options.filter((text) => text.includes('--') && !text.includes('--help'));
    expect(settings.length).toBeGreaterThan(15);
    expect(settings.filter((text) => !/\([^()]+\)\s*$/.test(text))).toEqual([]);
  });

  test('no command at all prints the help and ends with 2', async () => {
    expect(await assay()).toMatchObject({ code: 2, stdout: expect.stringContaining('Usage: assay') });
  });

  test('--version prints one line', async () => {
    expect((await assay('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });
});

describe('--print-config', () => {
  test('shows each value and where it comes from, and runs nothing', async () => {
    const args = ['run', 'profiles/standard.yaml', '--simulate', '--rate', '7', '--print-config'];
    const { stdout, code } = await assayIn({ env: { ASSAY_SEED: '5' } }, ...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^seed: 5 # environment$/m);
    expect(stdout).toMatch(/^simulate: true # flag$/m);
    expect(stdout).toMatch(/^requests: 100 # profile$/m);
    expect(stdout).toMatch(/^transport: net # default$/m);
    expect(stdout).toMatch(/ratePerSecond: 7/);
  });

  test.each(['standard', 'burst', 'sustained', 'cpu-smoke', 'azure-replay'])('profile %s is valid', async (name) => {
    const { code, stderr } = await assay('run', `profiles/${name}.yaml`, '--simulate', '--print-config');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s gets a script that names commands and flags', async (shell) => {
    const { stdout, code } = await assay('completion', shell);
    expect(code).toBe(0);
    expect(stdout).toContain('doctor');
    expect(stdout).toContain('input-tokens');
  });

  test('the bash script completes a flag', async () => {
    const { stdout } = await assay('completion', 'bash');
    const script = `${stdout}\nCOMP_WORDS=(assay run --conc); COMP_CWORD=2; _assay; echo "\${COMPREPLY[@]}"`;
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout).toBe('--concurrency\n');
  });
});

describe('the installed command', () => {
  test('an old Node gets one line and exit code 2', () => {
    const pretend = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.11.1"}})';
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(pretend)}`,
        join(ROOT, 'apps/cli/bin/assay.js'),
        '--version',
      ],
      { encoding: 'utf8', cwd: temporaryFolder() },
    );
    expect(stderr).toMatch(
      /^error NODE_TOO_OLD: Node 20\.11\.1 is installed, assay needs 22\.19 or newer \(hint: .+\)\n$/,
    );
    expect(status).toBe(2);
  });
});
