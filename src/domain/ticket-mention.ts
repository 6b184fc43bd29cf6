/** Where a ticket was named. */
export type MentionPlace = 'branch' | 'commit' | 'prompt' | 'path'

/** A ref that a text names, and how much it says that the work is for it, 0 to 1. */
export interface Mention {
  /** As it is written for a ticket: `ENG-412`, `#42`. */
  ref: string
  weight: number
}

/** What is known of tickets: it makes a ref likelier, and a short one possible at all. */
export interface KnownRefs {
  /** Refs of tickets that exist, folded. */
  refs: ReadonlySet<string>
  /** What their refs begin with, folded: `tide` of `TIDE-101`; `#` where issues go by number alone. */
  prefixes: ReadonlySet<string>
}

/** Prefixes of what is written like a ref and is none: standards, algorithms, models, versions, parts of a whole. */
function notTickets(): ReadonlySet<string> {
  return new Set(
    `utf ucs cp latin windows ascii sha md crc cve cwe ghsa iso iec din en ansi ieee ecma es rfc pep jsr eip erc bip fips nist
    pci soc wcag aria doi isbn issn gpt o llama claude gemini opus sonnet haiku qwen mistral phi covid sars h hevc vp av mp mpeg
    aes des rsa dsa ecdsa ed tls ssl ssh http https ipv ip tcp udp oauth saml base x usb pci arm amd cortex rtx gtx log4j java jdk node
    npm python py php perl ruby vue react angular next nuxt vite webpack django rails laravel spring net dotnet go rust gcc clang
    qt gtk ubuntu debian fedora macos ios android win postgres pg mysql redis mongo css html tailwind bootstrap lame c
    port line row col column page chapter section part step phase stage week day month year sprint iteration exercise lesson task level
    option version v release rel rc alpha beta preview lts hotfix patch update upgrade top test try run sample demo project user
    backup aoc e err ex ts errno exit code error warning note q fy int uint float fp bf id no number figure fig table
    stable master main develop dev-release colour color size
    cuda rocm opencl opengl vulkan directx metal kernel bios bluetooth wifi pcie nvme sata ddr ssd cpu gpu tpu ram`.split(
      /\s+/,
    ),
  )
}

let stops: ReadonlySet<string> | undefined

function isStopped(prefix: string, known: KnownRefs): boolean {
  if (known.prefixes.has(prefix)) return false
  if (/^v\d+$/.test(prefix)) return true
  stops ??= notTickets()
  return stops.has(prefix)
}

const YEAR = /^(?:19|20)\d\d$/

/** How sure a ref of that shape is, beside others of its place; 0 where it is none. */
function shapeOf(prefix: string, number: string, known: KnownRefs): number {
  const folded = prefix.toLowerCase()
  if (known.refs.has(`${folded}-${number}`)) return 1
  if (isStopped(folded, known)) return 0
  if (known.prefixes.has(folded)) return 0.98
  // One letter is a local ticket, and those are known.
  if (prefix.length < 2 || number.startsWith('0')) return 0
  const written = prefix === prefix.toUpperCase()
  if (written) return 0.78
  if (YEAR.test(number) || /\d$/.test(prefix)) return 0.5
  return number.length >= 3 ? 0.7 : 0.5
}

const REF = /(?<![A-Za-z0-9/.])([A-Za-z][A-Za-z0-9]{0,9})-(\d{1,6})(?![A-Za-z0-9]|\.\d)/g

/** Refs with a prefix in what somebody wrote by hand or had made: a branch, a folder. */
function inName(name: string, known: KnownRefs): Mention[] {
  const found: Mention[] = []
  for (const [, prefix = '', number = ''] of name.matchAll(
    /(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9]{0,9})[-_](\d{1,6})(?![A-Za-z0-9]|\.\d)/g,
  )) {
    const weight = shapeOf(prefix, number, known)
    if (weight > 0 && !isIssueWord(prefix))
      found.push({ ref: `${prefix.toUpperCase()}-${number}`, weight: weight * 0.97 })
  }
  return found
}

function isIssueWord(word: string): boolean {
  return /^(?:issues?|gh|fix|bug|bugfix|feature|feat|ticket|hotfix|closes?|fixes)$/i.test(word)
}

