# fish completion for buttons

# Asks once for each completion. True when the answer stands alone, without files beside it.
function __buttons_ask
    set -l typed (commandline -opc)
    set -l partial (commandline -ct)
    set -l program $typed[1]
    set -e typed[1]
    set -g __buttons_candidates ($program __complete $typed "$partial" 2>/dev/null)
    or return 1
    set -l directive (string replace ':' '' -- $__buttons_candidates[-1])
    set -e __buttons_candidates[-1]
    test (math "floor($directive / 4) % 2") -eq 1
end

complete -c buttons -e
complete -c buttons -n __buttons_ask -f -a '$__buttons_candidates'
