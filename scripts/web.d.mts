export function newest(path: string): number
export function isWebFresh(root: string, outDir: string): boolean
export function buildWeb(root: string, outDir: string): Promise<string[]>