/** Numbers of issues in a branch: `42-login`, `issue-42`, `fix/42`, `gh-42`. */
function numberInName(name: string, known: KnownRefs): Mention[] {
  if (/\d{4}-\d\d-\d\d|\d+\.\d|dependabot|renovate/.test(name)) return []
  const named = /(?:^|[/_-])(?:issues?|gh)[-_/]?#?(\d{1,6})(?![\d.])/i.exec(name)
  if (named?.[1]) return [{ ref: `#${named[1]}`, weight: 0.92 }]
  const fixed = /(?:^|\/)(?:fix|bug|bugfix|hotfix|feature|feat|ticket)[-_/]#?(\d{1,6})(?=[-_/]|$)/i.exec(name)
  if (fixed?.[1] && !YEAR.test(fixed[1])) return [{ ref: `#${fixed[1]}`, weight: 0.85 }]
  // A number alone, or behind somebody's name, is an issue only where issues go by number.
  const bare = known.prefixes.has('#') ? /^(?:[a-z]+\/)?(\d{1,6})(?=[-_][a-z]|$)/i.exec(name) : null
  if (bare?.[1] && !YEAR.test(bare[1])) return [{ ref: `#${bare[1]}`, weight: 0.86 }]
  const led = /^(\d{1,6})[-_/][a-z]/i.exec(name)
  if (led?.[1] && !YEAR.test(led[1])) return [{ ref: `#${led[1]}`, weight: 0.75 }]
  return []
}

