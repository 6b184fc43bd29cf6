import { useEffect, useState } from 'react'

/** What a key does. `keys` is one key, or several after one another: `g n`. */
interface Binding {
  keys: string
  says: string
  run(event: KeyboardEvent): void
}

interface Layer {
  of: string
  /** What is on the page longer, or around the others, comes first. */
  number: number
  bindings: readonly Binding[]
}

const layers: Layer[] = []
let made = 0
const SEQUENCE_MS = 1000
let held = ''
let heldAt = 0

/** Keys that work while the component is on the page; the last to come is asked first. */
export function useKeys(of: string, bindings: readonly Binding[]): void {
  const [mine] = useState((): Layer => ({ of, number: made++, bindings }))
  mine.bindings = bindings
  useEffect(() => {
    layers.push(mine)
    layers.sort((a, b) => a.number - b.number)
    return () => void layers.splice(layers.indexOf(mine), 1)
  }, [mine])
}

/** All that work now, by what they belong to: the page's own first. */
export function keysNow(): { of: string; bindings: readonly Binding[] }[] {
  return layers.toReversed().filter(({ bindings }) => bindings.length > 0)
}

export function areKeysOn(): boolean {
  return localStorage.getItem('daybook.keys') !== 'off'
}

export function setKeysOn(on: boolean): void {
  if (on) localStorage.removeItem('daybook.keys')
  else localStorage.setItem('daybook.keys', 'off')
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

function nameOf(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? 'Ctrl ' : ''
  return control + (control && event.key.length === 1 ? event.key.toLowerCase() : event.key)
}

/** Begins to listen. @returns what ends it */
export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey) return
    const name = nameOf(event)
    const dialog = document.querySelector('dialog[open]')
    const free = !isTyping(event.target) && areKeysOn() && dialog === null
    if (!free && !name.startsWith('Ctrl ')) return
    const sequence = held !== '' && event.timeStamp - heldAt < SEQUENCE_MS ? `${held} ${name}` : name
    const all = layers.toReversed().flatMap(({ bindings }) => bindings)
    const found = all.find(({ keys }) => keys === sequence) ?? all.find(({ keys }) => keys === name)
    if (found) {
      held = ''
      event.preventDefault()
      found.run(event)
      return
    }
    const begins = all.some(({ keys }) => keys.startsWith(`${name} `))
    held = begins ? name : ''
    heldAt = event.timeStamp
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

/** Moves the focus among elements with `data-row`, in the order of the page. */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => row.offsetParent !== null)
  const current = rows.indexOf(document.activeElement?.closest('[data-row]') as HTMLElement)
  const next = rows[current === -1 ? (step === 1 ? 0 : rows.length - 1) : current + step]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
