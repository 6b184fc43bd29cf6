import { groups, nextWords } from './tree.ts'
import type { TreeCommand } from './tree.ts'

/** A script for PowerShell 5.1 and newer. */
export function powershellScript(tree: readonly TreeCommand[]): string {
  const commands = tree
    .filter(({ path }) => path !== '')
    .map(({ path, flags, args }) => {
      const told = flags.map(
        ({ flag, value, says }) => `@(${q(flag)}, ${value === null ? '$null' : q(value)}, ${q(says)})`,
      )
      const values = args.map(({ value, rest }) => `@(${q(value)}, ${rest ? '$true' : '$false'})`)
      return `  ${q(path)} = @{ Flags = @(${told.map((one) => `,${one}`).join('; ')}); Args = @(${values.map((one) => `,${one}`).join('; ')}) }`
    })
  const words = ['', ...groups(tree)].map((group) => {
    const told = nextWords(tree, group).map(({ word, says }) => `,@(${q(word)}, ${q(says)})`)
    return `  ${q(group)} = @(${told.join('; ')})`
  })
  return `# PowerShell completion of daybook

$DaybookCommands = @{
${commands.join('\n')}
}
$DaybookWords = @{
${words.join('\n')}
}

Register-ArgumentCompleter -Native -CommandName daybook -ScriptBlock {
  param($current, $ast, $position)
  $before = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.ToString() })
  $typed = @($before | Select-Object -Skip 1)
  $offer = {
    param($value, $says)
    if ($value -like "$([WildcardPattern]::Escape($current))*") {
      $text = if ($value -match '\\s') { "'" + $value.Replace("'", "''") + "'" } else { $value }
      $tip = if ($says) { $says } else { $value }
      [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $tip)
    }
  }
  $values = {
    param($what)
    if (-not $what -or $what -eq '@files') { return }
    if ($what.StartsWith('@')) {
      foreach ($line in @(& daybook complete $what.Substring(1) '--' "=$current" 2>$null)) {
        $parts = $line -split "\`t", 2
        & $offer $parts[0] $parts[1]
      }
    } else {
      foreach ($value in $what -split ',') { & $offer $value $null }
    }
  }
  $name = $null
  if ($typed.Count -ge 2 -and $DaybookCommands.ContainsKey("$($typed[0]) $($typed[1])")) { $name = "$($typed[0]) $($typed[1])"; $from = 2 }
  elseif ($typed.Count -ge 1 -and $DaybookCommands.ContainsKey($typed[0])) { $name = $typed[0]; $from = 1 }
  if ($typed.Count -eq 0) { foreach ($word in $DaybookWords['']) { & $offer $word[0] $word[1] } }
  if ($typed.Count -eq 1 -and $DaybookWords.ContainsKey($typed[0])) { foreach ($word in $DaybookWords[$typed[0]]) { & $offer $word[0] $word[1] } }
  if (-not $name) { return }
  $command = $DaybookCommands[$name]
  $waiting = $null
  $place = 0
  foreach ($word in @($typed | Select-Object -Skip $from)) {
    if ($word.StartsWith('--')) { $waiting = @($command.Flags | Where-Object { $_[0] -eq $word -and $null -ne $_[1] })[0] }
    elseif ($waiting) { $waiting = $null }
    else { $place++ }
  }
  if ($waiting) { & $values $waiting[1]; return }
  if ($current.StartsWith('-')) { foreach ($flag in $command.Flags) { & $offer $flag[0] $flag[2] }; return }
  for ($i = 0; $i -lt $command.Args.Count; $i++) {
    if ($i -eq $place -or $command.Args[$i][1]) { & $values $command.Args[$i][0]; return }
  }
}
`
}

function q(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
