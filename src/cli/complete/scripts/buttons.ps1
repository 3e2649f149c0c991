# PowerShell completion for buttons

Register-ArgumentCompleter -Native -CommandName 'buttons' -ScriptBlock {
    param($partial, $commandAst, $cursor)

    $typed = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursor } |
        ForEach-Object { $_.Extent.Text })
    $program = $typed[0]
    # The word under the cursor is given as $partial.
    $last = $typed.Count - 1
    if ($partial -ne '') { $last-- }
    $before = @()
    if ($last -ge 1) { $before = $typed[1..$last] }

    # Older versions drop empty arguments unless they are quoted twice.
    $word = $partial
    if ($word -eq '' -and ($PSVersionTable.PSVersion -lt [version]'7.3' -or
            $PSNativeCommandArgumentPassing -eq 'Legacy')) { $word = '""' }

    $lines = @(& $program __complete @before $word 2>$null)
    if ($lines.Count -lt 2) { return }
    $lines[0..($lines.Count - 2)] | ForEach-Object {
        $value, $description = $_ -split [char]9, 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new(
            $value, $value, 'ParameterValue', $description)
    }
}
