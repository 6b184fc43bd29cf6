/** A line flipped, cut, or with one of its values replaced by one of another type. Line ends stay where they are. */
export function mutate(line: Buffer, random: () => number): Buffer {
  const body = line.subarray(0, line.length - 1)
  const at = Math.floor(random() * body.length)
  const how = random()
  if (how < 0.2) return Buffer.concat([body.subarray(0, at), Buffer.from('\n')])
  if (how < 0.4) {
    const flipped = Buffer.from(line)
    const byte = Math.floor(random() * 256)
    flipped[at] = byte === 10 ? 11 : byte
    return flipped
  }
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    return line
  }
  return Buffer.from(`${JSON.stringify(swapType(value, random))}\n`)
}

const SWAPS: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  1.5,
  '',
  'text',
  '\ud83d',
  [],
  [null],
  ['a', 1],
  {},
  { a: 1 },
  { type: 'text' },
  '__proto__',
  'constructor',
]

function swapType(value: unknown, random: () => number): unknown {
  const places: [Record<string, unknown>, string][] = []
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key])
      walk((node as Record<string, unknown>)[key])
    }
  }
  walk(value)
  const chosen = places[Math.floor(random() * places.length)]
  if (chosen) chosen[0][chosen[1]] = SWAPS[Math.floor(random() * SWAPS.length)]
  return value
}
