import type { Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { flagNameOf, SETTING_NAMES, SETTINGS, type SettingName } from '../config/settings.ts';
import type { Streams } from '../streams.ts';

interface Flag {
  readonly name: string;
  /** Words to offer as its value, `files` for names of files, `none` where nobody can guess one or it takes none. */
  readonly values: readonly string[] | 'files' | 'none';
  readonly takesValue: boolean;
}

interface CommandWords {
  readonly name: string;
  readonly flags: readonly Flag[];
  /** Words that may follow: names of subcommands or of shells. */
  readonly words: readonly string[];
  readonly takesFiles: boolean;
}

const OTHER_VALUES: Readonly<Record<string, readonly string[]>> = {
  '--log': ['text', 'json'],
  '--engine': ['fixed', 'batching'],
};

/** What values the settings take, by their flags. */
function settingValues(): ReadonlyMap<string, readonly string[]> {
  return new Map(SETTING_NAMES.map((name) => [flagNameOf(name), choicesOf(name)]));
}

/** The words of a setting that takes one of a few: those its `expected` lists and its parser gives back. */
function choicesOf(name: SettingName): readonly string[] {
  const { expected, parse } = SETTINGS[name];
  const words = expected.split(/, | or /);
  return words.length > 1 && words.every((word) => parse(word) === word) ? words : [];
}

function flagOf({ long, short, flags }: Option, valuesOf: ReadonlyMap<string, readonly string[]>): Flag {
  const name = long ?? short ?? '';
  const values = valuesOf.get(name) ?? OTHER_VALUES[name] ?? [];
  const isFile = /<(file|dir)>/.test(flags);
  return { name, takesValue: flags.includes('<'), values: isFile ? 'files' : values.length === 0 ? 'none' : values };
}

function wordsOf(program: Command): readonly CommandWords[] {
  const valuesOf = settingValues();
  return program.commands.map((command) => {
    const flags = command.options.filter(({ hidden }) => !hidden).map((option) => flagOf(option, valuesOf));
    const name = command.name();
    const words = name === 'completion' ? [...SHELLS.keys()] : command.commands.map((each) => each.name());
    const takesFiles = words.length === 0 ? command.registeredArguments.length > 0 : name !== 'completion';
    return { name, flags: [...flags, { name: '--help', values: 'none', takesValue: false }], words, takesFiles };
  });
}

const flagNames = ({ flags }: CommandWords): string => flags.map(({ name }) => name).join(' ');

/** `run --api) …` of each flag that takes a value: a `case` on the command and the word before the current one. */
function valueCases(commands: readonly CommandWords[], offer: (values: Flag['values']) => string): string {
  const lines = commands.flatMap(({ name, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map((flag) => `    '${name} ${flag.name}') ${offer(flag.values)}; return ;;`),
  );
  return lines.join('\n');
}

function bash(commands: readonly CommandWords[]): string {
  const files = 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"))';
  const offer = (values: Flag['values']): string =>
    values === 'files'
      ? files
      : values === 'none'
        ? ':'
        : `COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$current"))`;
  const cases = commands.map(
    (command) =>
      `    ${command.name}) flags="${flagNames(command)}" words="${command.words.join(' ')}" files=${command.takesFiles ? 1 : 0} ;;`,
  );
  return `_assay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local flags="--help --version" words="${commands.map(({ name }) => name).join(' ')}" files=0
  COMPREPLY=()
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]} $previous" in
${valueCases(commands, offer)}
    esac
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
      *) flags="" words="" ;;
    esac
  fi
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current"))
      if [ "$files" = 1 ] && [ -z "\${COMPREPLY[*]}" ]; then ${files}; fi ;;
  esac
}
complete -F _assay assay
`;
}

function zsh(commands: readonly CommandWords[]): string {
  const offer = (values: Flag['values']): string =>
    values === 'files' ? '_files' : values === 'none' ? ':' : `compadd -- ${values.join(' ')}`;
  const cases = commands.map((command) => {
    const words = command.words.length === 0 ? '' : `compadd -- ${command.words.join(' ')}; `;
    const rest = `${words}${command.takesFiles ? '_files' : ':'}`;
    return `    ${command.name}) if [[ "$words[CURRENT]" == -* ]]; then compadd -- ${flagNames(command)}; else ${rest}; fi ;;`;
  });
  return `#compdef assay
_assay() {
  if (( CURRENT == 2 )); then
    compadd -- ${commands.map(({ name }) => name).join(' ')} --help --version
    return
  fi
  case "$words[2] $words[CURRENT-1]" in
${valueCases(commands, offer)}
  esac
  case "$words[2]" in
${cases.join('\n')}
  esac
}
compdef _assay assay
`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = [
    'complete -c assay -f',
    `complete -c assay -n __fish_use_subcommand -a "${commands.map(({ name }) => name).join(' ')}"`,
  ];
  for (const { name, flags, words, takesFiles } of commands) {
    const line = `complete -c assay -n "__fish_seen_subcommand_from ${name}"`;
    if (takesFiles) lines.push(`${line} -F`);
    if (words.length > 0) lines.push(`${line} -a "${words.join(' ')}"`);
    for (const { name: flag, values, takesValue } of flags) {
      const value = values === 'files' ? ' -r -F' : values === 'none' ? ' -x' : ` -x -a "${values.join(' ')}"`;
      lines.push(`${line} -l ${flag.replace(/^--/, '')}${takesValue ? value : ''}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const SHELLS: ReadonlyMap<string, (commands: readonly CommandWords[]) => string> = new Map([
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
