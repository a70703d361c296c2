import { expect, test } from 'vitest';
import { assay, startSim } from './assay.ts';

test('doctor looks at the machine and the server', async () => {
  const target = await startSim();
  const { stdout, code } = await assay('doctor', '--target', target);
  expect(code).toBe(0);
  for (const what of ['node', 'cores', 'timers', 'open files', 'ports', 'target', 'model', 'tokenizer', 'metrics']) {
    expect(stdout).toMatch(new RegExp(`^(ok|warn|unknown) +${what} `, 'm'));
  }
});

test('doctor ends with 5 when the server is not there', async () => {
  const { stderr, code } = await assay('doctor', '--target', 'http://127.0.0.1:1');
  expect(stderr).toMatch(/^error TARGET_UNREACHABLE: .+ \(hint: .+\)\n$/);
  expect(code).toBe(5);
});
