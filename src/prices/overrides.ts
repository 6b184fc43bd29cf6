import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import { perMillion, type ModelPrice } from './rates.ts'

/** A user's own price for a model: plain data, so that it crosses threads. */
export interface PriceOverride {
  model: string
  /** UTC day from which it holds; always, when absent. */
  from?: string
  price: ModelPrice
  /** The file it was read from. */
  source: string
}

const FILE_NAMES = ['prices.toml', 'prices.json'] as const

/** Dollars per million tokens. Finer than a tenth of a cent per million cannot be kept whole, so it is refused. */
const Dollars = z
  .number()
  .nonnegative()
  .max(1_000_000)
  .refine((value) => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6, 'has more than three decimals')

const PublishedRatesShape = z.strictObject({
  input: Dollars,
  output: Dollars,
  cacheRead: Dollars.optional(),
  cacheWrite: Dollars.optional(),
  cacheWrite1h: Dollars.optional(),
})

const PricesFile = z.strictObject({
  models: z.record(
    z.string().min(1).max(200),
    PublishedRatesShape.extend({
      from: z.iso.date().optional(),
      longPrompt: PublishedRatesShape.extend({ promptTokens: z.number().int().positive() }).optional(),
      fastFactor: z.number().int().positive().max(100).optional(),
    }),
  ),
})

/**
 * Reads `prices.toml` (or `prices.json`) of a configuration folder. No file means no overrides.
 *
 * ```toml
 * [models.gemini-next]
 * input = 1.25        # dollars per million tokens
 * output = 10
 * cacheRead = 0.125
 * ```
 * @throws AppError `invalid` naming the file and the field; `conflict` when both files are there
 */
export function readPriceOverrides(configDirectory: string): PriceOverride[] {
  const found = FILE_NAMES.map((name) => ({ name, path: join(configDirectory, name) }))
    .map((file) => ({ ...file, text: readIfThere(file.path) }))
    .filter((file) => file.text !== undefined)
  if (found.length > 1) {
    throw new AppError('conflict', `both prices.toml and prices.json are in ${configDirectory}`, {
      hint: 'keep one of them',
    })
  }
  return found.flatMap((file) => parsePriceOverrides(file.text ?? '', file.path))
}

/**
 * Parses the text of a price file; its name tells TOML from JSON.
 *
 * @throws AppError `invalid` naming the file and the field
 */
export function parsePriceOverrides(text: string, path: string): PriceOverride[] {
  let data: unknown
  try {
    data = path.endsWith('.json') ? JSON.parse(text) : parseToml(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new AppError('invalid', `${path} cannot be read: ${reason}`, { cause })
  }
  const checked = PricesFile.safeParse(data)
  if (!checked.success) {
    const [issue] = checked.error.issues
    throw new AppError('invalid', `${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`, {
      hint: 'give dollars per million tokens: input, output, cacheRead, cacheWrite, cacheWrite1h',
      cause: checked.error,
    })
  }
  return Object.entries(checked.data.models).map(([model, { from, longPrompt, fastFactor, ...rates }]) => ({
    model,
    ...(from === undefined ? {} : { from }),
    price: {
      ...perMillion(rates),
      ...(longPrompt ? { longPrompt: { promptTokens: longPrompt.promptTokens, ...perMillion(longPrompt) } } : {}),
      ...(fastFactor === undefined ? {} : { fastFactor }),
    },
    source: path,
  }))
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' || (cause as NodeJS.ErrnoException).code === 'ENOTDIR') {
      return undefined
    }
    throw new AppError('unavailable', `${path} cannot be read`, { cause })
  }
}
