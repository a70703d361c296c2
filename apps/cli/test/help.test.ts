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

  test.each([
    ['run --conc', '--concurrency'],
    ['run --api ', 'chat completions responses embeddings native v1'],
    ['run --transport u', 'undici'],
    ['run --log ', 'text json'],
    ['run --rate ', ''],
    ['completion ', 'bash zsh fish'],
    ['policy l', 'lint'],
    ['nothing ', ''],
    ['run --ca-file bio', 'biome.json'],
    ['report bio', 'biome.json'],
  ])('the bash script completes "assay %s"', async (typed, offered) => {
    const { stdout } = await assay('completion', 'bash');
    const words = `assay ${typed}`.split(' ').map((word) => `'${word}'`);
    const script = `${stdout}\nCOMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _assay; echo "\${COMPREPLY[@]}"`;
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: ROOT }).stdout.trim()).toBe(offered);
  });

  test('the other scripts offer values', async () => {
    expect((await assay('completion', 'fish')).stdout).toContain('-l transport -x -a "net undici"');
    expect((await assay('completion', 'zsh')).stdout).toContain("'run --transport') compadd -- net undici; return ;;");
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
