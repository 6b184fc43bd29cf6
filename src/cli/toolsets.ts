import { AppError, shownValue } from '../domain/errors.ts'
import { TOOLSETS, type Toolset } from '../operations/tool.ts'

/** The toolsets that `--toolsets` or `DAYBOOK_TOOLSETS` names; `core` is always among them. @throws AppError `invalid` */
export function readToolsets(typed: unknown): Toolset[] {
  if (typeof typed !== 'string' || typed.trim() === '') return ['core']
  const words = typed.split(',').map((word) => word.trim())
  if (words.includes('all')) return [...TOOLSETS]
  const wrong = words.find((word) => !TOOLSETS.some((known) => known === word))
  if (wrong !== undefined) {
    throw new AppError('invalid', `toolset ${shownValue(wrong)} is not one of ${TOOLSETS.join(', ')}, all`, {
      hint: 'daybook mcp --toolsets all',
    })
  }
  return TOOLSETS.filter((known) => known === 'core' || words.includes(known))
}
