import { describe, expect, it } from 'vitest'
import { findSecrets } from './find-secrets.ts'
import { createRedactor } from './redactor.ts'
import { seeded } from '../../../test/random.ts'
import { SAMPLES, redactText } from './testing.ts'

const kindsIn = (text: string): string[] => findSecrets(Buffer.from(text)).map(({ kind }) => kind)

describe('what is no secret stays', () => {
  it.each([
    // Code and configuration that speak of secrets without holding one.
    'const token = await getAccessToken(user1)',
    'token = process.env.API_TOKEN1',
    'password: this.form.password1',
    'password = hashlib.sha256(pw1).hexdigest()',
    'password: string, apiKey: string | undefined',
    'PASSWORD=$DB_PASSWORD SECRET=${{ secrets.DEPLOY_KEY_2 }} TOKEN=<your token 123>',
    'api_key = "your-api-key-here-123"',
    '"apiKeySource":"ANTHROPIC_API_KEY1"',
    '"password": "must be at least 8 characters long"',
    'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")',
    'secret_name: my-service/secret-2',
    'passwordFile=/run/secrets/db_password1',
    // Counts and ids of transcripts.
    '"usage":{"input_tokens":12345678,"output_tokens":33245678,"cache_read_input_tokens":99345678}',
    '"uuid":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","requestId":"req_011CQh2vFbXyTzKJ7mLwPd9R"',
    '"id":"msg_01XFDUDYJgAACzvnptvVoYEL","tool_use_id":"toolu_01A09q90qw90lq917835lq9"',
    'secret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8 and sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
    // URLs without a password, or with one that is only a word for it.
    'http://localhost:3000/@vite/client https://a.test:8080/x@y ssh://git@github.com/a/b',
    'postgres://user:password@localhost/db mysql://${USER}:${PASS}@h redis://:<password>@h',
    // Public halves, and keys left out.
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END CERTIFICATE-----',
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    // Names of things, however long, and what stands for a value.
    'token: XMLHttpRequestFactoryProviderImpl, "apiKey": "GetServiceAccountCredentials"',
    'API_KEY=MY_SERVICE_API_KEY_NAME password=$DB_PASSWORD_2 secret: $request.secretToken1',
    'AWS_SECRET_KEY=/home/ada/Projects/Tides/Keys/ProductionSecretKey2',
    'postgres://app:$DB_PASS1@db/x postgres://app:%DB_PASS%@db/x',
    'glpat-your-token-goes-here-please LTAIyouraccesskeyid hvs.your-vault-token-here-please',
    // Prefixes inside other words.
    'class="sk-loading-indicator-big-circle-wrapper-outer" task-0123456789abcdef0123456789',
    'oghp_0123456789abcdefABCDEF0123456789abcd XAKIAIOSFODNN7ABCDEFG AKIAIOSFODNN7ABCDEFGHIJ',
    'sk-ant-... sk-ant-api03-xxx ghp_xxxxxxxx xoxb-your-token npm_config_cache',
    'Authorization: Bearer authentication, bearer tokens: see above',
  ])('%s', (text) => {
    expect(kindsIn(text)).toEqual([])
    expect(kindsIn(`${JSON.stringify({ text })}\n`)).toEqual([])
  })

  it('finds nothing in images, signatures and encrypted content', () => {
    const next = seeded(42)
    const bytes = Buffer.from(Array.from({ length: 300_000 }, () => Math.floor(next() * 256)))
    for (const text of [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]) {
      expect(kindsIn(`{"signature":"${text}"}\n{"encrypted_content":"${text.slice(7)}"}\n`)).toEqual([])
    }
    const token = SAMPLES['aws-access-key']!(next).text
    const opaque = bytes.toString('base64').slice(0, 400)
    expect(kindsIn(`{"data":"${opaque}+${token}/${opaque}"}`)).toEqual([])
    expect(kindsIn(`{"data":"${opaque} ${token} ${opaque}"}`)).toEqual(['aws-access-key'])
  })
})

