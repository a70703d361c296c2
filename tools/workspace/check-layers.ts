import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface ProjectGraph {
  readonly nodes: Record<string, { readonly data: { readonly root: string; readonly tags?: readonly string[] } }>;
}
interface PackageManifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}
interface Project {
  readonly root: string;
  readonly layer: string;
  readonly manifest: PackageManifest;
}

const IMPORT = /(?:from\s*|import\s*\(\s*|import\s+)['"](@assay\/[a-z0-9-]+)(?:\/[^'"]*)?['"]/g;

function readGraph(): ProjectGraph {
  const folder = mkdtempSync(join(tmpdir(), 'assay-graph-'));
  try {
    const file = join(folder, 'graph.json');
    execFileSync('nx', ['graph', `--file=${file}`], { stdio: ['ignore', 'ignore', 'inherit'] });
    return (JSON.parse(readFileSync(file, 'utf8')) as { graph: ProjectGraph }).graph;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function toProjects(graph: ProjectGraph): Map<string, Project> {
  return new Map(
    Object.values(graph.nodes).map(({ data }) => {
      const manifest = JSON.parse(readFileSync(join(data.root, 'package.json'), 'utf8')) as PackageManifest;
      const layer = data.tags?.find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length) ?? 'none';
      return [manifest.name, { root: data.root, layer, manifest }];
    }),
  );
}

const isTestFile = (path: string): boolean =>
  /\.(test|test-d|bench)\.ts$/.test(path) || /(^|\/)(bench|test)\//.test(path);

function* importsOf(root: string): Generator<{ file: string; target: string; isTest: boolean }> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('dist') && !path.includes('node_modules'),
  );
  for (const path of files) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const [, target] of text.matchAll(IMPORT)) {
      if (target !== undefined) yield { file: join(root, path), target, isTest: isTestFile(path) };
    }
  }
}

function problemOfEdge(from: Project, to: Project | undefined, target: string, isTest: boolean): string | undefined {
  if (to === undefined) return `imports ${target}, which is no project`;
  if (to === from) return `imports its own package by name`;
  const declared = { ...from.manifest.dependencies, ...(isTest ? from.manifest.devDependencies : {}) };
  if (!(target in declared)) return `imports ${target}, which its package.json does not declare`;
  if (to.layer === 'test') return isTest || from.layer === 'test' ? undefined : `imports ${target} outside a test`;
  if (!(Number(to.layer) < Number(from.layer))) {
    return `layer ${from.layer} imports ${target} of layer ${to.layer}; imports go strictly downwards`;
  }
  return undefined;
}

const projects = toProjects(readGraph());
const problems: string[] = [];
for (const project of projects.values()) {
  if (project.layer === 'none') problems.push(`${project.root}: no layer:N tag`);
  if (project.layer === 'tool') continue;
  for (const target of Object.keys(project.manifest.dependencies ?? {}).filter((name) => projects.has(name))) {
    const problem = problemOfEdge(project, projects.get(target), target, false);
    if (problem !== undefined) problems.push(`${project.root}/package.json: ${problem}`);
  }
  for (const { file, target, isTest } of importsOf(project.root)) {
    const problem = problemOfEdge(project, projects.get(target), target, isTest);
    if (problem !== undefined) problems.push(`${file}: ${problem}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${projects.size} projects, imports go downwards`);
process.exitCode = problems.length === 0 ? 0 : 1;
