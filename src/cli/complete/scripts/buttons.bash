# bash completion for buttons

__buttons_complete() {
    local line=${COMP_LINE:0:COMP_POINT} words=() count=0 current= word rest i
    # Bash splits words also at characters like = and @. Read beside the line itself, they can be
    # joined again; "current" is the piece that bash will replace.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        rest=${line#"${line%%[![:space:]]*}"}
        word=${COMP_WORDS[i]}
        ((i < COMP_CWORD)) || word=$rest
        if ((count > 0)) && [[ $rest == "$line" ]]; then
            words[count - 1]+=$word
        else
            words[count]=$word
            count=$((count + 1))
        fi
        current=$word
        line=${rest#"$word"}
    done

    local out directive value description
    out=$("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null) || return
    directive=${out##*:}
    out=${out%:*}

    local last=${words[count - 1]} values=() shown=()
    local kept=${last%"$current"}
    while IFS=$'\t' read -r value description; do
        [[ -n $value ]] || continue
        values+=("${value#"$kept"}")
        shown+=("$value${description:+  -- $description}")
    done <<<"$out"

    COMPREPLY=("${values[@]}")
    # 63 is "?": the candidates are only listed, nothing of them reaches the command line.
    if [[ $COMP_TYPE == 63 ]] && ((${#values[@]} > 1)); then
        COMPREPLY=("${shown[@]}")
    fi
    if type compopt &>/dev/null; then
        ((directive & 4)) && compopt +o default
        ((directive & 2)) && compopt -o nospace
    fi
    return 0
}

complete -o default -F __buttons_complete buttons
