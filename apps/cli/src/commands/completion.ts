import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Streams } from '../streams.ts';

interface Words {
  readonly commands: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

function wordsOf(program: Command): Words {
  const flags = new Map<string, readonly string[]>();
  for (const command of program.commands) {
    const names = command.options.filter((option) => !option.hidden).map((option) => option.long ?? option.short ?? '');
    flags.set(command.name(), [...names.filter((name) => name !== ''), '--help']);
  }
  return { commands: program.commands.map((command) => command.name()), flags };
}

function bash({ commands, flags }: Words): string {
  const cases = [...flags].map(([command, names]) => `    ${command}) words="${names.join(' ')}" ;;`);
  return `_assay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${commands.join(' ')} --help --version"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    esac
  fi
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) if [ "$COMP_CWORD" -gt 1 ]; then COMPREPLY=($(compgen -f -- "$current")); else COMPREPLY=($(compgen -W "$words" -- "$current")); fi ;;
  esac
}
complete -o default -F _assay assay
`;
}

function zsh({ commands, flags }: Words): string {
  const cases = [...flags].map(([command, names]) => `    ${command}) compadd -- ${names.join(' ')} ;;`);
  return `#compdef assay
_assay() {
  if (( CURRENT == 2 )); then
    compadd -- ${commands.join(' ')} --help --version
    return
  fi
  if [[ "$words[CURRENT]" != -* ]]; then
    _files
    return
  fi
  case "$words[2]" in
${cases.join('\n')}
  esac
}
compdef _assay assay
`;
}

function fish({ commands, flags }: Words): string {
  const lines = [`complete -c assay -n __fish_use_subcommand -f -a "${commands.join(' ')}"`];
  for (const [command, names] of flags) {
    for (const name of names) {
      lines.push(`complete -c assay -n "__fish_seen_subcommand_from ${command}" -l ${name.replace(/^--/, '')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const SHELLS: ReadonlyMap<string, (words: Words) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

export function addCompletionCommand(program: Command, streams: Streams): void {
  program
    .command('completion')
    .description('Print a completion script for bash, zsh or fish')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', '\nExamples:\n  eval "$(assay completion bash)"\n  assay completion fish | source\n')
    .action((shell: string) => {
      const render = SHELLS.get(shell);
      if (render === undefined) {
        throw new CliError('USAGE_INVALID', `no completion for "${shell}"`, { hint: 'take bash, zsh or fish' });
      }
      streams.stdout.write(render(wordsOf(program)));
    });
}
