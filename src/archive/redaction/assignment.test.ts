import { describe, expect, it } from 'vitest'
import { createRedactor } from './redactor.ts'
import { redactText } from './testing.ts'

const redact = createRedactor({ salt: Buffer.from('0123456789abcdef'), enabled: true })
const VALUE = 'q7Rk2vXw9LmZ4tBn8YcD1sFh'

const NAMES = `password DB_PASSWD passphrase Passwort user_pwd2 db_pass apiKey api_key_value API-KEY-BASE
  ACCESS_KEY SECRET_KEY_BASE secret clientSecretValue client_secret_value jwt-key token auth_token2 tokenValue token_secret privateKeyValue service.account_key`.split(
  /\s+/,
)
const FORMS: Record<string, (name: string) => string> = {
  'an equals sign': (name) => `export ${name}=${VALUE}\n`,
  'a colon and quotes': (name) => `${JSON.stringify({ text: JSON.stringify({ [name]: VALUE }) })}\n`,
  'an arrow': (name) => `${JSON.stringify({ text: `'${name}' => '${VALUE}'` })}\n`,
  'a sign of another colour': (name) =>
    `${JSON.stringify({ text: `\u001b[36m${name}\u001b[0m=\u001b[1;33m${VALUE}\u001b[m` })}\n`,
  'a colon of another colour': (name) =>
    `\u001b[34;1m"${name}"\u001b[0m\u001b[1m:\u001b[0m \u001b[0;32m"${VALUE}"\u001b[0m\n`,
  'colours in JSON inside JSON': (name) =>
    `${JSON.stringify({ o: JSON.stringify({ text: `${name}\u001b[39m: \u001b[32m${VALUE}\u001b[39m` }) })}\n`,
  'a tag': (name) => `${JSON.stringify({ text: `<${name}>${VALUE}</${name}>` })}\n`,
}
const FLAGS: Record<string, (name: string) => string> = {
  'a blank': (name) => `run --${name} ${VALUE}\n`,
  'a blank, on a line of its own': (name) => `${JSON.stringify({ text: `run \\\n--${name} ${VALUE}` })}\n`,
  'a blank between two colours': (name) =>
    `${JSON.stringify({ text: `run \u001b[36m--${name}\u001b[0m \u001b[32m${VALUE}\u001b[0m` })}\n`,
  'a blank, its dashes escaped': (name) => `{"text":"run \\u002d\\u002d${name} ${VALUE}"}\n`,
}

describe('a value given to a name that speaks of a secret', () => {
  it.each(Object.keys(FORMS))('is found behind %s', (form) => {
    for (const name of NAMES) expect(redactText(redact, FORMS[form]!(name)), name).not.toContain(VALUE)
  })

  it.each(Object.keys(FLAGS))('is found behind a flag and %s', (form) => {
    const flags = NAMES.filter((name) => /^[A-Za-z0-9-]+$/.test(name))
    for (const name of flags) expect(redactText(redact, FLAGS[form]!(name)), name).not.toContain(VALUE)
  })

  it('stays where the name goes on to say something else', () => {
    for (const name of ['secretAt', 'token_count', 'passwordField', 'secretary', 'apiKeyName'])
      expect(redactText(redact, `${name}=${VALUE}\n`), name).toContain(VALUE)
  })

  it('stays where a word is followed by another', () => {
    expect(redactText(redact, `the token ${VALUE} was read\n`)).toContain(VALUE)
  })
})