describe('a redactor', () => {
  const salt = Buffer.from('salt')
  const redact = createRedactor({ salt, enabled: true })
  const { text: key } = SAMPLES['aws-access-key']!(seeded(1))

  it('writes kind and a hash that depends on salt and secret alone', () => {
    const once = redactText(redact, `id ${key};`)
    expect(once).toMatch(/^id \[REDACTED:aws-access-key:[0-9a-f]{6}\];$/)
    expect(redactText(redact, `again: ${key}`)).toBe(once.replace('id ', 'again: ').slice(0, -1))
    expect(redactText(createRedactor({ salt: Buffer.from('other'), enabled: true }), `id ${key};`)).not.toBe(once)
  })

  it('returns its argument where there is nothing to hide, or when it is turned off', () => {
    const harmless = Buffer.from('{"type":"user"}\n')
    expect(redact(harmless)).toBe(harmless)
    const secret = Buffer.from(key)
    expect(createRedactor({ salt, enabled: false })(secret)).toBe(secret)
  })

  it('knows a token by its own kind whatever name it is given', () => {
    const { text } = SAMPLES['github-token']!(seeded(3))
    for (const around of [
      `TOKEN=${text}`,
      `"password": "${text}"`,
      `https://ann:${text}@github.com/a/b`,
      `Bearer ${text}`,
    ]) {
      expect(kindsIn(around)).toEqual(['github-token'])
    }
  })

  it('hides both halves of credentials that stand side by side', () => {
    const { secret } = SAMPLES['aws-secret-key']!(seeded(2))
    expect(kindsIn(`${key},${secret}\n`)).toEqual(['aws-access-key', 'aws-secret-key'])
    expect(kindsIn(`AWS Secret Access Key [None]: ${secret}\n`)).toEqual(['aws-secret-key'])
  })

  it('hides a key that was cut off, as far as it goes', () => {
    const { text, secret } = SAMPLES['openssh-private-key']!(seeded(4))
    const result = redactText(redact, `${JSON.stringify({ text: text.slice(0, 300) })}\n`)
    for (const row of secret.split('\n').slice(0, 3)) expect(result).not.toContain(row.slice(0, 20))
    expect(Object.keys(JSON.parse(result) as object)).toEqual(['text'])
  })

  it.each([
    // Random text without a digit, beginning with a sign, or whose quote was cut off.
    ['API_KEY=SXACbMYDFgrSOTtnbYAhlYyWwQkykuZa', 'api-key'],
    ['DB_PASSWORD=hQsKEkJukvyS', 'password'],
    ['password: $JSItWpKES0LC^h9', 'password'],
    ['SECRET_KEY=/eHZ5Oab6QUV7spgNOgJbLw182YItO3NQ8DuyX1d/Cs=', 'secret-key'],
    ['Authorization: Bearer KxPqWLiiKzCtjjGznODUIFMY-RZtEteYfCCijmNy', 'bearer-token'],
    ['glpat-FoyTihWGzhhPSr-KSpSI', 'gitlab-token'],
    ['postgres://app:%24xvgHygkIxW7gK@db/x', 'database-password'],
    ['postgres://app:$xvgHygkIxW7gK@db/x', 'database-password'],
    ['//npm.example.org/:_authToken=f5f42c2a-9e8f-4f05-8d41-f5958b36f9c1', 'npm-token'],
    ['password: "kP9vXw2zQ7\ncut', 'password'],
    ["curl -s -u 'ann:hunter22' https://a.test", 'basic-credentials'],
    ['curl -u ann:hunter22 https://a.test', 'basic-credentials'],
    ['machine a.test login ann password b1c2d3e4', 'password'],
    ['mysql --password hunter22 shop', 'password'],
    ['<password>hunter22</password>', 'password'],
    ['{"auths":{"https://index.docker.io/v1/":{"auth":"YW5uOmh1bnRlcjIy"}}}', 'registry-credentials'],
    ['//registry.example.org/:_auth=YW5uOmh1bnRlcjIy', 'registry-credentials'],
    ['"x-api-key": "9f86d081884c7d659a2feaa0c55ad015"', 'api-key'],
    ['client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVB', 'private-key'],
  ])('finds what a command or a file carries: %s', (text, kind) => {
    expect(kindsIn(text)).toEqual([kind])
    expect(kindsIn(JSON.stringify({ output: JSON.stringify({ text }) }))).toEqual([kind])
  })

  it('hides nothing but the password of a URL', () => {
    expect(redactText(redact, 'postgres://app:hunter22@db.test/shop')).toMatch(
      /^postgres:\/\/app:\[REDACTED:database-password:[0-9a-f]{6}\]@db\.test\/shop$/,
    )
  })
})

