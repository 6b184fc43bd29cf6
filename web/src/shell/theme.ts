export type Theme = 'system' | 'light' | 'dark'

export function chosenTheme(): Theme {
  const kept = localStorage.getItem('daybook.theme')
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem('daybook.theme')
  else localStorage.setItem('daybook.theme', theme)
  applyTheme()
}

export function applyTheme(): void {
  const theme = chosenTheme()
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
