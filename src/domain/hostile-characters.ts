/**
 * What nobody writes to be read: C0 but newline and tab, DEL, C1, lone surrogates, bidirectional controls, zero-width and
 * invisible characters, line and paragraph separators, Unicode tags and variation selectors 17 to 256.
 *
 * A terminal obeys the first three; the rest hides text or turns it round (CVE-2021-42574, "Trojan Source"), also from the
 * person who reads what an agent is given.
 */
export const HOSTILE_CHARACTERS = new RegExp(
  `[${[
    String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f`,
    String.raw`\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f`,
    String.raw`\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164`,
    String.raw`\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`,
  ].join('')}]`,
  'gu',
)
