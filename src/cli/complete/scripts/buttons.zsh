#compdef buttons
# zsh completion for buttons: to be sourced, or put as _buttons into a folder of fpath

_buttons() {
    local out directive line
    local -a lines candidates space
    out=$("${(Q)words[1]/#\~/$HOME}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null) || return 1
    lines=("${(@f)out}")
    directive=${lines[-1]#:}
    lines[-1]=()
    for line in $lines; do
        # _describe splits at the first colon that no backslash precedes.
        if [[ $line == *$'\t'* ]]; then
            candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
        else
            candidates+=("${line//:/\\:}")
        fi
    done
    if (( $#candidates )); then
        (( directive & 2 )) && space=(-S '')
        _describe -t buttons 'buttons' candidates $space
    elif (( ! (directive & 4) )); then
        _files
    fi
}

if [[ ${funcstack[1]} == _buttons ]]; then
    _buttons "$@"
else
    compdef _buttons buttons
fi
