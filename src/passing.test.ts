import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Copies, type Said, passOn } from './passing.ts'

describe('passing bytes between a client and a tool server', () => {
  it('U42 hands every byte over before it is looked at', async () => {
    const order: string[] = []
    const from = new PassThrough()
    const to = new Writable({ write: (bytes: Buffer, _, done) => (order.push(`passed ${bytes.toString()}`), done()) })
    passOn(from, to, true, (bytes) => order.push(`looked at ${bytes.toString()}`))
    from.write('a')
    from.end('b')
    await new Promise((resolve) => to.on('finish', resolve))
    expect(order).toEqual(['passed a', 'looked at a', 'passed b', 'looked at b'])
  })

  it('sends copies on together, and says where it kept none', () => {
    const said: Said[] = []
    const copies = new Copies((each) => said.push(each))
    const large = new Uint8Array(40 * 1024 * 1024)
    copies.add('asked', Buffer.from('one'))
    copies.add('answered', large)
    copies.add('answered', large)
    copies.send()
    copies.send()
    copies.seen(large.length)
    copies.add('asked', Buffer.from('two'))
    copies.add('answered', Buffer.from('three'))
    copies.send()
    expect(
      said.map((each) => 'passed' in each && each.passed.map((one) => [one.way, one.bytes.length, one.afterGap])),
    ).toEqual([
      [
        ['asked', 3, false],
        ['answered', large.length, false],
      ],
      [
        ['asked', 3, false],
        ['answered', 5, true],
      ],
    ])
  })
})
