import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { en } from 'zod/v4/locales'
import * as z from 'zod/mini'
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

const ENGLISH = en().localeError

const FILE_NAMES = ['prices.toml', 'prices.json'] as const

/** Dollars per million tokens. Finer than a tenth of a cent per million cannot be kept whole, so it is refused. */
const Dollars = z.number().check(
  z.nonnegative(),
  z.lte(1_000_000),
  z.refine((value) => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6, 'has more than three decimals'),
)

const PublishedRatesShape = z.strictObject({
  input: Dollars,
  output: Dollars,
  cacheRead: z.optional(Dollars),
  cacheWrite: z.optional(Dollars),
  cacheWrite1h: z.optional(Dollars),
})

const PricesFile = z.strictObject({
  models: z.record(
    z.string().check(z.minLength(1), z.maxLength(200)),
    z.extend(PublishedRatesShape, {
      from: z.optional(z.iso.date()),
      longPrompt: z.optional(z.extend(PublishedRatesShape, { promptTokens: z.int().check(z.positive()) })),
      fastFactor: z.optional(z.number().check(z.positive(), z.lte(100))),
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
  const checked = z.safeParse(PricesFile, data, { error: ENGLISH })
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
