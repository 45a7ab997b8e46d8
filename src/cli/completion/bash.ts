/** Completion for bash, without any help of the package bash-completion. Pure. */
import { commonFlags, type Flag, model, placeFlags, signalNames, type VerbModel } from './model.ts';

export const bashScript = (): string => `# bash completion for drover. Put this into ~/.bashrc:
#   source <(drover completion bash)

_drover_names() {
  DROVER_WORDS="$(printf '%s\\n' "\${COMP_WORDS[@]}")" command "\${COMP_WORDS[0]}" completion names 2>/dev/null
}

_drover() {
  local cur prev verb='' words='' i
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${placeFlags.join('|')}) ((i++)) ;;
      -*) ;;
      *) verb=\${COMP_WORDS[i]}; break ;;
    esac
  done
  local place=$((COMP_CWORD - i))
  case $verb in
    '')
      case $prev in
${valueCases(commonFlags, '        ')}
      esac
      [[ $cur == -* ]] && words='${flagWords(commonFlags)}' || words='${verbWords()}'
      ;;
${model.map(verbCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

complete -F _drover drover
`;

const verbWords = (): string => model.flatMap(({ names }) => names).join(' ');

const flagWords = (flags: readonly Flag[]): string =>
  flags.flatMap(({ short, long }) => (short === null ? [long] : [short, long])).join(' ');

function verbCase({ names, flags, words }: VerbModel): string {
  return `    ${names.join('|')})
      case $prev in
${valueCases(flags, '        ')}
      esac
      if [[ $cur == -* ]]; then words='${flagWords(flags)}'
      else ${wordsText(words)}
      fi
      ;;`;
}

function wordsText(words: VerbModel['words']): string {
  if (words === 'services') return 'words=$(_drover_names)';
  if (words === 'signal') {
    return `[[ $place == 1 ]] && words='${signalNames.join(' ')}' || words=$(_drover_names)`;
  }
  if (words === 'path') return 'compopt -o default 2>/dev/null; return';
  if (words === 'nothing') return 'return';
  return `words='${words.join(' ')}'`;
}

function valueCases(flags: readonly Flag[], indent: string): string {
  const cases = flags.flatMap(({ short, long, value }) => {
    if (value === null) return [];
    const names = short === null ? long : `${short}|${long}`;
    if (value === 'path') return [`${names}) compopt -o default 2>/dev/null; return ;;`];
    if (value === 'word') return [`${names}) return ;;`];
    return [`${names}) COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$cur")); return ;;`];
  });
  return cases.map((line) => `${indent}${line}`).join('\n');
}
