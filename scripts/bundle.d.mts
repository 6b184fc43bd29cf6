/** @returns the library as one ES module, and esbuild's metafile */
export function bundleLibrary(
  root: string,
  outdir: string,
): Promise<{ files: { path: string; contents: string | Uint8Array }[]; metafile: object }>

/** @returns the files of `dist/`, those first that others name, and esbuild's metafile */
export function bundle(
  root: string,
  outdir: string,
): Promise<{ files: { path: string; contents: string | Uint8Array }[]; metafile: object }>
