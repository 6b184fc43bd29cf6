/** Fields whose own fields are named by others: a tool's input, what a caller kept. */
const FREE_FORM = new Set(['input', 'customMetadata', 'data', 'payload', 'values'])

/** A reply in the case that clients of tools expect: `costMicrodollars` becomes `cost_microdollars`, all the way down. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [snakeName(name), FREE_FORM.has(name) ? held : snakeCase(held)]),
  )
}

/** Names with anything but letters and digits are keys of somebody's own (`claude-code`) and stay. */
export function snakeName(name: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name
}

export function camelName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
