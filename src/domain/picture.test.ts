import { describe, expect, it } from 'vitest'
import { picturesIn } from './picture.ts'

const PNG = `iVBORw0KGgo${'A'.repeat(40)}=`
const JPEG = `/9j/${'B'.repeat(40)}`

describe('pictures in a record', () => {
  it('are found in the shape of each agent, in order, each once', () => {
    const record = {
      message: { content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }] },
      payload: { content: [{ type: 'input_image', image_url: `data:image/jpeg;base64,${JPEG}` }] },
      parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }],
    }
    expect(picturesIn(record)).toEqual([
      { mediaType: 'image/png', data: PNG },
      { mediaType: 'image/jpeg', data: JPEG },
    ])
  })

  it('are looked for twelve levels deep', () => {
    const deep = (levels: number): unknown => (levels === 0 ? PNG : { in: deep(levels - 1) })
    expect(picturesIn(deep(12))).toHaveLength(1)
    expect(picturesIn(deep(13))).toEqual([])
  })

  it('are known by how their bytes begin, not by what the record claims', () => {
    const svg = Buffer.from('<svg onload="alert(1)" xmlns="http://www.w3.org/2000/svg"/>').toString('base64')
    expect(picturesIn({ source: { media_type: 'image/png', data: svg } })).toEqual([])
    expect(
      picturesIn([`data:image/svg+xml;base64,${svg}`, 'data:image/png,not base64 at all, whatever it claims']),
    ).toEqual([])
    expect(picturesIn({ source: { media_type: 'image/svg+xml', data: PNG } })).toEqual([
      { mediaType: 'image/png', data: PNG },
    ])
    expect(picturesIn(`${PNG}"><script>`)).toEqual([])
  })

  it('are not looked for without end: in depth, or in number', () => {
    let deep: unknown = PNG
    for (let i = 0; i < 10_000; i++) deep = [deep]
    expect(picturesIn(deep)).toEqual([])
    expect(picturesIn(Array.from({ length: 100 }, (_, i) => `${JPEG}${i}`))).toHaveLength(40)
  })
})
