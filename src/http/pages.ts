import type { Hono } from 'hono'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { HttpEnv } from './access.ts'
import type { HttpHost } from './host.ts'
import { refused } from './problem.ts'

/** What a page may load: its own files, and what it puts together itself. Nothing inline, nothing from elsewhere, no frame. */
export const PAGE_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** Each part of a path is a plain name: nothing climbs, nothing hides. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/

/** Files of the page; every other address is the page itself, which reads the rest from it. */
export function pageRoutes(app: Hono<HttpEnv>, { webFolder }: HttpHost): void {
  app.get('*', async (c) => {
    if (webFolder === undefined) {
      return refused({ status: 404, code: 'not_found', message: 'there is nothing at this address' })
    }
    const { path } = c.req
    const isFile = extname(path) !== '' && PLAIN_PATH.test(path)
    // What a build names by its content never changes.
    if (isFile) return (await file(join(webFolder, path), path.startsWith('/assets/'))) ?? missing()
    return (await file(join(webFolder, 'index.html'), false)) ?? missing()
  })
}

function missing(): Response {
  return refused({ status: 404, code: 'not_found', message: 'there is no such file' })
}

async function file(path: string, isLasting: boolean): Promise<Response | undefined> {
  const found = await stat(path).catch(() => undefined)
  const type = TYPES[extname(path)]
  if (!found?.isFile() || type === undefined) return undefined
  const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
  const headers = {
    'content-type': type,
    'content-length': String(found.size),
    'content-security-policy': PAGE_POLICY,
    'cache-control': isLasting ? 'private, max-age=31536000, immutable' : 'no-cache',
  }
  return new Response(body, { headers })
}
