export function buildWeb(root: string, outDir: string): Promise<string[]>