/** A branch's name. What tools call branches by themselves tells nothing. */
export function mentionsInBranch(branch: string, known: KnownRefs): Mention[] {
  if (/^(?:dependabot|renovate)\//.test(branch)) return []
  const prefixed = inName(branch, known)
  return prefixed.length > 0 ? prefixed : numberInName(branch, known)
}

/** The last folder of a path: worktrees are often called like what they are for. */
export function mentionsInPath(path: string, known: KnownRefs): Mention[] {
  const folder = path.split(/[\\/]/).findLast((part) => part !== '') ?? ''
  const named = /[-_]issue[-_](\d{1,6})$/i.exec(folder)
  if (named?.[1]) return [{ ref: `#${named[1]}`, weight: 0.88 }]
  return inName(folder, known).map(({ ref, weight }) => ({ ref, weight: weight * 0.95 }))
}

const CLOSES =
  /\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?|refs?|references|part of|ticket|issue)\b:? +(?:gh-|#)(\d{1,6})\b/gi

/** What a commit says it is for: at its beginning, at the end of its subject, or in a line of its own. */
export function mentionsInCommit(message: string, known: KnownRefs): Mention[] {
  if (/^(?:Revert|Merge|Bump)\b/.test(message)) return []
  const found: Mention[] = []
  for (const [, number] of message.matchAll(CLOSES)) found.push({ ref: `#${number}`, weight: 0.9 })
  const github = /^GH-(\d{1,6})\b/i.exec(message)
  if (github) found.push({ ref: `#${github[1]}`, weight: 0.9 })
  for (const match of message.matchAll(REF)) {
    const [whole, prefix = '', number = ''] = match
    if (/^gh$/i.test(prefix)) continue
    const shape = shapeOf(prefix, number, known)
    const before = message.slice(0, match.index)
    const after = message.slice(match.index + whole.length)
    const leads = /^(?:[a-z]+(?:\([^)]*\))?!?: )?[[(#]?$/.test(before)
    const ends = /^[\])]?\s*$/.test(after) && /[[(#]$/.test(before)
    const trailer = /(?:^|\n|\\n)(?:refs?|ticket|issue|closes?|fixes|jira): ?$|(?:refs?|closes?|fixes) $/i.test(before)
    if (shape > 0)
      found.push({ ref: `${prefix.toUpperCase()}-${number}`, weight: shape * (leads || ends || trailer ? 0.93 : 0.5) })
  }
  return found
}

/** Words before a ref that make it another ticket than the one at hand. */
const ASIDE =
  /\b(?:like|unlike|as in|as discussed in|similar to|same as|see|than|before|after|since|broke in|introduced in|blocked by|duplicate of|related to|because of|follow-?up (?:to|of)|not|e\.g\.|did in|says|list|to|difference to|other|from)[ :"'(]*(?:issue |ticket |what we did in )?$/i
/** Words before a ref that ask for work on it. */
const ASKS =
  /\b(?:work(?:ing)? on|fix|resolve|solve|implement|start(?: on)?|continue(?: with)?|finish|tackle|handle|take|pick up|look at|do|ship|close|address|investigate|next up:?|next is|plan for|description of|let's do|go on with|for|ticket(?: is)?|issue|incident,?|is|jira:?|reports this in|need to ship|add a changelog line for|close)[ :"'(]*(?:ticket |issue |the )?$/i
const ISSUE_URL =
  /https?:\/\/[^\s/]+\/(?:[^\s/]+\/)*(?:(?:-\/)?issues\/(\d{1,6})|browse\/([A-Z][A-Z0-9]{0,9}-\d{1,6})|issue\/([A-Z][A-Z0-9]{0,9}-\d{1,6}))\b/gi

/** How a sentence begins that asks what became of a ticket, not for work on it. */
const WONDERS = /(?:^|[.!?\n]\s*|, )(?:why|who|when|which|did|was|were|has|have) [^.!?\n]*$/i
/** Words before a number that count things. */
const COUNTS =
  /\b(?:top|number|no\.?|nr\.?|position|place|step|item|slide|page|chapter|option|point|day|week|lap|round) ?$/i

/** What a person asked for. */
export function mentionsInPrompt(text: string, known: KnownRefs): Mention[] {
  const found: Mention[] = []
  const plain = new Set<Mention>()
  const add = (ref: string, shape: number, index: number, length: number): void => {
    const before = text.slice(Math.max(0, index - 40), index)
    const after = text.slice(index + length)
    const aside =
      ASIDE.test(before) || /^ is (?:blocked|done, |merged)/.test(after) || WONDERS.test(text.slice(0, index))
    const leads = /^\W*$/.test(text.slice(0, index)) && !aside
    const asked = leads || ASKS.test(before)
    const mention = { ref, weight: shape * (aside ? 0.2 : asked ? 0.9 : 0.5) }
    // What a number alone stands behind is what it counts: `question #2`.
    const counted = ref.startsWith('#') && /\w $/.test(before)
    if (!aside && !asked && !counted) plain.add(mention)
    found.push(mention)
  }
  const rest = text.replaceAll(ISSUE_URL, (url: string, number?: string, jira?: string, linear?: string) => {
    found.push({ ref: number === undefined ? (jira ?? linear ?? '').toUpperCase() : `#${number}`, weight: 0.88 })
    return ' '.repeat(url.length)
  })
  for (const match of rest.matchAll(REF)) {
    const [whole, prefix = '', number = ''] = match
    const shape = /^gh$/i.test(prefix) ? 0.95 : shapeOf(prefix, number, known)
    const ref = /^gh$/i.test(prefix) ? `#${number}` : `${prefix.toUpperCase()}-${number}`
    if (shape > 0 && (prefix === prefix.toUpperCase() || shape === 1)) add(ref, shape, match.index, whole.length)
  }
  for (const match of rest.matchAll(/(?<![\w#&/])#(\d{1,6})(?!\w)/g)) {
    const colour =
      match[1]?.length === 6 ||
      /colou?r|heading|text|lines?|background|rank/i.test(rest.slice(Math.max(0, match.index - 30), match.index + 30))
    if (!colour && !COUNTS.test(rest.slice(Math.max(0, match.index - 12), match.index)))
      add(`#${match[1]}`, 0.98, match.index, match[0].length)
  }
  for (const match of rest.matchAll(/\b(?:issue|ticket) (\d{1,6})\b/gi)) {
    const before = rest.slice(Math.max(0, match.index - 30), match.index)
    found.push({
      ref: `#${match[1]}`,
      weight: /(?:tackle|fix|on|solve|do|take)\s*(?:us )?$/i.test(before) ? 0.86 : 0.4,
    })
  }
  // Where a text names one ticket and no other, of a tracker that is known, it is about that one.
  if (new Set(found.map(({ ref }) => ref)).size === 1) {
    for (const mention of plain) if (known.prefixes.has(prefixOfRef(mention.ref))) mention.weight *= 1.7
  }
  return found
}

/** `eng` of `ENG-412`, `#` of `#42`. */
function prefixOfRef(ref: string): string {
  return ref.startsWith('#') ? '#' : ref.slice(0, ref.lastIndexOf('-')).toLowerCase()
}

/** So many different numbers behind a prefix, in as many sessions, make it a tracker's. */
const NUMBERS_OF_A_TRACKER = 3

/**
 * What is known, and prefixes that sessions of one code base have used for several tickets: one number may be a model or a
 * standard, three are a tracker.
 */
export function learnRefs(
  traces: readonly { branch: string | null; cwd: string | null; commits: readonly string[] }[],
  known: KnownRefs,
): KnownRefs {
  const numbers = new Map<string, Map<string, number>>()
  for (const [session, { branch, cwd, commits }] of traces.entries()) {
    const mentions = [
      ...(branch === null ? [] : mentionsInBranch(branch, known)),
      ...(cwd === null ? [] : mentionsInPath(cwd, known)),
      ...commits.flatMap((commit) => mentionsInCommit(commit, known)),
    ]
    for (const { ref } of mentions) {
      const prefix = prefixOfRef(ref)
      const seen = numbers.get(prefix) ?? new Map<string, number>()
      numbers.set(prefix, seen.set(ref, session))
    }
  }
  const learned = [...numbers].filter(
    ([, seen]) => seen.size >= NUMBERS_OF_A_TRACKER && new Set(seen.values()).size >= NUMBERS_OF_A_TRACKER,
  )
  return { refs: known.refs, prefixes: new Set([...known.prefixes, ...learned.map(([prefix]) => prefix)]) }
}
