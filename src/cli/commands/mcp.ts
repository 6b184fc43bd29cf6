import { TOOLSETS } from '../../operations/tool.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { readToolsets } from '../toolsets.ts'

const USUAL_PORT = 4751

/** `daybook mcp`. */
export const mcp = defineCommand({
  fields: [
    field('toolsets', 'text', `tools beyond core: ${TOOLSETS.slice(1).join(', ')}, with commas between, or all`),
    field('http', 'boolean', 'over HTTP on this machine, in place of standard input and output'),
    field('port', 'number', 'the port for HTTP; 0 takes a free one', {
      minimum: 0,
      maximum: 65_535,
      usual: USUAL_PORT,
    }),
  ],
  examples: [
    { command: 'daybook mcp', says: 'as an agent starts it' },
    { command: 'daybook mcp --toolsets history', says: 'with commits, usage, files and the log' },
    { command: 'daybook mcp --http --port 0', says: 'for clients that connect by address; the token is in a file' },
  ],
  seeAlso: ['doctor'],
  async run({ io, values }) {
    const toolsets = readToolsets(values['toolsets'] ?? io.env['DAYBOOK_TOOLSETS'])
    await io.serveTools({ toolsets, http: values['http'] === true ? { port: Number(values['port']) } : null })
    return EXIT.ok
  },
})
