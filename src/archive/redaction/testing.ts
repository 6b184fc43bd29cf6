import type { Redactor } from './redactor.ts'

/** Redacts a string. */
export function redactText(redact: Redactor, text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  const clean = redact(bytes)
  return clean === bytes ? text : clean.toString('utf8')
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '0123456789'
const HEX = '0123456789abcdef'
const ALNUM = LOWER + UPPER + DIGITS
const BASE64 = `${ALNUM}+/`
const URL_SAFE = `${ALNUM}-_`

/** A made-up secret: `text` as people paste it, `secret` the part that must never be kept. */
export interface Sample {
  text: string
  secret: string
}

/** Makes made-up secrets of every kind, in the shape their issuers give them. For tests and benchmarks only. */
export const SAMPLES: Readonly<Record<string, (next: () => number) => Sample>> = {
  'daybook-token': prefixed('daybook_', URL_SAFE, 43),
  'aws-access-key': prefixed('AKIA', UPPER + '234567', 16),
  'aws-secret-key': named('aws_secret_access_key = ', BASE64, 40),
  'aws-session-token': prefixed('IQoJb3JpZ2luX2VjE', BASE64, 400, '=='),
  'github-token': prefixed('ghp_', ALNUM, 36),
  'github-fine-grained-token': (next) => whole(`github_pat_${pick(next, ALNUM, 22)}_${pick(next, ALNUM, 59)}`),
  'gitlab-token': prefixed('glpat-', URL_SAFE, 20),
  'slack-token': (next) => whole(`xoxb-${pick(next, DIGITS, 12)}-${pick(next, DIGITS, 13)}-${pick(next, ALNUM, 24)}`),
  'slack-webhook': (next) => {
    const secret = `T${pick(next, UPPER + DIGITS, 10)}/B${pick(next, UPPER + DIGITS, 10)}/${pick(next, ALNUM, 24)}`
    return { text: `https://hooks.slack.com/services/${secret}`, secret }
  },
  'openai-key': (next) => whole(`sk-proj-${pick(next, URL_SAFE, 74)}T3BlbkFJ${pick(next, URL_SAFE, 73)}9`),
  'openai-legacy-key': (next) => whole(`sk-${pick(next, ALNUM, 20)}T3BlbkFJ${pick(next, ALNUM, 20)}`),
  'anthropic-key': (next) => whole(`sk-ant-api03-${pick(next, URL_SAFE, 93)}AA`),
  'openrouter-key': prefixed('sk-or-v1-', HEX, 64),
  'google-api-key': prefixed('AIza', URL_SAFE, 34, 'Q'),
  'google-oauth-token': prefixed('ya29.', URL_SAFE, 120),
  'google-client-secret': prefixed('GOCSPX-', URL_SAFE, 28),
  'gcp-service-account': (next) => {
    const body = pem(next, 'PRIVATE KEY', 12)
    return {
      text: JSON.stringify({ type: 'service_account', private_key: body.text, client_id: '1' }),
      secret: body.secret,
    }
  },
  'azure-storage-key': (next) => {
    const secret = `${pick(next, BASE64, 86)}==`
    return {
      text: `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${secret};EndpointSuffix=core.windows.net`,
      secret,
    }
  },
  'azure-connection-key': (next) => {
    const secret = `${pick(next, BASE64, 43)}=`
    return {
      text: `Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=${secret}`,
      secret,
    }
  },
  'azure-client-secret': (next) => whole(`${pick(next, ALNUM, 3)}8Q~${pick(next, `${ALNUM}_.-`, 33)}a`),
  'stripe-key': prefixed('sk_live_', ALNUM, 24),
  'square-token': (next) => whole(`EAAA${pick(next, URL_SAFE, 60)}`),
  'stripe-webhook-secret': prefixed('whsec_', ALNUM, 32),
  'twilio-key': prefixed('SK', HEX, 32),
  'twilio-auth-token': named('TWILIO_AUTH_TOKEN=', HEX, 32),
  'sendgrid-key': (next) => whole(`SG.${pick(next, URL_SAFE, 21)}7.${pick(next, URL_SAFE, 43)}`),
  'mailgun-key': prefixed('key-', HEX, 32),
  'mailchimp-key': (next) => whole(`${pick(next, HEX, 32)}-us14`),
  'npm-token': prefixed('npm_', ALNUM, 36),
  'pypi-token': prefixed('pypi-AgEIcHlwaS5vcmc', URL_SAFE, 80),
  'rubygems-key': prefixed('rubygems_', HEX, 48),
  'docker-hub-token': prefixed('dckr_pat_', URL_SAFE, 27),
  'hugging-face-token': prefixed('hf_', LOWER + UPPER, 34),
  'digitalocean-token': prefixed('dop_v1_', HEX, 64),
  'discord-bot-token': (next) =>
    whole(
      `${pick(next, 'MNO', 1)}T${pick(next, 'AEIM', 1)}${pick(next, ALNUM, 20)}4.${pick(next, URL_SAFE, 6)}.${pick(next, URL_SAFE, 38)}`,
    ),
  'discord-webhook': (next) => {
    const secret = `${pick(next, '123456789', 18)}/${pick(next, URL_SAFE, 68)}`
    return { text: `https://discord.com/api/webhooks/${secret}`, secret }
  },
  'telegram-bot-token': (next) => whole(`${pick(next, '123456789', 10)}:AA${pick(next, URL_SAFE, 33)}`),
  jwt: (next) => whole(`eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ${pick(next, ALNUM, 60)}.${pick(next, URL_SAFE, 43)}`),
  'rsa-private-key': (next) => pem(next, 'RSA PRIVATE KEY', 24),
  'ec-private-key': (next) => pem(next, 'EC PRIVATE KEY', 3),
  'encrypted-private-key': (next) => pem(next, 'ENCRYPTED PRIVATE KEY', 26),
  'openssh-private-key': (next) => pem(next, 'OPENSSH PRIVATE KEY', 7),
  'url-password': (next) => {
    const secret = pick(next, ALNUM, 14)
    return { text: `https://deploy:${secret}@git.acme.test/shop.git`, secret }
  },
  'database-password': (next) => {
    const secret = pick(next, ALNUM, 18)
    return { text: `postgres://app:${secret}@db.acme.test:5432/shop`, secret }
  },
  'bearer-token': (next) => {
    const secret = `${pick(next, URL_SAFE, 39)}7`
    return { text: `Authorization: Bearer ${secret}`, secret }
  },
  'basic-credentials': (next) => {
    const secret = Buffer.from(`ann:${pick(next, ALNUM, 16)}`).toString('base64')
    return { text: `Authorization: Basic ${secret}`, secret }
  },
  password: named('DB_PASSWORD=', `${ALNUM}!#%*`, 16),
  'api-key': named('export ACME_API_KEY=', ALNUM, 32),
  secret: named('CLIENT_SECRET=', ALNUM, 40),
  token: named('access_token: ', ALNUM, 40),
  'shopify-token': prefixed('shpat_', HEX, 32),
  'databricks-token': prefixed('dapi', HEX, 32),
  'vault-token': prefixed('hvs.', URL_SAFE, 90, '7'),
  'age-key': prefixed('AGE-SECRET-KEY-1', 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58),
  'grafana-token': (next) => whole(`glsa_${pick(next, ALNUM, 32)}_${pick(next, HEX, 7)}1`),
  'groq-key': prefixed('gsk_', ALNUM, 52),
  'linear-key': prefixed('lin_api_', ALNUM, 40),
  'notion-token': prefixed('ntn_', ALNUM, 46),
  'figma-token': prefixed('figd_', URL_SAFE, 40),
  'supabase-key': prefixed('sbp_', HEX, 40),
  'postman-key': (next) => whole(`PMAK-${pick(next, HEX, 24)}-${pick(next, HEX, 34)}`),
  'new-relic-key': prefixed('NRAK-', UPPER + DIGITS, 27),
  'terraform-token': (next) => whole(`${pick(next, ALNUM, 14)}.atlasv1.${pick(next, URL_SAFE, 67)}`),
}

/** The kind a sample is reported as, where that is not its own name. */
export const REPORTED_AS: Readonly<Record<string, string>> = {
  'openai-legacy-key': 'openai-key',
  'gcp-service-account': 'private-key',
  'twilio-auth-token': 'token',
}

function pick(next: () => number, alphabet: string, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(next() * alphabet.length)]
  return text
}

function whole(text: string): Sample {
  return { text, secret: text }
}

function prefixed(prefix: string, alphabet: string, length: number, last = ''): (next: () => number) => Sample {
  return (next) => whole(prefix + pick(next, alphabet, length) + last)
}

/** Always a letter, a digit and a capital among the characters, as any generator of secrets makes sure of. */
function named(name: string, alphabet: string, length: number): (next: () => number) => Sample {
  return (next) => {
    const secret = `${alphabet === HEX ? 'a7f' : 'aB7'}${pick(next, alphabet, length - 3)}`
    return { text: name + secret, secret }
  }
}

function pem(next: () => number, label: string, lines: number): Sample {
  const body = Array.from({ length: lines }, () => pick(next, BASE64, 64)).concat(`${pick(next, BASE64, 22)}==`)
  return {
    text: [`-----BEGIN ${label}-----`, ...body, `-----END ${label}-----`, ''].join('\n'),
    secret: body.join('\n'),
  }
}
