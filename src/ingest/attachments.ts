import { hash } from 'node:crypto'
import { compress } from '../archive/frames.ts'
import { openSourceFile } from '../sources/source-file.ts'
import type { AttachmentRef } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'

/** Larger files beside a transcript are left where they are and named as a problem. */
const MAX_ATTACHMENT_BYTES = 64 * 1024 * 1024

/** Secrets out of plain text or whole lines. */
export type Redact = (text: Buffer) => Buffer

/**
 * Archives the files that belong to a transcript (spilled tool results), those that are new or have changed.
 *
 * @returns those that could not be kept, and why
 */
export async function archiveAttachments(
  store: Store,
  transcriptId: number,
  attachments: readonly AttachmentRef[],
  redactText: Redact,
): Promise<{ path: string; reason: string }[]> {
  const left: { path: string; reason: string }[] = []
  const known = new Map((await store.archive.attachments(transcriptId)).map((item) => [item.relativePath, item]))
  for (const { path, relativePath, file } of attachments) {
    const before = known.get(relativePath)
    if (before?.sizeBytes === file.sizeBytes) continue
    if (file.sizeBytes > MAX_ATTACHMENT_BYTES) {
      left.push({ path, reason: `larger than ${MAX_ATTACHMENT_BYTES / 1024 / 1024} MB: not archived` })
      continue
    }
    const raw = readWhole(path, file.sizeBytes)
    if (!raw) {
      left.push({ path, reason: 'cannot be read: not archived' })
      continue
    }
    const bytes = redactText(raw)
    await store.archive.putAttachment(transcriptId, {
      relativePath,
      hash: hash('sha256', bytes, 'hex'),
      sizeBytes: file.sizeBytes,
      data: compress(bytes),
      deviceAndInode: `${file.device}:${file.inode}`,
      modifiedAtMs: file.modifiedAtMs,
    })
  }
  return left
}

function readWhole(path: string, sizeBytes: number): Buffer | undefined {
  try {
    const file = openSourceFile(path)
    try {
      const bytes = Buffer.allocUnsafe(sizeBytes)
      return bytes.subarray(0, file.read(bytes, 0, sizeBytes, 0))
    } finally {
      file.close()
    }
  } catch {
    return undefined
  }
}
