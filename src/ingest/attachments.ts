import { hash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { compress } from '../archive/frames.ts'
import { fileIdentity, openSourceFile } from '../sources/source-file.ts'
import type { AttachmentRef } from '../sources/file-identity.ts'
import type { AttachmentDraft } from '../stores/ingest-batch.ts'

/** Larger files beside a transcript are left where they are and named as a problem. */
const MAX_ATTACHMENT_BYTES = 64 * 1024 * 1024

/** Reads files that belong to a transcript, redacts and compresses them; those that cannot be kept are named. */
export function readAttachments(
  attachments: readonly AttachmentRef[],
  redact: (text: Buffer) => Buffer,
): { drafts: AttachmentDraft[]; left: string[] } {
  const drafts: AttachmentDraft[] = []
  const left: string[] = []
  for (const { path, relativePath, file } of attachments) {
    if (file.sizeBytes > MAX_ATTACHMENT_BYTES) {
      left.push(`${relativePath} is larger than ${MAX_ATTACHMENT_BYTES / 1024 / 1024} MB: not archived`)
      continue
    }
    const raw = readWhole(path, file.sizeBytes)
    if (!raw) {
      left.push(`${relativePath} cannot be read: not archived`)
      continue
    }
    const bytes = redact(raw)
    drafts.push({
      relativePath,
      hash: hash('sha256', bytes, 'hex'),
      sizeBytes: file.sizeBytes,
      data: compress(bytes),
      deviceAndInode: `${file.device}:${file.inode}`,
      modifiedAtMs: file.modifiedAtMs,
    })
  }
  return { drafts, left }
}

/** Those of the named files that are there. */
export function presentFiles(named: readonly Pick<AttachmentRef, 'path' | 'relativePath'>[]): AttachmentRef[] {
  return named.flatMap((one) => {
    const stat = lstatSync(one.path, { throwIfNoEntry: false })
    return stat?.isFile() ? [{ ...one, file: fileIdentity(stat) }] : []
  })
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