describe('whatever the bytes are', () => {
  const SIGNS = ['"', '\\', '\n', "'", '`', '/', ' ', '=', ':', ',', '{', '[', '}', ']', 'n', 'u', '9']
  const BYTES = ['\u0000', '\u00e9', '\u{1f600}', '\ud800', '\\u0041', '\\n']
  const NAMES = [
    'password',
    'token',
    'api_key',
    'secret_access_key',
    '"password": "',
    'Bearer ',
    'curl -u a:',
    '://a:',
    '@b.c',
  ]
  const KEYS = [
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----END RSA PRIVATE KEY-----',
    'MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnG',
  ]
  const TOKENS = [
    'AKIAQ3EGRIGLR4YLNMOP',
    'hunter2Hunter2',
    'ghp_0123456789abcdefABCDEF0123456789abcd',
    '.eyJ',
    '[REDACTED:',
  ]
  const OTHERS = ['8Q~', ':AA', 'login a password b1c2d3', '-us1']
  const PIECES = [...SIGNS, ...BYTES, ...NAMES, ...KEYS, ...TOKENS, ...OTHERS]

  it('keeps structure, line count and what was redacted before', () => {
    const redact = createRedactor({ salt: Buffer.from('s'), enabled: true })
    const next = seeded(7)
    const text = (): string =>
      Array.from({ length: Math.floor(next() * 14) }, () => PIECES[Math.floor(next() * PIECES.length)]).join('')
    for (let round = 0; round < 20_000; round++) {
      let record: unknown = { [text()]: text(), list: [text(), 1, null] }
      for (let depth = Math.floor(next() * 3); depth > 0; depth--)
        record = { inner: JSON.stringify(record), after: text() }
      const source = Buffer.from(`${JSON.stringify(record)}\n`)
      const once = redact(source)
      const again = redact(once)
      expect(() => JSON.parse(once.toString()) as unknown).not.toThrow()
      expect(once.indexOf(10)).toBe(once.length - 1)
      expect(again.toString()).toBe(once.toString())
    }
  })

  it('never throws on broken lines and junk, and neither adds nor loses a line', () => {
    const redact = createRedactor({ salt: Buffer.from('s'), enabled: true })
    const next = seeded(8)
    for (let round = 0; round < 5000; round++) {
      const source = Buffer.from(Array.from({ length: 12 }, () => PIECES[Math.floor(next() * PIECES.length)]).join(''))
      for (let flips = 0; flips < 3; flips++) source[Math.floor(next() * source.length)] = Math.floor(next() * 256)
      const lines = (bytes: Buffer): number => bytes.filter((byte) => byte === 10).length
      const once = redact(source)
      expect(lines(once)).toBe(lines(source))
    }
  })

  it('takes a time that grows with the length only', () => {
    const slowest = [
      'AKIA',
      '.eyJhbGci',
      '-----BEGIN PRIVATE KEY-----',
      'password=',
      '\\u0041',
      'curl -u ',
      '://a:b',
      'LS0tLS1CRUdJTi',
    ]
    for (const piece of slowest) {
      const started = performance.now()
      findSecrets(Buffer.from(piece.repeat(Math.ceil(400_000 / piece.length))))
      expect(performance.now() - started).toBeLessThan(5000)
    }
  })
})
