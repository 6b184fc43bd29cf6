/** What a stat says, without reading. */
export interface FileIdentity {
  device: number
  inode: number
  sizeBytes: number
  modifiedAtMs: number
}

/** A file that is kept beside its transcript. */
export interface AttachmentRef {
  path: string
  /** Path from the transcript's folder, for restore. It leads out of that folder only into the session's own, or one up. */
  relativePath: string
  file: FileIdentity
}
