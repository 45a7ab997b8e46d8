/** Completion for zsh. Pure. */
import { commonFlags, type Flag, model, signalNames, type VerbModel } from './model.ts';

export const zshScript = (): string => `#compdef drover
# zsh completion for drover. Put this into ~/.zshrc, behind compinit:
#   source <(drover completion zsh)

_drover_names() {
  local -a names
  names=(\${(f)"$(DROVER_WORDS="\${(F)_drover_words}" command drover completion names 2>/dev/null)"})
  compadd -a names
}

_drover() {
  local curcontext="$curcontext" state line
  local -a _drover_words
  typeset -A opt_args
  _drover_words=("\${words[@]}")
  _arguments -C \\
${commonFlags.map(argument).join('\n')}
    '1: :->verb' '*:: :->rest'
  case $state in
    verb)
      local -a verbs
      verbs=(
${model.flatMap(described).join('\n')}
      )
      _describe verb verbs
      ;;
    rest)
      case $line[1] in
${model.map(verbCase).join('\n')}
      esac
      ;;
  esac
}

if [ "\${funcstack[1]}" = _drover ]; then _drover "$@"; else compdef _drover drover; fi
`;

const described = ({ names, summary }: VerbModel): readonly string[] =>
  names.map((name) => `        ${quote(`${name}:${summary}`)}`);

function verbCase({ names, flags, words }: VerbModel): string {
  const lines = [...flags.map(argument), `    ${wordsText(words)}`];
  return `        ${names.join('|')})
          _arguments \\
${lines.map((line) => `        ${line}`).join('\n')}
          ;;`;
}

function wordsText(words: VerbModel['words']): string {
  if (words === 'services') return "'*:service:_drover_names'";
  if (words === 'signal') return `'1:signal:(${signalNames.join(' ')})' '*:service:_drover_names'`;
  if (words === 'path') return "'*:file:_files'";
  if (words === 'nothing') return '';
  return `'1:word:(${words.join(' ')})'`;
}

/** `'(-d --detach)'{-d,--detach}'[help]'` */
function argument({ short, long, help, value }: Flag): string {
  const takes =
    value === null
      ? ''
      : value === 'path'
        ? ':path:_files'
        : value === 'word'
          ? ':value: '
          : `:value:(${value.join(' ')})`;
  const text = quote(`[${help.replaceAll(/[[\]:]/g, '\\$&')}]${takes}`);
  if (short === null) return `    ${long}${text} \\`;
  return `    '(${short} ${long})'{${short},${long}}${text} \\`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
