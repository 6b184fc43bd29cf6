import { createZstdCompress } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compress, contentSize, decompress } from './frames.ts'

const sizes = [0, 1, 100, 255, 256, 257, 1000, 65_535, 65_791, 65_792, 131_072, 3_000_000]
const bytes = (size: number): Buffer => Buffer.alloc(size, 'a line of a transcript, over and over\n')

describe('a frame', () => {
  it.each(sizes)('of %i bytes comes out as it went in, and says its size before', (size) => {
    const frame = compress(bytes(size))
    expect(contentSize(frame) ?? size).toBe(size)
    expect(decompress(frame).equals(bytes(size))).toBe(true)
  })

  it('of usual size comes out in memory of that size', () => {
    expect(decompress(compress(bytes(131_072))).buffer.byteLength).toBe(131_073)
  })

  it('larger than a piece comes out in several', () => {
    const large = bytes(40_000_000)
    expect(decompress(compress(large)).equals(large)).toBe(true)
  })

  it('that does not say its size comes out all the same', async () => {
    const stream = createZstdCompress()
    stream.write(bytes(20_000))
    stream.end(bytes(50_000).subarray(20_000))
    const frame = Buffer.concat(await stream.toArray())
    expect(contentSize(frame)).toBeUndefined()
    expect(decompress(frame).equals(bytes(50_000))).toBe(true)
  })

  it('with a damaged size is refused, and takes no memory for it', () => {
    const frame = compress(bytes(131_072))
    frame.fill(0xff, 5, 9)
    expect(() => decompress(frame)).toThrow('too much memory')
    expect(() => decompress(compress(bytes(131_072)).subarray(0, 20))).toThrow('unexpected end of file')
    expect(() => decompress(Buffer.from('no frame at all, only text'))).toThrow('Unknown frame descriptor')
  })
})
