import { INSTRUCTIONS } from './instructions.ts'

/** What a client is told of this server when a connection begins. */
export function introduction(version: string) {
  return {
    capabilities: { tools: {}, resources: {}, prompts: {} },
    serverInfo: { name: 'daybook', title: 'Daybook', version },
    instructions: INSTRUCTIONS,
  }
}
