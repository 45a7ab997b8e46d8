/** Completion for fish. Pure. */
import { commonFlags, type Flag, model, placeFlags, signalNames, type VerbModel } from './model.ts';

export const fishScript = (): string => `# fish completion for drover. Save it:
#   drover completion fish > ~/.config/fish/completions/drover.fish

function __drover_names
    set -lx DROVER_WORDS (commandline -opc | string collect)
    command drover completion names 2>/dev/null
end

function __drover_verb
    set -l words (commandline -opc)
    set -l skip 0
    for word in $words[2..]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${placeFlags.join(' ')}
                set skip 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end

function __drover_is
    contains -- (__drover_verb) $argv
end

complete -c drover -f
${commonFlags.map((flag) => flagLine("'not __drover_verb | string length -q'", flag)).join('\n')}
${model.flatMap(verbLines).join('\n')}
`;

function verbLines({ names, summary, flags, words }: VerbModel): readonly string[] {
  const here = `'__drover_is ${names.join(' ')}'`;
  return [
    ...names.map(
      (name) =>
        `complete -c drover -n 'not __drover_verb | string length -q' -a ${name} -d ${quote(summary)}`,
    ),
    ...flags.map((flag) => flagLine(here, flag)),
    ...wordLines(here, words),
  ];
}

function wordLines(here: string, words: VerbModel['words']): readonly string[] {
  const line = `complete -c drover -n ${here}`;
  if (words === 'services') return [`${line} -a '(__drover_names)'`];
  if (words === 'signal') return [`${line} -a '${signalNames.join(' ')} (__drover_names)'`];
  if (words === 'path') return [`${line} -F`];
  return words === 'nothing' ? [] : [`${line} -a '${words.join(' ')}'`];
}

function flagLine(condition: string, { short, long, help, value }: Flag): string {
  const takes =
    value === null
      ? ''
      : value === 'path'
        ? ' -r -F'
        : value === 'word'
          ? ' -x'
          : ` -x -a '${value.join(' ')}'`;
  const letter = short === null ? '' : ` -s ${short.slice(1)}`;
  return `complete -c drover -n ${condition}${letter} -l ${long.slice(2)}${takes} -d ${quote(help)}`;
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
